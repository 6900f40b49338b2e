import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OpenFlag, type FileSystem } from "../../../host/file-system.ts";
import { pageFate } from "../../../sim/fs/crash-choice.ts";
import type { CrashModel } from "../../../sim/fs/volume.ts";
import type { VirtualDisk, VirtualDiskOptions } from "../../../sim/fs/virtual-disk.ts";
import { carryOut, sequence } from "./support/operations.ts";
import { contentOf, onDisk, text, treeOf, World, writeFile } from "./support/world.ts";

const CREATE = OpenFlag.READ_WRITE | OpenFlag.CREATE;
const PAGE = 4096;

/** Prepares a disk, loses its power under each of many seeds, and says what each left. */
async function overSeeds<T>(
  seeds: number,
  options: VirtualDiskOptions,
  prepare: (fs: FileSystem) => Promise<void>,
  look: (disk: VirtualDisk) => T,
): Promise<T[]> {
  const found: T[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const { disk } = await onDisk(
      async (fs, _host, _world, mounted) => {
        await prepare(fs);
        mounted.crash();
      },
      { ...options, seed: `crash-${seed}` },
    );
    found.push(look(disk));
  }
  return found;
}

/** Every outcome there is, in order. */
function* outcomes(options: readonly number[]): Generator<number[]> {
  const outcome = options.map(() => 0);
  for (;;) {
    yield [...outcome];
    let at = 0;
    while (at < options.length && (outcome[at] as number) + 1 === options[at]) outcome[at++] = 0;
    if (at === options.length) return;
    outcome[at] = (outcome[at] as number) + 1;
  }
}

/** Prepares a disk once for each outcome that its crash may have, and says what each left. */
async function overOutcomes<T>(
  options: VirtualDiskOptions,
  prepare: (fs: FileSystem) => Promise<void>,
  look: (disk: VirtualDisk) => T,
): Promise<T[]> {
  const found: T[] = [];
  let all: Generator<number[]> | undefined;
  for (;;) {
    let done: boolean | undefined;
    const { disk } = await onDisk(async (fs, _host, _world, mounted) => {
      await prepare(fs);
      all ??= outcomes(mounted.crashChoices().map((choice) => choice.options));
      const next = all.next();
      done = next.done;
      if (next.done !== true) mounted.crash(next.value);
    }, options);
    if (done === true) return found;
    found.push(look(disk));
  }
}

function fileText(disk: VirtualDisk, path: string): string {
  return new TextDecoder().decode(contentOf(disk, path));
}

function names(disk: VirtualDisk): string {
  return Object.keys(treeOf(disk)).join(" ");
}

