import { describe, expect, it } from "vitest";
import { OpenFlag, type FileHandle, type FileSystem } from "../../../host/file-system.ts";
import type { Host } from "../../../host/host.ts";
import { SECOND } from "../../../host/time.ts";
import { SharedDisk, type MountOptions } from "../../../sim/fs/shared-disk.ts";
import type { VirtualDisk, VirtualDiskOptions } from "../../../sim/fs/virtual-disk.ts";
import { DirectCarrier } from "./support/direct-carrier.ts";
import { codeOf, contentOf, onDisk, readText, text, World, writeFile } from "./support/world.ts";

const CREATE = OpenFlag.READ_WRITE | OpenFlag.CREATE;
const PAGE = 4096;
const LOSSY: VirtualDiskOptions = { crashModel: "lossy" };

function page(fill: number): Uint8Array {
  return new Uint8Array(PAGE).fill(fill);
}

async function byteAt(handle: FileHandle, position: number): Promise<number | undefined> {
  const buffer = new Uint8Array(1);
  await handle.read(buffer, 0, 1, position);
  return buffer[0];
}

/** What the disk holds, once memory is gone. */
function onPlatter(disk: VirtualDisk, path: string): Uint8Array {
  disk.crash();
  return contentOf(disk, path);
}

async function shared(
  body: (fs: FileSystem, disk: SharedDisk, world: World, host: Host) => Promise<void>,
  mount: MountOptions = {},
): Promise<void> {
  const world = new World("media");
  const disk = new SharedDisk(world.simulation.kernel, "shared", new DirectCarrier(world.simulation.kernel), {
    crashModel: "lossy",
    mount: { timeout: SECOND, ...mount },
  });
  let finished = false;
  world.simulation.host(
    "node",
    async (host) => {
      await body(host.fs("shared"), disk, world, host);
      finished = true;
    },
    { mounts: { shared: disk } },
  );
  await world.run();
  expect(finished).toBe(true);
}

function restarted(disk: SharedDisk): void {
  disk.crashServer();
  disk.restartServer();
}

describe("bit rot", () => {
  it("flips one bit of what a read is about to find, for every read after it, and can be listed and repaired", async () => {
    await onDisk(async (fs, _host, world, disk) => {
      await writeFile(fs, "/sst", text("abcdefgh"), true);
      await fs.syncDirectory("/");
      const rot = disk.faults.add({ fault: { kind: "bit-rot", position: 3, bit: 1 }, path: /sst$/, times: 1 });
      const handle = await fs.open("/sst", OpenFlag.READ);
      // A read of other bytes does not meet it.
      expect(await byteAt(handle, 2)).toBe("c".charCodeAt(0));
      expect(rot.fired).toBe(0);
      expect(await readText(fs, "/sst")).toBe("abcfefgh");
      expect(rot.fired).toBe(1);
      disk.faults.remove(rot);
      expect(await readText(fs, "/sst")).toBe("abcfefgh");
      expect(new TextDecoder().decode(onPlatter(disk, "/sst"))).toBe("abcfefgh");
      const found = disk.media.damages();
      expect(found).toMatchObject([{ path: "/sst", damage: { kind: "bit-rot", position: 3, pristine: text("d") } }]);
      expect(world.traced("bit-rotted")).toMatchObject([{ path: "/sst", position: 3, bit: 1 }]);
      expect(world.traced("damage-read")[0]).toMatchObject({ path: "/sst", position: 3, damage: "bit-rot" });
      const [first] = found;
      if (first === undefined) return;
      expect(disk.media.repair(first)).toBe(true);
      expect(disk.media.repair(first)).toBe(false);
      expect(disk.media.damages()).toEqual([]);
      expect(new TextDecoder().decode(contentOf(disk, "/sst"))).toBe("abcdefgh");
    });
  });

  it("strikes at rest a chosen or a drawn byte, and a byte that is written anew is sound again", async () => {
    const drawn = new Set<number>();
    for (let seed = 0; seed < 40; seed++) {
      await onDisk(
        async (fs, _host, _world, disk) => {
          expect(disk.media.rot()).toBeUndefined();
          await writeFile(fs, "/a", text("1234"), true);
          const found = disk.media.rot();
          drawn.add(found?.damage.position ?? -1);
          expect(await readText(fs, "/a")).not.toBe("1234");
          await writeFile(fs, "/a", text("5678"), true);
          expect(disk.media.damages()).toEqual([]);
          expect(disk.media.rot({ path: "/a", position: 9 })).toBeUndefined();
          // The same bit twice is as good as never, but still no business of the disk's.
          disk.media.rot({ path: "/a", position: 1, bit: 0 });
          disk.media.rot({ path: "/a", position: 1, bit: 0 });
          expect(await readText(fs, "/a")).toBe("5678");
        },
        { seed: `rot-${seed}` },
      );
    }
    expect(drawn).toEqual(new Set([0, 1, 2, 3]));
  });

  it("is gone with what is cut off, and stays beneath what is not synced", async () => {
    await onDisk(async (fs, _host, _world, disk) => {
      await writeFile(fs, "/a", text("1234"), true);
      await fs.syncDirectory("/");
      disk.media.rot({ path: "/a", position: 1, bit: 0 });
      const handle = await fs.open("/a", CREATE);
      await handle.write(text("x"), 0, 1, 1);
      expect(await readText(fs, "/a")).toBe("1x34");
      expect(disk.media.damages()).toHaveLength(1);
      await handle.truncate(1);
      await handle.sync();
      expect(disk.media.damages()).toEqual([]);
      await handle.truncate(4);
      expect(await readText(fs, "/a")).toBe("1\0\0\0");
    }, LOSSY);
  });
});

