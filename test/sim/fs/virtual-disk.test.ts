import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OpenFlag, type FileHandle } from "../../../host/file-system.ts";
import { BufferInFlightError } from "../../../sim/fs/errno.ts";
import { NETWORK, NVME } from "../../../sim/fs/disk-profile.ts";
import { codeOf, contentOf, onDisk, text, World, writeFile } from "./support/world.ts";

const CREATE = OpenFlag.READ_WRITE | OpenFlag.CREATE;

describe("a virtual disk", () => {
  it("goes on serving a file that was unlinked while open", async () => {
    await onDisk(async (fs, _host, _world, disk) => {
      const handle = await fs.open("/a", CREATE);
      await handle.write(text("alive"), 0, 5, 0);
      await fs.unlink("/a");
      expect(await codeOf(fs.stat("/a"))).toBe("ENOENT");
      const buffer = new Uint8Array(5);
      expect(await handle.read(buffer, 0, 5, 0)).toBe(5);
      expect(new TextDecoder().decode(buffer)).toBe("alive");
      expect((await handle.stat()).links).toBe(0);
      const before = (await fs.statfs()).freeBytes;
      await handle.close();
      expect((await fs.statfs()).freeBytes).toBe(before + 4096);
      // What is open takes room without a name; the most that was taken at a time is remembered.
      expect([disk.volume.usedBytes, disk.volume.mostUsedBytes]).toEqual([0, 4096]);
      expect(disk.volume.inodes.size).toBe(2);
      // The creation and the removal are both un-synced: a crash could still bring the name back.
      await fs.syncDirectory("/");
      expect(disk.volume.inodes.size).toBe(1);
    });
  });

  it("counts what it is asked for, and the bytes that its device moves", async () => {
    const { disk } = await onDisk(async (fs) => {
      const handle = await fs.open("/a", CREATE);
      await handle.write(new Uint8Array(5000), 0, 5000, 0);
      await handle.sync();
      await handle.read(new Uint8Array(5000), 0, 5000, 0);
      await handle.close();
      await fs.syncDirectory("/");
      await fs.rename("/a", "/b");
      await fs.stat("/b");
    });
    expect(disk.counters).toMatchObject({ reads: 1, writes: 1, syncs: 2, metadata: 3, free: 1 });
    // The page cache has what was read; a directory's sync writes a page.
    expect([disk.queue.writtenBytes, disk.queue.readBytes, disk.volume.usedBytes]).toEqual([9096, 0, 8192]);
  });

  it("rejects a write whose buffer was changed while it was under way, and names the place", async () => {
    await onDisk(async (fs) => {
      const handle = await fs.open("/log", CREATE);
      const buffer = text("0123456789");
      const write = handle.write(buffer, 2, 4, 100);
      buffer[3] = 0;
      const error: unknown = await write.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(BufferInFlightError);
      expect(error).toMatchObject({ path: "/log", position: 100, length: 4 });
      expect((await handle.stat()).size).toBe(0);
      // Outside the range, and once it has completed, the buffer is the caller's.
      const again = handle.write(buffer, 2, 4, 0);
      buffer[9] = 1;
      await again;
      buffer[2] = 1;
    });
  });

  it("is out of space at its capacity, writes what fits, and recovers when files go", async () => {
    await onDisk(
      async (fs, _host, _world, disk) => {
        const handle = await fs.open("/a", CREATE);
        const block = new Uint8Array(3 * 4096);
        expect(await handle.write(block, 0, block.length, 0)).toBe(block.length);
        expect(await handle.write(block, 0, block.length, block.length)).toBe(4096);
        expect(await codeOf(handle.write(block, 0, 1, 4 * 4096))).toBe("ENOSPC");
        expect(await codeOf(handle.truncate(5 * 4096))).toBe("ENOSPC");
        expect(await codeOf(fs.open("/b", CREATE))).toBe("ENOSPC");
        expect(await codeOf(fs.mkdir("/d"))).toBe("ENOSPC");
        expect(await handle.write(block, 0, 10, 0)).toBe(10);
        expect(await fs.statfs()).toEqual({ totalBytes: 4 * 4096, freeBytes: 0 });
        await handle.truncate(4096);
        await fs.mkdir("/d");
        disk.setCapacity(4096);
        expect(await codeOf(fs.open("/b", CREATE))).toBe("ENOSPC");
      },
      { capacity: 4 * 4096 },
    );
  });

  it("refuses direct transfers that are not aligned", async () => {
    await onDisk(async (fs) => {
      const handle = await fs.open("/a", CREATE | OpenFlag.DIRECT);
      const buffer = new Uint8Array(2048);
      expect(await handle.write(buffer, 0, 1024, 512)).toBe(1024);
      expect(await codeOf(handle.write(buffer, 0, 1000, 0))).toBe("EINVAL");
      expect(await codeOf(handle.write(buffer, 1, 512, 0))).toBe("EINVAL");
      expect(await codeOf(handle.read(buffer, 0, 512, 100))).toBe("EINVAL");
      expect(await handle.read(buffer, 0, 512, 512)).toBe(512);
    });
  });

  it("gives a lock to one owner, and to the next when that one's life ends", async () => {
    const world = new World();
    const disk = world.disk();
    const seen: string[] = [];
    const machine = world.simulation.host(
      "node",
      async (host) => {
        const fs = host.fs("local");
        const lock = await fs.lock("/LOCK");
        seen.push(`${host.incarnation} holds ${lock.held}`);
        seen.push(await codeOf(fs.lock("/LOCK")));
        if (host.incarnation === 2) {
          await lock.release();
          seen.push(`${host.incarnation} holds ${lock.held}`);
          seen.push(await codeOf(fs.lock("/LOCK")));
        }
      },
      { mounts: { local: disk } },
    );
    world.simulation.at(1_000_000, () => machine.kill());
    world.simulation.at(2_000_000, () => machine.restart());
    await world.run();
    expect(seen).toEqual(["1 holds true", "EAGAIN", "2 holds true", "EAGAIN", "2 holds false", "ok"]);
  });

  it("tells watchers of changes in their directory, until they are closed", async () => {
    await onDisk(async (fs, host) => {
      await fs.mkdir("/d");
      const events: string[] = [];
      const watcher = fs.watch("/d", (event) => events.push(`${event.type} ${event.name}`));
      await writeFile(fs, "/d/a", text("x"));
      await fs.rename("/d/a", "/d/b");
      await writeFile(fs, "/elsewhere", text("x"));
      await host.clock.sleep(10_000_000);
      expect(events.sort()).toEqual(["change a", "rename a", "rename b"].sort());
      watcher.close();
      await fs.unlink("/d/b");
      await host.clock.sleep(10_000_000);
      expect(events).toHaveLength(3);
      expect(() => fs.watch("/nowhere", () => undefined)).toThrow(/ENOENT/);
    });
  });
});

