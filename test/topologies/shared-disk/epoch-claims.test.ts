import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { OpenFlag, type FileSystem } from "../../../host/file-system.ts";
import type { Host } from "../../../host/host.ts";
import { MILLISECOND, SECOND } from "../../../host/time.ts";
import { SharedDisk } from "../../../sim/fs/shared-disk.ts";
import { SimulatedNetwork } from "../../../sim/network/network.ts";
import { Simulation } from "../../../sim/simulation.ts";
import { ClaimError, EpochClaims } from "../../../topologies/shared-disk/epoch-claims.ts";
import { DeposedError, EpochFence } from "../../../topologies/shared-disk/fence.ts";

/** Hosts on one disk, each with a program; mounts believe what they know for a minute. */
class Hosts {
  readonly simulation: Simulation<SimulatedNetwork>;
  readonly disk: SharedDisk;

  constructor(seed: string) {
    this.simulation = new Simulation({ seed, network: (kernel) => new SimulatedNetwork(kernel) });
    const believed = { least: 60 * SECOND, most: 60 * SECOND };
    this.disk = new SharedDisk(this.simulation.kernel, "disk", this.simulation.network, {
      syncsMetadata: true,
      mount: { fileAttributes: believed, directoryAttributes: believed },
    });
  }

  add(name: string, program: (claims: EpochClaims, host: Host, fs: FileSystem) => Promise<void>): void {
    const start = (host: Host): Promise<void> =>
      program(new EpochClaims(host, host.fs("shared"), "/epochs"), host, host.fs("shared"));
    this.simulation.host(name, start, { mounts: { shared: this.disk } });
  }

  async run(): Promise<void> {
    const { failure, crashes } = await this.simulation.run({ drain: new NodeDrain(), deadline: 100 * SECOND });
    if (failure !== undefined) throw failure;
    for (const { error } of crashes) throw error;
  }
}

describe("claims of epochs", () => {
  test("go to one host each, one after the other, whoever is fastest", async () => {
    for (let seed = 0; seed < 10; seed++) {
      const hosts = new Hosts(`claims/${seed}`);
      const claimed: string[] = [];
      for (const name of ["a", "b", "c"]) {
        hosts.add(name, async (claims) => {
          for (let round = 0; round < 4; round++) {
            const claim = await claims.claim();
            if (claim !== undefined) claimed.push(`${claim.epoch}`);
          }
        });
      }
      await hosts.run();
      expect(new Set(claimed).size).toBe(claimed.length);
      const numbers = claimed.map(Number).sort((x, y) => x - y);
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    }
  });

  test("lead from a sealed epoch to the one in its place, when that is ready", async () => {
    const hosts = new Hosts("chain");
    hosts.add("a", async (claims, host) => {
      expect(await claims.newest()).toBeUndefined();
      expect(await claims.current()).toBeUndefined();
      await claims.claim();
      expect(await claims.current()).toBeUndefined();
      await claims.markReady(1);
      expect(await claims.current()).toMatchObject({ epoch: 1, owner: "a", ready: true });
      await host.clock.sleep(SECOND);
    });
    hosts.add("b", async (claims, host) => {
      await host.clock.sleep(500 * MILLISECOND);
      expect((await claims.claim())?.epoch).toBe(2);
      expect(await claims.sealBefore(2)).toMatchObject({ epoch: 1, ready: true, sealedBy: 2 });
      expect(await claims.successor(await claims.read(1))).toBeUndefined();
      // Never made ready: the next claimant carries on what was before it.
      expect((await claims.claim())?.epoch).toBe(3);
      expect(await claims.sealBefore(3)).toMatchObject({ epoch: 1 });
      await claims.markReady(3);
      expect(await claims.successor(await claims.read(1))).toMatchObject({ epoch: 3 });
      expect(await claims.current()).toMatchObject({ epoch: 3, owner: "b" });
    });
    await hosts.run();
  });

  test("that are no claims are refused rather than believed", async () => {
    const hosts = new Hosts("damage");
    hosts.add("a", async (claims, _host, fs) => {
      await claims.claim();
      const handle = await fs.open("/epochs/000001.claim", OpenFlag.WRITE);
      await handle.write(new Uint8Array(512), 0, 512, 0);
      await handle.close();
      await expect(claims.read(1)).rejects.toThrow(ClaimError);
    });
    await hosts.run();
  });
});

describe("the fence", () => {
  /** What was acknowledged in an epoch and is not among what its successor reads. */
  async function lost(seed: string, pauses: readonly number[], sealsAt: number, order: "after" | "before") {
    const hosts = new Hosts(seed);
    const acknowledged: number[] = [];
    let carried: readonly number[] = [];
    hosts.add("old", async (claims, host, fs) => {
      await claims.claim();
      await claims.markReady(1);
      const fence = new EpochFence(host, await claims.open(1), () => undefined);
      const log = await fs.open("/log", OpenFlag.WRITE | OpenFlag.CREATE);
      try {
        for (const [index, pause] of pauses.entries()) {
          if (order === "before") await fence.confirm();
          await host.clock.sleep(pause * MILLISECOND);
          await log.write(new Uint8Array([index + 1]), 0, 1, index);
          await log.sync();
          if (order === "after") await fence.confirm();
          acknowledged.push(index + 1);
        }
      } catch (error) {
        if (!(error instanceof DeposedError)) throw error;
      }
    });
    hosts.add("new", async (claims, host, fs) => {
      await host.clock.sleep(200 * MILLISECOND);
      // It knows the log from before, and its mount believes that.
      await (await fs.open("/log", OpenFlag.READ)).close();
      await host.clock.sleep(sealsAt * MILLISECOND);
      await claims.claim();
      await claims.sealBefore(2);
      const log = await fs.open("/log", OpenFlag.READ);
      const buffer = new Uint8Array(1_000);
      carried = [...buffer.subarray(0, await log.read(buffer, 0, 1_000, 0))];
    });
    await hosts.run();
    return acknowledged.filter((write) => !carried.includes(write));
  }
  const pauses = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 20, maxLength: 40 });
  const sealsAt = fc.integer({ min: 0, max: 400 });

  test("asked between durable and acknowledged, lets no acknowledged write be missed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), pauses, sealsAt, async (seed, waits, at) => {
        expect(await lost(seed, waits, at, "after")).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test("asked before, it would: that is what the order is for", async () => {
    let missed = 0;
    for (let at = 0; at < 20; at++)
      missed += (await lost("order", Array(30).fill(40) as number[], 7 * at, "before")).length;
    expect(missed).toBeGreaterThan(0);
  });
});