describe("writes that go astray", () => {
  async function overwritten(
    fault: Parameters<VirtualDisk["faults"]["add"]>[0]["fault"],
    look: (fs: FileSystem, disk: VirtualDisk, handle: FileHandle, world: World) => Promise<void>,
    options: VirtualDiskOptions & { seed?: string } = {},
  ): Promise<void> {
    await onDisk(
      async (fs, _host, world, disk) => {
        await writeFile(fs, "/other", page(9), true);
        const handle = await fs.open("/f", CREATE);
        for (const at of [0, 1, 2]) await handle.write(page(1 + at), 0, PAGE, at * PAGE);
        await handle.sync();
        await fs.syncDirectory("/");
        const rule = disk.faults.add({ fault, path: /^\/f$/, times: 1 });
        await handle.write(page(50), 0, PAGE, PAGE);
        await handle.write(page(60), 0, PAGE, 2 * PAGE);
        await handle.sync();
        expect(rule.fired).toBe(1);
        await look(fs, disk, handle, world);
      },
      { ...LOSSY, ...options },
    );
  }
  const at = (content: Uint8Array): (number | undefined)[] => [content[0], content[PAGE], content[2 * PAGE]];

  it("a lost write is acknowledged and synced, shows until memory lets go of it, and was never there", async () => {
    await overwritten({ kind: "lost-write" }, async (_fs, disk, handle, world) => {
      expect(await byteAt(handle, PAGE)).toBe(50);
      expect(world.traced("write-lost")).toMatchObject([{ path: "/f", position: PAGE, length: PAGE }]);
      expect(disk.media.damages()).toMatchObject([
        { path: "/f", damage: { kind: "lost-write", position: PAGE, pristine: page(50) } },
      ]);
      disk.volume.cache.clear();
      expect(await byteAt(handle, PAGE)).toBe(2);
      expect(world.traced("damage-read")).toHaveLength(1);
      expect(at(onPlatter(disk, "/f"))).toEqual([1, 2, 60]);
      const [found] = disk.media.damages();
      expect(found !== undefined && disk.media.repair(found)).toBe(true);
      expect(at(contentOf(disk, "/f"))).toEqual([1, 50, 60]);
    });
  });

  it("a page that memory shows is written whole, so a later write of a part of it puts a lost one right", async () => {
    await overwritten({ kind: "lost-write" }, async (_fs, disk, handle) => {
      await handle.write(page(70), 0, 10, PAGE);
      await handle.sync();
      expect(disk.media.damages()).toEqual([]);
      expect([...onPlatter(disk, "/f").subarray(PAGE, PAGE + 12)]).toEqual([...Array<number>(10).fill(70), 50, 50]);
    });
  });

  it("a misdirected write lands where it was not meant, and neither place shows it before memory lets go", async () => {
    const to = { path: "/other", position: 512 };
    await overwritten({ kind: "misdirected-write", to }, async (fs, disk, handle, world) => {
      expect(await byteAt(handle, PAGE)).toBe(50);
      expect((await readText(fs, "/other")).charCodeAt(512)).toBe(9);
      expect(world.traced("write-misdirected")).toMatchObject([
        { path: "/f", position: PAGE, length: PAGE - 512, to: "/other", toPosition: 512 },
      ]);
      expect(disk.media.damages()).toMatchObject([
        { path: "/other", damage: { kind: "overwritten", position: 512, pristine: page(9).subarray(512) } },
        { path: "/f", damage: { kind: "misdirected-write", position: PAGE, pristine: page(50) } },
      ]);
      expect(at(onPlatter(disk, "/f"))).toEqual([1, 2, 60]);
      const other = contentOf(disk, "/other");
      expect([other.length, other[511], other[512], other[PAGE - 1]]).toEqual([PAGE, 9, 50, 50]);
      for (const damage of disk.media.damages()) expect(disk.media.repair(damage)).toBe(true);
      expect(at(contentOf(disk, "/f"))).toEqual([1, 50, 60]);
      expect(contentOf(disk, "/other")).toEqual(page(9));
    });
  });

  it("where a misdirected write lands is drawn among all that is on the disk but the place that was meant", async () => {
    const places = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      await overwritten(
        { kind: "misdirected-write" },
        async (_fs, _disk, _handle, world) => {
          const [told] = world.traced("write-misdirected");
          places.add(`${String(told?.["to"])} ${Math.floor(Number(told?.["toPosition"]) / PAGE)}`);
          expect([told?.["to"], told?.["toPosition"]]).not.toEqual(["/f", PAGE]);
        },
        { seed: `stray-${seed}`, sectorBytes: 4096 },
      );
    }
    expect(places).toEqual(new Set(["/f 0", "/f 2", "/other 0"]));
  });

  it("that were not synced when power went do not reach the disk either", async () => {
    await onDisk(
      async (fs, _host, _world, disk) => {
        await writeFile(fs, "/f", page(1), true);
        await fs.syncDirectory("/");
        disk.faults.add({ fault: { kind: "lost-write" } });
        const handle = await fs.open("/f", CREATE);
        await handle.write(page(2), 0, PAGE, 0);
        const choices = disk.crashChoices();
        for (const choice of choices) expect(choice.kind).toBe("page");
        disk.crash(choices.map(() => 1));
        expect(contentOf(disk, "/f")).toEqual(page(1));
      },
      { sectorBytes: 4096 },
    );
  });

  it("a direct write takes the page out of memory, and with it what hid a lost write", async () => {
    await overwritten({ kind: "lost-write" }, async (fs, _disk, handle) => {
      const direct = await fs.open("/f", CREATE | OpenFlag.DIRECT);
      expect(await byteAt(handle, PAGE + 512)).toBe(50);
      await direct.write(page(70), 0, 512, PAGE);
      expect([await byteAt(handle, PAGE), await byteAt(handle, PAGE + 512)]).toEqual([70, 2]);
    });
  });

  it("a lost write past the page cache is missed at once", async () => {
    await onDisk(async (fs, _host, _world, disk) => {
      const handle = await fs.open("/f", CREATE | OpenFlag.DIRECT);
      await handle.write(page(1), 0, PAGE, 0);
      await handle.sync();
      disk.faults.add({ fault: { kind: "lost-write" }, times: 1 });
      await handle.write(page(2), 0, PAGE, 0);
      const buffer = page(0);
      await handle.read(buffer, 0, PAGE, 0);
      expect(buffer[0]).toBe(1);
    });
  });
});

