import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OpenFlag, type FileSystem } from "../../../host/file-system.ts";
import type { Host } from "../../../host/host.ts";
import { MILLISECOND, SECOND } from "../../../host/time.ts";
import { SharedDisk, type SharedDiskOptions } from "../../../sim/fs/shared-disk.ts";
import type { Machine } from "../../../sim/machine.ts";
import type { RunResult } from "../../../sim/simulation.ts";
import { DirectCarrier } from "./support/direct-carrier.ts";
import { carryOut, sequence } from "./support/operations.ts";
import { codeOf, contentOf, onDisk, readText, text, treeOf, World, writeFile } from "./support/world.ts";

const CREATE = OpenFlag.READ_WRITE | OpenFlag.CREATE;

/** Two machines on a shared disk, run by turns. */
class Shared {
  readonly world: World;
  readonly carrier: DirectCarrier;
  readonly disk: SharedDisk;
  readonly machines = new Map<string, Machine>();

  constructor(options: SharedDiskOptions = {}, seed = "shared") {
    this.world = new World(seed);
    this.carrier = new DirectCarrier(this.world.simulation.kernel);
    this.disk = new SharedDisk(this.world.simulation.kernel, "shared", this.carrier, options);
  }

  node(name: string, body: (fs: FileSystem, host: Host) => Promise<void>): Machine {
    const start = (host: Host): Promise<void> => body(host.fs("shared"), host);
    const machine = this.world.simulation.host(name, start, { mounts: { shared: this.disk } });
    this.machines.set(name, machine);
    return machine;
  }

  at(seconds: number, action: () => void): void {
    this.world.simulation.at(Math.round(seconds * SECOND), action);
  }

  run(): Promise<RunResult> {
    return this.world.run();
  }
}

async function until(host: Host, seconds: number): Promise<void> {
  await host.clock.sleep(Math.max(0, Math.round(seconds * SECOND) - host.clock.monotonic()));
}