describe("a watcher that throws", () => {
  it("crashes its node with that error, in the task that watched", async () => {
    const world = new World();
    const disk = world.disk();
    const machine = world.simulation.host(
      "node",
      async (host) => {
        const fs = host.fs("local");
        host.spawn("watch", async () => {
          fs.watch("/", (event) => {
            throw new Error(`no ${event.name} here`);
          });
        });
        await host.clock.sleep(1_000_000);
        await fs.mkdir("/d");
        await host.clock.sleep(1_000_000_000);
        expect.unreachable();
      },
      { mounts: { local: disk } },
    );
    await expect(world.run()).rejects.toThrow("no d here");
    expect(machine.crashes).toMatchObject([{ host: "node", task: "watch", error: new Error("no d here") }]);
    expect(machine.running).toBe(false);
  });
});

describe("the faults of a virtual disk", () => {
  it("fail a call before it takes effect, or after", async () => {
    await onDisk(async (fs, _host, world, disk) => {
      const before = disk.faults.add({
        fault: { kind: "error", code: "EIO", when: "before" },
        calls: ["rename"],
        times: 1,
      });
      await writeFile(fs, "/a", text("x"));
      expect(await codeOf(fs.rename("/a", "/b"))).toBe("EIO");
      expect(await fs.readdir("/")).toEqual(["a"]);
      const after = disk.faults.add({
        fault: { kind: "error", code: "EIO", when: "after" },
        calls: ["rename"],
        path: /^\/c$/,
      });
      await fs.rename("/a", "/b");
      expect(await codeOf(fs.rename("/b", "/c"))).toBe("EIO");
      expect(await fs.readdir("/")).toEqual(["c"]);
      expect([before.fired, after.fired]).toEqual([1, 1]);
      expect(world.traced("rename-failed").map((event) => event["applied"])).toEqual([false, true]);
    });
  });

  it("strike each kind of call, by path, by number and by chance", async () => {
    await onDisk(async (fs, _host, _world, disk) => {
      const fail = (calls: readonly ["pread" | "pwrite" | "fsync" | "close" | "open"]) =>
        disk.faults.add({
          fault: { kind: "error", code: "EIO", when: "before" },
          calls,
          path: /\.log$/,
          skip: 1,
          times: 1,
        });
      fail(["open"]);
      await writeFile(fs, "/1.log", text("x"));
      expect(await codeOf(fs.open("/1.log", OpenFlag.READ))).toBe("EIO");
      const handle = await fs.open("/1.log", CREATE);
      const calls: [Parameters<typeof fail>[0], () => Promise<unknown>][] = [
        [["pread"], () => handle.read(new Uint8Array(1), 0, 1, 0)],
        [["pwrite"], () => handle.write(new Uint8Array(1), 0, 1, 0)],
        [["fsync"], () => handle.sync()],
      ];
      for (const [names, call] of calls) {
        fail(names);
        expect([await codeOf(call()), await codeOf(call()), await codeOf(call())]).toEqual(["ok", "EIO", "ok"]);
      }
      disk.faults.clear();
      disk.faults.add({ fault: { kind: "error", code: "EIO", when: "before" }, calls: ["close"] });
      expect(await codeOf(handle.close())).toBe("EIO");
      // Given back all the same.
      expect(await codeOf(handle.stat())).toBe("EBADF");
      disk.faults.clear();
      const rare = disk.faults.add({ fault: { kind: "error", code: "EIO", when: "before" }, perMillion: 250_000 });
      for (let round = 0; round < 400; round++) await codeOf(fs.stat("/1.log"));
      expect(rare.fired).toBeGreaterThan(50);
      expect(rare.fired).toBeLessThan(150);
      expect(() => disk.faults.add({ fault: rare.rule.fault, path: /x/g })).toThrow(RangeError);
    });
  });

  it("a sync that fails before its effect leaves the data un-synced", async () => {
    await onDisk(
      async (fs, _host, _world, disk) => {
        await writeFile(fs, "/a", text("first"), true);
        await fs.syncDirectory("/");
        disk.faults.add({ fault: { kind: "error", code: "EIO", when: "before" }, calls: ["fsync"] });
        const handle = await fs.open("/a", CREATE);
        await handle.write(text("other"), 0, 5, 0);
        expect(await codeOf(handle.sync())).toBe("EIO");
        disk.crash();
        expect(new TextDecoder().decode(contentOf(disk, "/a"))).toBe("first");
      },
      { crashModel: "lossy" },
    );
  });

  it("a stall holds every call until it is released, and a slow disk is slow", async () => {
    await onDisk(async (fs, host, world, disk) => {
      await writeFile(fs, "/a", text("x"));
      const handle = await fs.open("/a", CREATE);
      disk.stall();
      world.simulation.at(5_000_000_000, () => disk.release());
      const from = host.clock.monotonic();
      const read = handle.read(new Uint8Array(1), 0, 1, 0);
      await host.clock.sleep(1_000_000_000);
      expect(disk.waits()).toEqual([{ host: "node", task: "main", what: "pread /a on stalled disk disk" }]);
      await read;
      expect(host.clock.monotonic() - from).toBeGreaterThan(5_000_000_000);
      await handle.write(text("y"), 0, 1, 0);
      const syncFrom = host.clock.monotonic();
      await handle.sync();
      const fast = host.clock.monotonic() - syncFrom;
      disk.slowDown(1_000);
      await handle.write(text("z"), 0, 1, 0);
      const slowFrom = host.clock.monotonic();
      await handle.sync();
      expect(host.clock.monotonic() - slowFrom).toBeGreaterThan(20 * fast);
    });
  });

  it("a node killed during a stall leaves its calls done or undone, and the disk usable", async () => {
    const outcomes = new Set<boolean>();
    for (let seed = 0; seed < 20; seed++) {
      const world = new World(`stall-${seed}`);
      const disk = world.disk();
      const machine = world.simulation.host(
        "node",
        async (host) => {
          const fs = host.fs("local");
          if (host.incarnation === 2) {
            outcomes.add((await fs.readdir("/")).includes("made"));
            return;
          }
          disk.stall();
          await fs.mkdir("/made");
          expect.unreachable();
        },
        { mounts: { local: disk } },
      );
      world.simulation.at(1_000_000_000, () => machine.kill());
      world.simulation.at(2_000_000_000, () => {
        disk.release();
        machine.restart();
      });
      await world.run();
    }
    expect(outcomes).toEqual(new Set([true, false]));
  });
});