describe("short transfers", () => {
  it("move fewer bytes than asked, at least one; a single byte cannot be short", async () => {
    await onDisk(async (fs, _host, world, disk) => {
      const short = disk.faults.add({ fault: { kind: "short" } });
      const handle = await fs.open("/f", CREATE);
      const content = text("0123456789");
      let written = 0;
      while (written < content.length) {
        const count = await handle.write(content, written, content.length - written, written);
        expect(count).toBeGreaterThan(0);
        if (content.length - written > 1) expect(count).toBeLessThan(content.length - written);
        written += count;
      }
      expect(await readText(fs, "/f")).toBe("0123456789");
      expect(short.fired).toBe(world.traced("transfer-short").length);
      expect(new Set(world.traced("transfer-short").map(({ call }) => call))).toEqual(new Set(["pread", "pwrite"]));
    });
  });
});

describe("syncs that fail or lie", () => {
  async function failing(
    mode: "stays-dirty" | "marked-clean" | "reported-once",
  ): Promise<{ codes: string[]; platter: string; cached: string }> {
    const codes: string[] = [];
    let platter = "";
    let cached = "";
    await onDisk(async (fs, _host, world, disk) => {
      await writeFile(fs, "/wal", text("old"), true);
      await fs.syncDirectory("/");
      const first = await fs.open("/wal", CREATE);
      const second = await fs.open("/wal", CREATE);
      await first.write(text("new"), 0, 3, 0);
      const rule = disk.faults.add({ fault: { kind: "sync-failure", mode }, times: 1 });
      for (const handle of [first, first, second, second]) codes.push(await codeOf(handle.sync()));
      expect(rule.fired).toBe(1);
      expect(world.traced("sync-failed")).toMatchObject([{ path: "/wal", code: "EIO", mode }]);
      cached = await readText(fs, "/wal");
      platter = new TextDecoder().decode(onPlatter(disk, "/wal"));
    }, LOSSY);
    return { codes, platter, cached };
  }

  it("pages that stay dirty are written by the next sync", async () => {
    expect(await failing("stays-dirty")).toEqual({ codes: ["EIO", "ok", "ok", "ok"], platter: "new", cached: "new" });
  });

  it("pages that are marked clean are lost, and every handle is told once", async () => {
    expect(await failing("marked-clean")).toEqual({ codes: ["EIO", "ok", "EIO", "ok"], platter: "old", cached: "new" });
  });

  it("reported once, the loss goes unnoticed by all other handles", async () => {
    expect(await failing("reported-once")).toEqual({ codes: ["EIO", "ok", "ok", "ok"], platter: "old", cached: "new" });
  });

  it("a directory's failed sync loses its entries in the same modes", async () => {
    for (const mode of ["stays-dirty", "marked-clean"] as const) {
      await onDisk(async (fs, _host, _world, disk) => {
        await writeFile(fs, "/kept", text("x"), true);
        await fs.syncDirectory("/");
        await writeFile(fs, "/made", text("x"), true);
        await fs.rename("/kept", "/moved");
        disk.faults.add({ fault: { kind: "sync-failure", mode }, times: 1 });
        expect(await codeOf(fs.syncDirectory("/"))).toBe("EIO");
        expect(await codeOf(fs.syncDirectory("/"))).toBe("ok");
        expect(await fs.readdir("/")).toEqual(["made", "moved"]);
        disk.crash();
        const names = [...disk.volume.root.entries.keys()].sort();
        expect(names).toEqual(mode === "stays-dirty" ? ["made", "moved"] : ["kept"]);
      }, LOSSY);
    }
  });

  it("a lie makes nothing durable, until an honest sync does", async () => {
    for (const honest of [false, true]) {
      await onDisk(async (fs, _host, world, disk) => {
        await writeFile(fs, "/wal", text("old"), true);
        await fs.syncDirectory("/");
        const lie = disk.faults.add({ fault: { kind: "lying-sync" } });
        const handle = await fs.open("/wal", CREATE);
        // With nothing to make durable there is nothing to lie about.
        await handle.sync();
        expect(lie.fired).toBe(0);
        await handle.write(text("new"), 0, 3, 0);
        await handle.sync();
        await fs.rename("/wal", "/log");
        await fs.syncDirectory("/");
        expect(lie.fired).toBe(2);
        expect(world.traced("sync-lied")).toHaveLength(2);
        disk.faults.remove(lie);
        if (honest) {
          await handle.sync();
          await fs.syncDirectory("/");
        }
        expect(new TextDecoder().decode(onPlatter(disk, honest ? "/log" : "/wal"))).toBe(honest ? "new" : "old");
      }, LOSSY);
    }
  });
});