describe("a shared disk", () => {
  it("counts what its server carries out: what a client's caches answer is nothing to it", async () => {
    const both = new Shared();
    both.node("a", async (fs) => {
      const handle = await fs.open("/a", CREATE);
      await handle.write(new Uint8Array(5000), 0, 5000, 0);
      await handle.sync();
      await handle.read(new Uint8Array(5000), 0, 5000, 0);
      const asked = Object.entries(both.disk.counters);
      // The end of its last page it did not have.
      expect(both.disk.counters).toMatchObject({ reads: 1, writes: 1, syncs: 1 });
      expect(both.disk.counters.metadata).toBeGreaterThan(0);
      await handle.read(new Uint8Array(5000), 0, 5000, 0);
      await fs.stat("/a");
      expect(Object.entries(both.disk.counters)).toEqual(asked);
    });
    await both.run();
    expect(both.disk.queue.writtenBytes).toBeGreaterThanOrEqual(5000);
  });

  it("with a single client agrees with a local disk on results and error codes", async () => {
    const sample = fc.sample(sequence, { numRuns: 300, seed: 5 });
    const local: string[][] = [];
    const shared: string[][] = [];
    for (const operations of sample) {
      await onDisk(async (fs) => {
        local.push(await carryOut(fs, operations));
      });
      const both = new Shared();
      both.node("a", async (fs) => {
        shared.push(await carryOut(fs, operations));
      });
      await both.run();
    }
    for (const [index, expected] of local.entries()) {
      expect({ operations: sample[index], results: shared[index] }).toEqual({
        operations: sample[index],
        results: expected,
      });
    }
  });

  it("close-to-open: what was closed there is seen by what is opened here afterwards", async () => {
    const both = new Shared();
    const seen: string[] = [];
    both.node("writer", async (fs, host) => {
      await writeFile(fs, "/f", text("first"));
      await until(host, 1);
      const handle = await fs.open("/f", CREATE);
      await handle.write(text("second"), 0, 6, 0);
      await until(host, 1.5);
      await handle.close();
    });
    both.node("reader", async (fs, host) => {
      await until(host, 0.5);
      seen.push(await readText(fs, "/f"));
      await until(host, 1.3);
      seen.push(await readText(fs, "/f"));
      await until(host, 2);
      seen.push(await readText(fs, "/f"));
    });
    await both.run();
    expect(seen).toEqual(["first", "first", "second"]);
  });

  it("an open file and cached attributes go stale, for as long as attributes are believed and no longer", async () => {
    const both = new Shared();
    const seen: [number, string, number][] = [];
    both.node("writer", async (fs, host) => {
      await writeFile(fs, "/log", text("1"));
      await until(host, 1);
      await writeFile(fs, "/log", text("22"));
    });
    both.node("reader", async (fs, host) => {
      await until(host, 0.5);
      const handle = await fs.open("/log", OpenFlag.READ);
      for (const second of [0.5, 1.5, 3.2, 4]) {
        await until(host, second);
        const buffer = new Uint8Array(2);
        const count = await handle.read(buffer, 0, 2, 0);
        seen.push([second, new TextDecoder().decode(buffer.subarray(0, count)), (await handle.stat()).size]);
      }
    });
    await both.run();
    expect(seen).toEqual([
      [0.5, "1", 1],
      [1.5, "1", 1],
      [3.2, "1", 1],
      [4, "22", 2],
    ]);
    expect(both.world.traced("stale-read").length).toBeGreaterThan(0);
    expect(both.world.traced("stale-attributes").length).toBeGreaterThan(0);
  });

  it("a name found missing is believed missing, and a listing complete, until the directory is asked again", async () => {
    const both = new Shared();
    const seen: [number, string, string][] = [];
    both.node("writer", async (fs, host) => {
      await until(host, 1);
      await writeFile(fs, "/new", text("x"));
    });
    both.node("reader", async (fs, host) => {
      for (const second of [0.5, 2, 29, 32]) {
        await until(host, second);
        seen.push([second, await codeOf(fs.stat("/new")), (await fs.readdir("/")).join(" ")]);
      }
    });
    await both.run();
    expect(seen).toEqual([
      [0.5, "ENOENT", ""],
      [2, "ENOENT", ""],
      [29, "ENOENT", ""],
      [32, "ok", "new"],
    ]);
    expect(both.world.traced("stale-lookup")[0]).toMatchObject({ path: "/new", found: false });
    expect(both.world.traced("stale-listing").length).toBeGreaterThan(0);
  });

  it("without an attribute cache nothing is stale", async () => {
    const both = new Shared({ mount: { noAttributeCache: true } });
    const seen: string[] = [];
    both.node("writer", async (fs, host) => {
      const handle = await fs.open("/log", CREATE);
      await until(host, 1);
      await handle.write(text("now"), 0, 3, 0);
    });
    both.node("reader", async (fs, host) => {
      await until(host, 0.5);
      const handle = await fs.open("/log", OpenFlag.READ);
      seen.push(await codeOf(fs.stat("/other")), String((await handle.stat()).size));
      await until(host, 1.1);
      seen.push(String((await handle.stat()).size));
    });
    await both.run();
    expect(seen).toEqual(["ENOENT", "0", "3"]);
    expect(both.world.traced("stale-attributes")).toEqual([]);
  });

  it("a file that another host deleted is stale for an open handle, once what is cached runs out", async () => {
    const both = new Shared();
    const seen: string[] = [];
    both.node("writer", async (fs, host) => {
      await writeFile(fs, "/sst", new Uint8Array(3 * 4096).fill(1));
      await until(host, 1);
      await fs.unlink("/sst");
      // The inode is gone for good then, and its end remembered all the same.
      await fs.syncDirectory("/");
    });
    both.node("reader", async (fs, host) => {
      await until(host, 0.5);
      const handle = await fs.open("/sst", OpenFlag.READ);
      const read = (page: number): Promise<number> => handle.read(new Uint8Array(4096), 0, 4096, page * 4096);
      seen.push(await codeOf(read(0)));
      await until(host, 1.5);
      seen.push(await codeOf(read(0)), await codeOf(read(1)));
      await until(host, 10);
      seen.push(await codeOf(read(0)), await codeOf(fs.open("/sst", OpenFlag.READ)));
    });
    await both.run();
    expect(seen).toEqual(["ok", "ok", "ESTALE", "ESTALE", "ENOENT"]);
    // The failed read descends from the unlink, across hosts.
    const failed = both.world.trace.records.find((record) => record.data.kind === "pread-failed");
    const unlinked = both.disk.volume.root.vanished.get("sst") ?? -1;
    expect(both.world.trace.causalPast(failed?.event ?? 0).has(unlinked)).toBe(true);
    const reported = both.world.trace.records.find((record) => record.data.kind === "file-unlinked");
    expect(reported).toMatchObject({ host: "disk", event: unlinked });
  });

  it("one's own unlink of an open file hides it under another name until it is closed", async () => {
    const both = new Shared();
    const seen: string[] = [];
    both.node("a", async (fs, host) => {
      await writeFile(fs, "/f", text("kept"));
      const handle = await fs.open("/f", OpenFlag.READ);
      await fs.unlink("/f");
      seen.push(await codeOf(fs.stat("/f")), (await fs.readdir("/")).join(" ").replace(/[0-9a-f]{24}/, "#"));
      await until(host, 100);
      const buffer = new Uint8Array(4);
      seen.push(String(await handle.read(buffer, 0, 4, 0)), new TextDecoder().decode(buffer));
      await handle.close();
    });
    await both.run();
    expect(seen).toEqual(["ENOENT", ".nfs#", "4", "kept"]);
    expect(treeOf(both.disk)).toEqual({});
  });

  it("a handle on a file replaced by a rename elsewhere is stale; opening the name finds the new one", async () => {
    const both = new Shared();
    const seen: string[] = [];
    both.node("writer", async (fs, host) => {
      await writeFile(fs, "/CURRENT", text("old"));
      await until(host, 1);
      await writeFile(fs, "/tmp", text("new"));
      await fs.rename("/tmp", "/CURRENT");
    });
    both.node("reader", async (fs, host) => {
      await until(host, 0.5);
      seen.push(await readText(fs, "/CURRENT"));
      await until(host, 2);
      seen.push(await readText(fs, "/CURRENT"));
    });
    await both.run();
    expect(seen).toEqual(["old", "new"]);
  });
});