describe("the time of a virtual disk", () => {
  async function timeOf(options: Parameters<typeof onDisk>[1], calls: (handle: FileHandle) => Promise<unknown>) {
    let elapsed = 0;
    await onDisk(async (fs, host) => {
      const handle = await fs.open("/a", CREATE | OpenFlag.DIRECT);
      const from = host.clock.monotonic();
      await calls(handle);
      elapsed = host.clock.monotonic() - from;
    }, options);
    return elapsed;
  }

  it("is bounded by bandwidth, by operations a second, and shared by all callers", async () => {
    const megabyte = new Uint8Array(1024 * 1024);
    const bulk = await timeOf({ profile: NETWORK }, async (handle) => {
      await Promise.all(
        Array.from({ length: 30 }, (_, at) => handle.write(megabyte, 0, megabyte.length, at * megabyte.length)),
      );
    });
    expect(bulk).toBeGreaterThan((30 * megabyte.length * 1e9) / NETWORK.bandwidth);
    expect(bulk).toBeLessThan((30 * megabyte.length * 1e9) / NETWORK.bandwidth + 20_000_000);
    const small = await timeOf({ profile: NETWORK }, async (handle) => {
      await Promise.all(Array.from({ length: 3_000 }, (_, at) => handle.write(megabyte, 0, 512, at * 512)));
    });
    expect(3_000 / (small / 1e9)).toBeLessThan(NETWORK.iops * 1.05);
    expect(3_000 / (small / 1e9)).toBeGreaterThan(NETWORK.iops * 0.5);
  });

  it("is short for what the page cache holds and long for what it does not", async () => {
    await onDisk(
      async (fs, host, _world, disk) => {
        await writeFile(fs, "/a", new Uint8Array(8192), true);
        const handle = await fs.open("/a", OpenFlag.READ);
        const timed = async (position: number): Promise<number> => {
          const from = host.clock.monotonic();
          await handle.read(new Uint8Array(512), 0, 512, position);
          return host.clock.monotonic() - from;
        };
        const warm = await timed(0);
        disk.volume.cache.clear();
        const cold = await timed(0);
        const warmAgain = await timed(100);
        const nextPage = await timed(4096);
        expect(Math.min(cold, nextPage)).toBeGreaterThan(NVME.readLatency[0] as number);
        expect(Math.max(warm, warmAgain)).toBeLessThan(cold);
      },
      { seed: "lockstep-3" },
    );
  });
});