describe("a lost device", () => {
  it("fails every call from the one that was struck on, until the fault is removed", async () => {
    await onDisk(async (fs, host, world, disk) => {
      const handle = await fs.open("/f", CREATE);
      await handle.write(text("x"), 0, 1, 0);
      const gone = disk.faults.add({ fault: { kind: "device-lost", code: "ENXIO" }, calls: ["fsync"] });
      await handle.write(text("y"), 0, 1, 1);
      expect(await codeOf(handle.sync())).toBe("ENXIO");
      const buffer = new Uint8Array(2);
      for (const call of [
        () => handle.read(buffer, 0, 1, 0),
        () => handle.write(buffer, 0, 1, 0),
        () => handle.stat(),
        () => fs.readdir("/"),
        () => fs.mkdir("/d"),
        () => fs.lock("/LOCK"),
        () => fs.statfs(),
      ]) {
        expect(await codeOf(call())).toBe("ENXIO");
      }
      expect([gone.fired, disk.faults.deviceLost]).toEqual([1, true]);
      // Nor does what is dirty get there by itself.
      await host.clock.sleep(100 * SECOND);
      expect(disk.volume.dirtyFiles.size).toBe(1);
      disk.faults.remove(gone);
      expect(disk.faults.deviceLost).toBe(false);
      expect(await handle.read(buffer, 0, 2, 0)).toBe(2);
      await host.clock.sleep(1_000 * SECOND);
      expect(disk.volume.dirtyFiles.size).toBe(0);
      expect(world.trace.records.map(({ data }) => data.kind).filter((kind) => /^device|^fault/.test(kind))).toEqual([
        "fault-added",
        "device-lost",
        "fault-removed",
        "device-back",
      ]);
    });
  });
});