describe("requests to a shared disk", () => {
  /** Loses the first answer that the server sends after a moment. */
  function loseOneAnswer(both: Shared, after: number): void {
    both.at(after, () => {
      let lost = false;
      both.carrier.rule = (from) => {
        if (from !== "disk" || lost) return 1;
        lost = true;
        return 0;
      };
    });
  }

  const calls: [string, (fs: FileSystem) => Promise<unknown>, string, object][] = [
    ["mkdir", (fs) => fs.mkdir("/d/made"), "EEXIST", { kind: "directory-created", path: "/d/made" }],
    ["unlink", (fs) => fs.unlink("/d/f"), "ENOENT", { kind: "file-unlinked", path: "/d/f" }],
    ["rename", (fs) => fs.rename("/d/f", "/d/g"), "ENOENT", { kind: "file-renamed", path: "/d/f", to: "/d/g" }],
    ["link", (fs) => fs.link("/d/f", "/d/g"), "EEXIST", { kind: "file-linked", path: "/d/f", to: "/d/g" }],
    [
      "open O_EXCL",
      (fs) => fs.open("/d/made", CREATE | OpenFlag.EXCLUSIVE),
      "EEXIST",
      { kind: "file-created", path: "/d/made" },
    ],
  ];

  it.each(calls)(
    "%s sent again after its answer was lost fails although it was done, and was told of once",
    async (_name, call, code, event) => {
      for (const rememberedReplies of [0, 1_024]) {
        const both = new Shared({ rememberedReplies });
        let seen = "";
        both.node("a", async (fs, host) => {
          await fs.mkdir("/d");
          await writeFile(fs, "/d/f", text("x"));
          await fs.stat("/d/f");
          await until(host, 1);
          seen = await codeOf(call(fs));
        });
        loseOneAnswer(both, 0.9);
        await both.run();
        expect(seen).toBe(rememberedReplies === 0 ? code : "ok");
        expect(both.world.traced("request-executed-again")).toHaveLength(rememberedReplies === 0 ? 1 : 0);
        expect(both.world.traced("request-retransmitted")).toHaveLength(1);
        const changes = both.world.trace.records.filter(
          ({ time, data }) => time >= SECOND && /^(file|directory)-/.test(data.kind),
        );
        expect(changes).toHaveLength(1);
        expect(changes[0]).toMatchObject({ host: "disk", data: event });
      }
    },
  );

  it("a duplicate of a request is answered from memory, and an answer counts once", async () => {
    const both = new Shared();
    both.carrier.rule = () => 3;
    const sample = fc.sample(sequence, { numRuns: 40, seed: 9 });
    const local: string[][] = [];
    const shared: string[][] = [];
    await onDisk(async (fs) => {
      for (const operations of sample) local.push(await carryOut(fs, operations));
    });
    both.node("a", async (fs) => {
      for (const operations of sample) shared.push(await carryOut(fs, operations));
    });
    await both.run();
    expect(shared).toEqual(local);
  });

  it("a hard mount waits for as long as it takes, a soft one gives up", async () => {
    for (const mode of ["hard", "soft"] as const) {
      const both = new Shared({ mount: { mode, retransmissions: 2, timeout: SECOND } });
      let seen = "";
      let took = 0;
      both.node("a", async (fs, host) => {
        await until(host, 1);
        seen = await codeOf(fs.mkdir("/d"));
        took = host.clock.monotonic() / SECOND - 1;
      });
      both.at(0.5, () => (both.carrier.rule = () => 0));
      both.at(300, () => (both.carrier.rule = () => 1));
      await both.run();
      expect(seen).toBe(mode === "hard" ? "ok" : "ETIMEDOUT");
      if (mode === "hard") expect(took).toBeGreaterThan(299);
      else expect(Math.round(took)).toBe(7);
    }
  });

  it("all clients queue for the server's processor", async () => {
    const both = new Shared({ cpuPerRequest: 10 * MILLISECOND });
    const done: number[] = [];
    for (let index = 0; index < 10; index++) {
      both.node(`n${index}`, async (fs, host) => {
        for (let round = 0; round < 10; round++) await fs.statfs();
        done.push(host.clock.monotonic());
      });
    }
    await both.run();
    expect(Math.max(...done)).toBeGreaterThan(100 * 10 * MILLISECOND * 0.99);
  });

  it("faults of the server's disk reach the client", async () => {
    const both = new Shared();
    const seen: string[] = [];
    both.node("a", async (fs) => {
      const handle = await fs.open("/f", CREATE);
      both.disk.faults.add({ fault: { kind: "error", code: "EIO", when: "before" }, calls: ["fsync"], times: 1 });
      await handle.write(text("x"), 0, 1, 0);
      seen.push(await codeOf(handle.sync()), await codeOf(handle.sync()));
      both.disk.setCapacity(4096);
      // A write is accepted here and refused there: the next to sync hears of it.
      seen.push(await codeOf(handle.write(new Uint8Array(8192), 0, 8192, 0)), await codeOf(handle.sync()));
      seen.push(await codeOf(handle.sync()));
    });
    await both.run();
    expect(seen).toEqual(["EIO", "ok", "ok", "ENOSPC", "ok"]);
  });
});