describe("under the strict crash model", () => {
  it("each un-synced creation, unlink and rename is kept and lost on its own", async () => {
    const prepare = async (fs: FileSystem): Promise<void> => {
      await writeFile(fs, "/old", text("x"), true);
      await writeFile(fs, "/source", text("x"), true);
      await fs.syncDirectory("/");
      await fs.unlink("/old");
      await fs.rename("/source", "/target");
      await writeFile(fs, "/new", text("x"), true);
    };
    const expected = [];
    for (const old of ["", "/old"]) {
      for (const moved of ["/source", "/target"]) {
        for (const made of ["", "/new"])
          expected.push(
            [made, old, moved]
              .filter((name) => name !== "")
              .sort()
              .join(" "),
          );
      }
    }
    const drawn = new Set(await overSeeds(150, {}, prepare, names));
    expect([...drawn].sort()).toEqual(expected.sort());
    const enumerated = await overOutcomes({}, prepare, names);
    expect(enumerated.sort()).toEqual(expected.sort());
  });

  it("each un-synced page is kept and lost on its own, intermediate versions included", async () => {
    const prepare = async (fs: FileSystem): Promise<void> => {
      const handle = await fs.open("/f", CREATE);
      const page = (letter: string): Uint8Array => text(letter.repeat(PAGE));
      await handle.write(page("a"), 0, PAGE, 0);
      await handle.write(page("a"), 0, PAGE, PAGE);
      await handle.sync();
      await fs.syncDirectory("/");
      await handle.write(page("b"), 0, PAGE, 0);
      await handle.write(page("b"), 0, PAGE, PAGE);
      await handle.write(page("c"), 0, PAGE, 0);
    };
    const look = (disk: VirtualDisk): string => {
      const content = fileText(disk, "/f");
      for (const page of [content.slice(0, PAGE), content.slice(PAGE)]) expect(new Set(page).size).toBe(1);
      return content.charAt(0) + content.charAt(PAGE);
    };
    const expected = ["aa", "ab", "ba", "bb", "ca", "cb"];
    expect([...new Set(await overSeeds(150, { sectorBytes: 4096 }, prepare, look))].sort()).toEqual(expected);
    expect((await overOutcomes({ sectorBytes: 4096 }, prepare, look)).sort()).toEqual(expected);
  });

  it("a page is torn at sectors of 512 bytes, and never at 4 KiB", async () => {
    const prepare = async (fs: FileSystem): Promise<void> => {
      await writeFile(fs, "/f", text("a".repeat(PAGE)), true);
      await fs.syncDirectory("/");
      const handle = await fs.open("/f", CREATE);
      await handle.write(text("b".repeat(PAGE)), 0, PAGE, 0);
    };
    const look = (disk: VirtualDisk): string => {
      const content = fileText(disk, "/f");
      expect(content).toHaveLength(PAGE);
      let sectors = "";
      for (let at = 0; at < PAGE; at += 512) {
        expect(new Set(content.slice(at, at + 512)).size).toBe(1);
        sectors += content.charAt(at);
      }
      return sectors;
    };
    const torn = await overSeeds(100, {}, prepare, look);
    expect(torn).toContain("a".repeat(8));
    expect(torn).toContain("b".repeat(8));
    expect(new Set(torn).size).toBeGreaterThan(8);
    const all = await overOutcomes({}, prepare, look);
    expect(new Set(all).size).toBe(256);
    const whole = await overSeeds(60, { sectorBytes: 4096 }, prepare, look);
    expect([...new Set(whole)].sort()).toEqual(["a".repeat(8), "b".repeat(8)]);
  });

  it("size and data part: data without the size that covers it, size over zeros or garbage", async () => {
    const prepare = async (fs: FileSystem): Promise<void> => {
      const handle = await fs.open("/f", CREATE);
      await handle.sync();
      await fs.syncDirectory("/");
      await handle.write(text("d".repeat(PAGE)), 0, PAGE, 0);
    };
    const look = (disk: VirtualDisk): string => {
      const content = contentOf(disk, "/f");
      if (content.length === 0) return "empty";
      if (content.every((byte) => byte === 0)) return "zeros";
      return content.every((byte) => byte === 0x64) ? "data" : "garbage";
    };
    expect(new Set(await overSeeds(100, { sectorBytes: 4096 }, prepare, look))).toEqual(
      new Set(["empty", "zeros", "data", "garbage"]),
    );
  });

  it("syncing a new file does not make its name durable, and syncing its directory not its data", async () => {
    const withoutName = await overOutcomes({}, (fs) => writeFile(fs, "/f", text("data"), true), names);
    expect(withoutName.sort()).toEqual(["", "/f"]);
    const withoutData = await overSeeds(
      60,
      {},
      async (fs) => {
        await writeFile(fs, "/f", text("data"));
        await fs.syncDirectory("/");
      },
      (disk) => contentOf(disk, "/f").length,
    );
    expect(new Set(withoutData)).toEqual(new Set([0, 4]));
  });

  it("a sync covers what completed before it was called, and not what came while it was under way", async () => {
    const prepare = async (fs: FileSystem, disk: VirtualDisk): Promise<void> => {
      const handle = await fs.open("/f", CREATE);
      await fs.syncDirectory("/");
      await handle.write(text("1111"), 0, 4, 0);
      // Slow enough for the writes to be done long before the sync is.
      disk.slowDown(10_000);
      let synced = false;
      const sync = handle.sync().then(() => (synced = true));
      await handle.write(text("2222"), 0, 4, 0);
      await handle.write(text("33"), 0, 2, 4);
      expect(synced).toBe(false);
      await sync;
    };
    const found = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      for (const crashModel of ["lossy", "strict"] as const) {
        const { disk } = await onDisk(
          async (fs, _host, _world, mounted) => {
            await prepare(fs, mounted);
            mounted.crash();
          },
          { crashModel, sectorBytes: 4096, seed: `covers-${seed}` },
        );
        const content = fileText(disk, "/f").replaceAll("\0", ".");
        if (crashModel === "lossy") expect(content).toBe("1111");
        else found.add(content);
      }
    }
    expect([...found].sort()).toEqual(["1111", "1111..", "2222", "2222..", "222233"]);
  });

  it("a rename between directories can keep both names or neither", async () => {
    const prepare = async (fs: FileSystem): Promise<void> => {
      await fs.mkdir("/a");
      await fs.mkdir("/b");
      await writeFile(fs, "/a/f", text("x"), true);
      for (const path of ["/", "/a", "/b"]) await fs.syncDirectory(path);
      await fs.rename("/a/f", "/b/f");
    };
    const found = (await overOutcomes({}, prepare, names)).sort();
    expect(found).toEqual(["/a /a/f /b", "/a /a/f /b /b/f", "/a /b", "/a /b /b/f"].sort());
  });

  it("a direct write needs no sync for its data, only for the size", async () => {
    const found = await overSeeds(
      60,
      {},
      async (fs) => {
        const handle = await fs.open("/f", CREATE | OpenFlag.DIRECT);
        await handle.write(new Uint8Array(512).fill(1), 0, 512, 0);
        await handle.sync();
        await fs.syncDirectory("/");
        await handle.write(new Uint8Array(512).fill(2), 0, 512, 0);
        await handle.write(new Uint8Array(512).fill(3), 0, 512, 512);
      },
      (disk) => [...new Set(contentOf(disk, "/f"))].join(" "),
    );
    expect(new Set(found)).toEqual(new Set(["2", "2 3"]));
  });
});