describe("fault rules", () => {
  it("are listed, and refuse calls that they cannot strike", async () => {
    await onDisk(async (_fs, _host, _world, disk) => {
      const lie = disk.faults.add({ fault: { kind: "lying-sync" }, calls: ["fsync"] });
      const rot = disk.faults.add({ fault: { kind: "bit-rot" } });
      expect(disk.faults.all).toEqual([lie, rot]);
      disk.faults.remove(lie);
      expect(disk.faults.all).toEqual([rot]);
      expect(() => disk.faults.add({ fault: { kind: "lost-write" }, calls: ["pwrite", "fsync"] })).toThrow(
        'the fault "lost-write" cannot strike fsync, only pwrite',
      );
    });
  });

  it("leave the same fingerprint for the same seed, and other seeds differ", async () => {
    const run = async (seed: string): Promise<string> => {
      const { result } = await onDisk(
        async (fs, _host, _world, disk) => {
          disk.faults.add({ fault: { kind: "short" }, perMillion: 300_000 });
          disk.faults.add({ fault: { kind: "lost-write" }, perMillion: 100_000 });
          disk.faults.add({ fault: { kind: "misdirected-write" }, perMillion: 100_000 });
          disk.faults.add({ fault: { kind: "bit-rot" }, perMillion: 100_000 });
          disk.faults.add({ fault: { kind: "sync-failure", mode: "marked-clean" }, perMillion: 100_000 });
          disk.faults.add({ fault: { kind: "lying-sync" }, perMillion: 100_000 });
          for (let round = 0; round < 30; round++) {
            await writeFile(fs, `/f${round % 5}`, page(round));
            const handle = await fs.open(`/f${round % 5}`, CREATE);
            await codeOf(handle.sync());
            await handle.read(page(0), 0, PAGE, 0);
            if (round % 10 === 9) disk.volume.cache.clear();
            await handle.close();
          }
          for (const { path, damage } of disk.media.damages()) {
            expect(contentOf(disk, path).length).toBeGreaterThanOrEqual(damage.position);
          }
        },
        { seed },
      );
      return result.fingerprint;
    };
    expect(await run("one")).toBe(await run("one"));
    expect(await run("one")).not.toBe(await run("two"));
  });
});