describe("the determinism of a virtual disk", () => {
  async function fingerprintOf(seed: string, traced: boolean, content: string): Promise<string> {
    const world = new World(seed, traced);
    const disk = world.disk();
    const machine = world.simulation.host(
      "node",
      async (host) => {
        const fs = host.fs("local");
        const write = async (name: string): Promise<void> => {
          const handle = await fs.open(`/${name}-${host.incarnation}`, CREATE);
          for (let at = 0; at < 50; at++) {
            await handle.write(text(`${content}${at}`), 0, content.length + String(at).length, at * 100);
            if (at % 7 === 0) await handle.sync();
          }
        };
        await Promise.all(["a", "b", "c"].map((name) => write(name)));
      },
      { mounts: { local: disk } },
    );
    world.simulation.at(700_000, () => machine.kill());
    world.simulation.at(800_000, () => machine.restart());
    world.simulation.at(1_500_000, () => machine.powerLoss());
    world.simulation.at(1_600_000, () => machine.restart());
    return (await world.run()).fingerprint;
  }

  it("gives the same fingerprint for the same seed, traced or not, and another for other content", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const first = await fingerprintOf(`d-${seed}`, true, "one");
        expect(await fingerprintOf(`d-${seed}`, false, "one")).toBe(first);
        expect(await fingerprintOf(`d-${seed}`, true, "two")).not.toBe(first);
        expect(await fingerprintOf(`e-${seed}`, true, "one")).not.toBe(first);
      }),
      { numRuns: 10, seed: 1 },
    );
  });
});