describe("under the other crash models", () => {
  const steps = async (fs: FileSystem): Promise<void> => {
    for (const name of ["1", "2", "3", "4"]) await writeFile(fs, `/${name}`, text("data"));
    await fs.unlink("/1");
  };

  it("ordered keeps a prefix of the metadata", async () => {
    const found = new Set(await overSeeds(80, { crashModel: "ordered" }, steps, names));
    const prefixes = ["", "/1", "/1 /2", "/1 /2 /3", "/1 /2 /3 /4", "/2 /3 /4"];
    expect([...found].sort()).toEqual(prefixes);
  });

  it("ordered shows no size without its data", async () => {
    await overSeeds(
      60,
      { crashModel: "ordered" },
      async (fs) => {
        const handle = await fs.open("/f", CREATE);
        for (let at = 0; at < 5; at++) await handle.write(text("d".repeat(3000)), 0, 3000, at * 3000);
      },
      (disk) => {
        if (names(disk) === "") return;
        const content = contentOf(disk, "/f");
        expect(content.length % 3000).toBe(0);
        expect(content.every((byte) => byte === 0x64)).toBe(true);
      },
    );
  });

  it("ordered brings the data along with a rename that replaces, and syncing a file brings its name", async () => {
    const replaced = await overSeeds(
      60,
      { crashModel: "ordered" },
      async (fs) => {
        await writeFile(fs, "/CURRENT", text("old"), true);
        await writeFile(fs, "/tmp", text("new"));
        await fs.rename("/tmp", "/CURRENT");
      },
      (disk) => fileText(disk, "/CURRENT"),
    );
    expect(new Set(replaced)).toEqual(new Set(["old", "new"]));
    const synced = await overSeeds(
      20,
      { crashModel: "ordered" },
      (fs) => writeFile(fs, "/f", text("data"), true),
      names,
    );
    expect(new Set(synced)).toEqual(new Set(["/f"]));
  });

  it("lossy loses all that was not synced, none loses nothing", async () => {
    const prepare = async (fs: FileSystem): Promise<void> => {
      await writeFile(fs, "/kept", text("kept"), true);
      await fs.syncDirectory("/");
      const handle = await fs.open("/kept", CREATE);
      await handle.write(text("LOST!"), 0, 5, 0);
      await fs.link("/kept", "/link");
    };
    const look = (disk: VirtualDisk): unknown => treeOf(disk);
    expect(await overSeeds(3, { crashModel: "lossy" }, prepare, look)).toEqual(Array(3).fill({ "/kept": "kept" }));
    expect(await overSeeds(3, { crashModel: "none" }, prepare, look)).toEqual(
      Array(3).fill({ "/kept": "LOST!", "/link": "LOST!" }),
    );
  });

  it.each<CrashModel>(["strict", "ordered", "lossy", "none"])(
    "%s: once everything is synced, durable equals live, whatever was done before",
    async (crashModel) => {
      await fc.assert(
        fc.asyncProperty(sequence, sequence, async (first, second) => {
          await onDisk(
            async (fs, _host, _world, disk) => {
              await carryOut(fs, first);
              if (first.length % 2 === 0) disk.crash();
              await carryOut(fs, second);
              await syncTree(fs, "/");
              const live = treeOf(disk);
              const { freeBytes } = disk.volume;
              expect(disk.crashChoices()).toEqual([]);
              disk.crash();
              expect(treeOf(disk)).toEqual(live);
              expect(disk.volume.freeBytes).toBe(freeBytes);
            },
            { crashModel },
          );
        }),
        { numRuns: 100, seed: 7 },
      );
    },
  );

  it("strict and ordered: nothing comes back from a crash that was never written, and space adds up", async () => {
    for (const crashModel of ["strict", "ordered"] as const) {
      await fc.assert(
        fc.asyncProperty(sequence, fc.nat(), async (operations, seed) => {
          await onDisk(
            async (fs, _host, _world, disk) => {
              await carryOut(fs, operations);
              disk.crash();
              const first = treeOf(disk);
              const pages = Object.values(inodesOf(disk)).reduce((sum, size) => sum + Math.ceil(size / PAGE), 0);
              expect(disk.volume.capacity - disk.volume.freeBytes).toBe(pages * PAGE);
              // What a crash left is durable: another changes nothing.
              disk.crash();
              expect(treeOf(disk)).toEqual(first);
              await carryOut(fs, operations);
            },
            { crashModel, seed: `double-${seed}` },
          );
        }),
        { numRuns: 150, seed: 11 },
      );
    }
  });
});