describe("the same faults on a shared disk's server", () => {
  it("short answers are asked for again by the client, which nobody above it sees", async () => {
    await shared(async (fs, disk) => {
      const short = disk.faults.add({ fault: { kind: "short" } });
      const content = Uint8Array.from({ length: 3 * PAGE + 100 }, (_, index) => (index * 7) & 0xff);
      await writeFile(fs, "/f", content, true);
      expect(contentOf(disk, "/f")).toEqual(content);
      const handle = await fs.open("/f", OpenFlag.READ | OpenFlag.DIRECT);
      const buffer = new Uint8Array(4 * PAGE);
      expect(await handle.read(buffer, 0, 4 * PAGE, 0)).toBe(content.length);
      expect(buffer.subarray(0, content.length)).toEqual(content);
      expect(short.fired).toBeGreaterThan(5);
    });
  });

  it("rot, lost and misdirected writes, and lies, in the server's lane", async () => {
    await shared(async (fs, disk, world) => {
      await writeFile(fs, "/a", text("aaaa"), true);
      await writeFile(fs, "/b", text("bbbb"), true);
      await fs.syncDirectory("/");
      const faults = [
        disk.faults.add({ fault: { kind: "lost-write" }, path: /a$/, times: 1 }),
        disk.faults.add({
          fault: { kind: "misdirected-write", to: { path: "/a", position: 2 } },
          path: /b$/,
          times: 1,
        }),
        disk.faults.add({ fault: { kind: "bit-rot", position: 0, bit: 5 }, path: /b$/, times: 1 }),
      ];
      await writeFile(fs, "/a", text("AAAA"), true);
      const handle = await fs.open("/b", CREATE);
      await handle.write(text("BBBB"), 0, 4, 0);
      await handle.sync();
      const direct = await fs.open("/b", OpenFlag.READ | OpenFlag.DIRECT);
      await direct.read(new Uint8Array(512), 0, 512, 0);
      expect(faults.map(({ fired }) => fired)).toEqual([1, 1, 1]);
      restarted(disk);
      expect(new TextDecoder().decode(contentOf(disk, "/a"))).toBe("\0\0BB");
      expect(new TextDecoder().decode(contentOf(disk, "/b"))).toBe("Bbbb");
      for (const kind of ["write-lost", "write-misdirected", "bit-rotted"]) {
        const told = world.trace.records.filter(({ data }) => data.kind === kind);
        expect(told.map(({ host }) => host)).toEqual(["disk"]);
      }
      const lie = disk.faults.add({ fault: { kind: "lying-sync" } });
      await handle.write(text("CCCC"), 0, 4, 0);
      await handle.sync();
      expect(lie.fired).toBe(1);
      restarted(disk);
      expect(new TextDecoder().decode(contentOf(disk, "/b"))).not.toContain("C");
    });
  });

  it("a failed commit and a lost device reach the client as errors", async () => {
    await shared(async (fs, disk) => {
      const handle = await fs.open("/f", CREATE);
      await handle.write(text("x"), 0, 1, 0);
      disk.faults.add({ fault: { kind: "sync-failure", mode: "marked-clean" }, times: 1 });
      expect([await codeOf(handle.sync()), await codeOf(handle.sync())]).toEqual(["EIO", "ok"]);
      const gone = disk.faults.add({ fault: { kind: "device-lost" } });
      expect([await codeOf(fs.mkdir("/d")), await codeOf(fs.statfs())]).toEqual(["EIO", "EIO"]);
      disk.faults.remove(gone);
      expect(await codeOf(fs.mkdir("/d"))).toBe("ok");
    });
  });

  it("what a crashed server lost is sent again before what was written over it", async () => {
    await shared(async (fs, disk) => {
      const handle = await fs.open("/f", CREATE | OpenFlag.DIRECT);
      const cached = await fs.open("/f", CREATE);
      await handle.write(page(1), 0, PAGE, 0);
      await fs.syncDirectory("/");
      await cached.write(page(2), 0, PAGE, 0);
      // Sends it, and leaves it un-committed.
      await handle.read(page(0), 0, PAGE, 0);
      restarted(disk);
      await cached.write(page(3), 0, 10, 0);
      await handle.read(page(0), 0, PAGE, 0);
      await cached.sync();
      restarted(disk);
      const content = contentOf(disk, "/f");
      expect([content[0], content[9], content[10], content[PAGE - 1]]).toEqual([3, 3, 2, 2]);
    });
  });
});