describe("the crashes of a shared disk", () => {
  it("a client that loses power loses its write-back; one that is killed does not", async () => {
    for (const how of ["kill", "powerLoss"] as const) {
      const both = new Shared();
      const machine = both.node("a", async (fs, host) => {
        if (host.incarnation > 1) return;
        const handle = await fs.open("/f", CREATE);
        await handle.write(text("sent"), 0, 4, 0);
        await handle.sync();
        await handle.write(text("lost"), 0, 4, 4);
        await host.clock.sleep(100 * SECOND);
      });
      both.at(1, () => machine[how]());
      await both.run();
      expect(treeOf(both.disk)["/f"]).toBe(how === "kill" ? "sentlost" : "sent");
      expect(both.world.traced("write-back-lost")).toHaveLength(how === "kill" ? 0 : 1);
    }
  });

  it("calls hang while the server is down, and go on when it is back; what was not committed is sent again", async () => {
    for (let seed = 0; seed < 10; seed++) {
      const never = { least: 1_000 * SECOND, most: 1_000 * SECOND };
      const both = new Shared({ crashModel: "lossy", writeBack: never }, `crash-${seed}`);
      const seen: string[] = [];
      both.node("a", async (fs, host) => {
        await writeFile(fs, "/f", text("synced"), true);
        await fs.syncDirectory("/");
        const handle = await fs.open("/f", CREATE);
        await handle.write(text("SENT"), 0, 4, 0);
        await until(host, 40);
        expect(new TextDecoder().decode(contentOf(both.disk, "/f"))).toBe("SENTed");
        both.disk.crashServer();
        expect(new TextDecoder().decode(contentOf(both.disk, "/f"))).toBe("synced");
        seen.push(await codeOf(fs.statfs()));
        expect(host.clock.monotonic()).toBeGreaterThan(50 * SECOND);
        seen.push(await codeOf(handle.sync()));
        both.disk.crashServer();
      });
      both.at(50, () => both.disk.restartServer());
      await both.run();
      expect(seen).toEqual(["ok", "ok"]);
      expect(treeOf(both.disk)).toEqual({ "/f": "SENTed" });
    }
  });

  it("a name that was not synced is gone after the server's crash, and its handle stale", async () => {
    const both = new Shared({ crashModel: "lossy" });
    const seen: string[] = [];
    both.node("a", async (fs, host) => {
      const handle = await fs.open("/f", CREATE);
      both.disk.crashServer();
      both.disk.restartServer();
      await until(host, 61);
      seen.push(await codeOf(handle.stat()), (await fs.readdir("/")).join(" "));
    });
    await both.run();
    expect(seen).toEqual(["ESTALE", ""]);
    const safe = new Shared({ crashModel: "lossy", syncsMetadata: true });
    safe.node("a", async (fs) => {
      await fs.open("/f", CREATE);
      safe.disk.crashServer();
    });
    await safe.run();
    expect(treeOf(safe.disk)).toEqual({ "/f": "" });
  });

  it("a stalled server holds all calls until it is released", async () => {
    const both = new Shared();
    let took = 0;
    both.node("a", async (fs, host) => {
      both.disk.stall();
      const call = fs.mkdir("/d");
      await until(host, 0.5);
      expect(both.disk.waits()).toEqual([{ host: "a", task: "main", what: "mkdir /d from disk" }]);
      await call;
      took = host.clock.monotonic();
    });
    both.at(20, () => both.disk.release());
    await both.run();
    expect(took).toBeGreaterThan(20 * SECOND);
    expect(treeOf(both.disk)).toEqual({ "/d": undefined });
  });
});