describe("what can crash is told apart", () => {
  it("a killed process leaves the page cache; calls under way took effect or did not", async () => {
    const found = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const world = new World(`kill-${seed}`);
      const disk = world.disk("disk", { crashModel: "lossy" });
      const machine = world.simulation.host(
        "node",
        async (host) => {
          if (host.incarnation === 2) return;
          const fs = host.fs("local");
          await writeFile(fs, "/written", text("un-synced"));
          const handle = await fs.open("/flight", CREATE);
          void handle.write(text("x"), 0, 1, 0);
          void fs.unlink("/written");
          host.fatal(new Error("over"));
          void handle.write(text("ghost"), 0, 5, 0);
        },
        { mounts: { local: disk } },
      );
      await world.simulation.run({ drain: new (await import("../../../host/nodejs/drain.ts")).NodeDrain() });
      expect(machine.running).toBe(false);
      found.add(JSON.stringify(treeOf(disk)));
    }
    const expected = [
      { "/flight": "", "/written": "un-synced" },
      { "/flight": "x", "/written": "un-synced" },
      { "/flight": "" },
      { "/flight": "x" },
    ];
    expect([...found].sort()).toEqual(expected.map((tree) => JSON.stringify(tree)).sort());
  });

  it("a power loss loses the un-synced, a wipe everything", async () => {
    const world = new World();
    const disk = world.disk("disk", { crashModel: "lossy" });
    const seen: string[] = [];
    const machine = world.simulation.host(
      "node",
      async (host) => {
        const fs = host.fs("local");
        seen.push((await fs.readdir("/")).join(" "));
        await writeFile(fs, `/synced-${host.incarnation}`, text("x"), true);
        await fs.syncDirectory("/");
        await writeFile(fs, `/lost-${host.incarnation}`, text("x"));
      },
      { mounts: { local: disk } },
    );
    world.simulation.at(1_000_000_000, () => machine.powerLoss());
    world.simulation.at(2_000_000_000, () => machine.restart());
    world.simulation.at(3_000_000_000, () => machine.wipe());
    world.simulation.at(4_000_000_000, () => machine.restart());
    await world.run();
    expect(seen).toEqual(["", "synced-1", ""]);
    expect(world.traced("disk-crashed")[0]).toMatchObject({ directoryOperationsLost: 1, filesLost: 1 });
  });

  it("written-back data survives without a sync, in its own time", async () => {
    const found = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      const { disk } = await onDisk(
        async (fs, host, _world, mounted) => {
          await writeFile(fs, "/a", text("a"));
          await host.clock.sleep(10_000_000_000);
          mounted.crash();
        },
        { crashModel: "lossy", seed: `back-${seed}` },
      );
      found.add(names(disk));
    }
    expect(found).toEqual(new Set(["", "/a"]));
  });

  it("an idle simulation ends, and by then everything dirty has been written back", async () => {
    const { disk, result } = await onDisk((fs) => writeFile(fs, "/a", text("a")));
    expect(result.time).toBeGreaterThan(1_000_000_000);
    expect(disk.crashChoices()).toEqual([]);
  });
});

describe("crash choices", () => {
  it("decode to every version once, then garbage, then tears", async () => {
    await onDisk(
      async (fs, _host, _world, disk) => {
        const handle = await fs.open("/f", CREATE);
        await handle.write(text("1"), 0, 1, 0);
        await handle.write(text("2"), 0, 1, 0);
        const page = disk.crashChoices().find((choice) => choice.kind === "page");
        if (page?.kind !== "page") throw new Error("no page is open");
        const fates = Array.from({ length: page.options }, (_, option) => JSON.stringify(pageFate(page, option)));
        expect(new Set(fates).size).toBe(3 + 1 + 2 * 254);
        expect(() => disk.crash(disk.crashChoices().map(() => 99_999))).toThrow(RangeError);
      },
      { sectorBytes: 512 },
    );
  });
});

async function syncTree(fs: FileSystem, path: string): Promise<void> {
  await fs.syncDirectory(path);
  for (const name of await fs.readdir(path)) {
    const child = path === "/" ? `/${name}` : `${path}/${name}`;
    if ((await fs.stat(child)).type === "directory") {
      await syncTree(fs, child);
      continue;
    }
    const handle = await fs.open(child, OpenFlag.READ);
    await handle.sync();
    await handle.close();
  }
}

function inodesOf(disk: VirtualDisk): Record<number, number> {
  const sizes: Record<number, number> = {};
  for (const inode of disk.volume.inodes.values()) if (inode.type === "file") sizes[inode.number] = inode.size;
  return sizes;
}