describe("two syncs of a file at once on a shared disk", () => {
  it("count as committed only what each of them covered", async () => {
    await shared(
      async (fs, disk, _world, host) => {
        const handle = await fs.open("/f", CREATE);
        await fs.syncDirectory("/");
        await handle.write(text("aa"), 0, 2, 0);
        disk.slowDown(200);
        const syncs = [handle.sync(), handle.sync()];
        await host.clock.sleep(SECOND / 10);
        // Taken by the server while both commits are under way: neither covers it.
        await handle.write(text("bb"), 0, 2, 2);
        await Promise.all(syncs);
        expect(disk.volume.resolve("/f")).toMatchObject({ size: 4, unsynced: { durableSize: 2 } });
        restarted(disk);
        await handle.sync();
        restarted(disk);
        expect(new TextDecoder().decode(contentOf(disk, "/f"))).toBe("aabb");
      },
      { dirtyBytes: 1 },
    );
  });
});

describe("direct transfers beside cached ones", () => {
  it("a direct read has what was written through the cache before it, and a cached one what was written past it", async () => {
    await onDisk(async (fs) => {
      const direct = await fs.open("/f", CREATE | OpenFlag.DIRECT);
      const cached = await fs.open("/f", CREATE);
      const buffer = page(0);
      await cached.write(page(1), 0, PAGE, 0);
      await direct.read(buffer, 0, PAGE, 0);
      expect(buffer).toEqual(page(1));
      await direct.write(page(2), 0, 512, 512);
      await cached.read(buffer, 0, PAGE, 0);
      expect([buffer[0], buffer[512], buffer[1024]]).toEqual([1, 2, 1]);
      await cached.write(page(3), 0, 10, 512);
      await direct.read(buffer, 0, PAGE, 0);
      expect([buffer[511], buffer[512], buffer[522]]).toEqual([1, 3, 2]);
    });
  });

  it("what was flushed ahead of a direct transfer is on the disk, what lies beside it may not be", async () => {
    await onDisk(
      async (fs, _host, _world, disk) => {
        const handle = await fs.open("/f", CREATE);
        await handle.truncate(3 * PAGE);
        await handle.sync();
        await fs.syncDirectory("/");
        const direct = await fs.open("/f", CREATE | OpenFlag.DIRECT);
        for (const at of [0, 1, 2]) await handle.write(page(1 + at), 0, PAGE, at * PAGE);
        await direct.read(page(0), 0, 512, PAGE);
        await direct.write(page(9), 0, 512, 0);
        const choices = disk.crashChoices();
        disk.crash(choices.map(() => 0));
        const content = contentOf(disk, "/f");
        expect([content[0], content[512], content[PAGE], content[2 * PAGE]]).toEqual([9, 1, 2, 0]);
      },
      { crashModel: "strict", sectorBytes: 4096 },
    );
  });

  it("appending past the cache needs a file that ends at a sector", async () => {
    await onDisk(async (fs) => {
      const direct = await fs.open("/f", CREATE | OpenFlag.DIRECT | OpenFlag.APPEND);
      expect(await direct.write(page(1), 0, 512, 0)).toBe(512);
      expect(await direct.write(page(2), 0, 512, 0)).toBe(512);
      expect((await direct.stat()).size).toBe(1024);
      await direct.truncate(1000);
      expect(await codeOf(direct.write(page(3), 0, 512, 0))).toBe("EINVAL");
    });
  });

  it("a direct write costs the device's time and leaves nothing in memory to read", async () => {
    await onDisk(
      async (fs, host) => {
        const direct = await fs.open("/f", CREATE | OpenFlag.DIRECT);
        const cached = await fs.open("/f", CREATE);
        const timed = async (call: () => Promise<unknown>): Promise<number> => {
          const from = host.clock.monotonic();
          await call();
          return host.clock.monotonic() - from;
        };
        const buffered = await timed(() => cached.write(page(1), 0, PAGE, 0));
        expect(await timed(() => direct.write(page(2), 0, PAGE, 0))).toBeGreaterThan(buffered);
        const cold = await timed(() => cached.read(page(0), 0, PAGE, 0));
        const warm = await timed(() => cached.read(page(0), 0, PAGE, 0));
        expect(cold).toBeGreaterThan(warm);
      },
      { seed: "lockstep-3" },
    );
  });
});