describe("locks on a shared disk", () => {
  it("exclude other hosts and this one, and are released by the death of their process or a reboot", async () => {
    for (const how of ["kill", "powerLoss"] as const) {
      const both = new Shared();
      const seen: string[] = [];
      const holder = both.node("holder", async (fs, host) => {
        const lock = await fs.lock("/LOCK");
        seen.push(`${host.incarnation} ${lock.held}`);
      });
      both.node("other", async (fs, host) => {
        await until(host, 1);
        seen.push(await codeOf(fs.lock("/LOCK")));
        await until(host, 3);
        seen.push(await codeOf(fs.lock("/LOCK")));
      });
      both.at(2, () => holder[how]());
      if (how === "powerLoss") both.at(4, () => holder.restart());
      await both.run();
      expect(seen).toEqual(how === "kill" ? ["1 true", "EAGAIN", "ok"] : ["1 true", "EAGAIN", "EAGAIN", "2 true"]);
    }
  });

  it("are given away after a lease's silence, and their holder finds out", async () => {
    const both = new Shared({ leaseTime: 10 * SECOND });
    const seen: string[] = [];
    both.node("holder", async (fs, host) => {
      const lock = await fs.lock("/LOCK");
      await until(host, 30);
      seen.push(`kept ${lock.held}`);
      await until(host, 100);
      seen.push(`lost ${!lock.held}`);
    });
    both.node("other", async (fs, host) => {
      await until(host, 31);
      seen.push(await codeOf(fs.lock("/LOCK")));
      both.carrier.rule = (from, to) => (from === "holder" || to === "holder" ? 0 : 1);
      await until(host, 50);
      const lock = await fs.lock("/LOCK");
      both.carrier.rule = () => 1;
      await until(host, 110);
      seen.push(`other ${lock.held}`);
      await lock.release();
    });
    await both.run();
    expect(seen).toEqual(["kept true", "EAGAIN", "lost true", "other true"]);
  });

  it("can be lost without anybody noticing", async () => {
    const both = new Shared();
    const seen: string[] = [];
    both.node("holder", async (fs, host) => {
      const lock = await fs.lock("/LOCK");
      await until(host, 2);
      seen.push(`believes ${lock.held}`);
    });
    both.node("other", async (fs, host) => {
      await until(host, 1);
      both.disk.loseLocks("holder");
      seen.push(await codeOf(fs.lock("/LOCK")));
    });
    await both.run();
    expect(seen).toEqual(["ok", "believes true"]);
  });
});

describe("the determinism of a shared disk", () => {
  it("same seed, same fingerprint, under loss, duplication and crashes; another seed, another", async () => {
    const run = async (seed: string): Promise<string> => {
      const both = new Shared({}, seed);
      const random = both.world.simulation.kernel.random("test/loss");
      both.carrier.rule = () => random.pick([0, 1, 1, 1, 1, 2]);
      for (const name of ["a", "b"]) {
        both.node(name, async (fs, host) => {
          const draws = host.random("operations");
          for (let round = 0; round < 30; round++) {
            const path = `/${draws.below(3)}`;
            const which = draws.below(4);
            if (which === 0) await codeOf(writeFile(fs, path, text(`${name}${round}`), true));
            else if (which === 1) await codeOf(fs.unlink(path));
            else if (which === 2) await codeOf(readText(fs, path));
            else await fs.readdir("/");
          }
        });
      }
      both.at(5, () => both.disk.crashServer());
      both.at(6, () => both.disk.restartServer());
      return (await both.run()).fingerprint;
    };
    for (let seed = 0; seed < 5; seed++) {
      const first = await run(`s${seed}`);
      expect(await run(`s${seed}`)).toBe(first);
      expect(await run(`t${seed}`)).not.toBe(first);
    }
  });
});
