import { describe, expect, test } from "vitest";
import { NodeDrain } from "../../host/nodejs/drain.ts";
import type { Host } from "../../host/host.ts";
import { MILLISECOND, SECOND } from "../../host/time.ts";
import type { FaultRule } from "../../sim/fs/disk-faults.ts";
import { VirtualDisk } from "../../sim/fs/virtual-disk.ts";
import { SimulatedNetwork } from "../../sim/network/network.ts";
import { Simulation } from "../../sim/simulation.ts";
import { RetainedTrace } from "../../sim/trace.ts";
import { ReadWriteNode } from "../../topologies/read-write-node.ts";
import { single } from "../../topologies/single/single.ts";
import { OperationError, type ClusterConfig } from "../../topologies/topology.ts";
import { RegisterClient } from "./support/cluster.ts";

const PRIMARY = { role: "primary", choice: 0 } as const;
const TINY = { writeBufferBytes: 400, level0CompactionTrigger: 2, tableBytes: 500, level1Bytes: 1000 };
const EIO = { kind: "error", code: "EIO", when: "before" } as const;
const ENOSPC = { kind: "error", code: "ENOSPC", when: "before" } as const;

/** One node on a disk that can be struck. */
class StruckNode {
  readonly trace = new RetainedTrace();
  readonly simulation: Simulation<SimulatedNetwork>;
  readonly disk: VirtualDisk;
  readonly machine: ReturnType<Simulation["host"]>;
  node: ReadWriteNode | undefined;
  private readonly config: ClusterConfig;

  constructor(engine: ClusterConfig["engine"], seed = "1") {
    this.config = { replicas: 0, engine };
    this.simulation = new Simulation({ seed, trace: this.trace, network: (kernel) => new SimulatedNetwork(kernel) });
    this.disk = new VirtualDisk(this.simulation.kernel, "primary");
    this.machine = this.simulation.host(
      "primary",
      (host) => {
        this.node = new ReadWriteNode(host, this.config, "local");
        return this.node.run();
      },
      { mounts: { local: this.disk } },
    );
  }

  strike(rule: FaultRule) {
    return this.disk.faults.add(rule);
  }

  get state() {
    return this.node?.inspect();
  }

  async restart(host: Host): Promise<void> {
    this.machine.kill();
    this.machine.restart();
    while (this.state?.ready !== true) await host.clock.sleep(MILLISECOND);
  }

  /** Runs a client's program, and then ends the simulation. @returns the crashes of the node */
  async run(program: (client: RegisterClient, host: Host) => Promise<void>): Promise<readonly unknown[]> {
    const client = this.simulation.host("client", async (host) => {
      while (this.state?.ready !== true) await host.clock.sleep(MILLISECOND);
      await program(new RegisterClient(single.connect(host, this.config)), host);
    });
    const result = await this.simulation.run({
      drain: new NodeDrain(),
      until: () => client.mainFinished || client.crashes.length > 0,
      deadline: 1000 * SECOND,
    });
    if (result.failure !== undefined) throw result.failure;
    for (const crash of client.crashes) throw crash.error;
    expect(result.end).toBe("done");
    return this.machine.crashes;
  }
}

/** The code and outcome with which an operation was refused. */
async function refusal(operation: Promise<unknown>): Promise<string> {
  try {
    await operation;
    return "ok";
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return `${error.outcome}: ${error.code}`;
  }
}

describe("a disk that refuses", () => {
  test("to read refuses that read, and whatever must read first, and the node lives on", async () => {
    const world = new StruckNode({ ...TINY, blockCacheBytes: 0, maxOpenTables: 1 });
    const crashes = await world.run(async (client) => {
      for (let round = 0; round < 30; round++) await client.write(`k${round}`, "x".repeat(50));
      await client.execute({ op: "increment", key: "c", delta: 3 });
      for (let round = 0; round < 30; round++) await client.write(`l${round}`, "x".repeat(50));
      const struck = world.strike({ fault: EIO, calls: ["pread", "open"], path: /sst$/ });
      const codes = new Set<string>();
      for (let round = 0; round < 30; round++) codes.add(await refusal(client.read(`k${round}`, PRIMARY)));
      expect(codes).toContain("failed: disk-error");
      expect(await refusal(client.execute({ op: "increment", key: "c", delta: 1 }))).toBe("failed: disk-error");
      expect(await refusal(client.execute({ op: "scan", from: "", limit: 50 }))).toBe("failed: disk-error");
      world.disk.faults.remove(struck);
      expect((await client.execute({ op: "read-counter", key: "c" })).value).toBe(3);
      expect((await client.read("k7", PRIMARY)).value).toBe("x".repeat(50));
    });
    expect(crashes).toEqual([]);
    expect(world.trace.records.some(({ data }) => data.kind === "get-failed" && data["code"] === "EIO")).toBe(true);
  });

  test("to keep a bit refuses the read as corruption", async () => {
    const world = new StruckNode({ ...TINY, blockCacheBytes: 0, maxOpenTables: 1 });
    const crashes = await world.run(async (client, host) => {
      for (let round = 0; round < 30; round++) await client.write(`k${round}`, "x".repeat(50));
      await world.restart(host);
      world.strike({ fault: { kind: "bit-rot" }, path: /sst$/, times: 6 });
      const codes = new Set<string>();
      for (let round = 0; round < 30; round++) codes.add(await refusal(client.read(`k${round}`, PRIMARY)));
      expect(codes).toContain("failed: corruption");
    });
    expect(crashes).toEqual([]);
  });

  test.each([
    ["to log", { fault: EIO, calls: ["pwrite"], path: /log$/, times: 1 }],
    ["to log, for want of room", { fault: ENOSPC, calls: ["pwrite"], path: /log$/, times: 1 }],
    ["to sync", { fault: { kind: "sync-failure", mode: "marked-clean" }, path: /log$/, times: 1 }],
  ] as const)(
    "%s leaves one write unknown, refuses those after, and answers reads until the node is started again",
    async (_what, rule) => {
      const world = new StruckNode(TINY);
      const crashes = await world.run(async (client, host) => {
        await client.write("k", "before");
        world.strike(rule);
        expect(await refusal(client.write("k", "lost?"))).toBe("unknown: write-failed");
        expect(world.state).toMatchObject({ ready: false, role: "primary", fields: { failed: true } });
        expect(await refusal(client.write("k", "refused"))).toBe("failed: database-failed");
        expect(await refusal(client.execute({ op: "increment", key: "c", delta: 1 }))).toBe("failed: database-failed");
        expect((await client.read("k", PRIMARY)).value).toBe("before");
        await world.restart(host);
        expect(world.state?.fields["failed"]).toBeUndefined();
        expect(["before", "lost?"]).toContain(
          (await client.read("k", PRIMARY).catch(() => client.read("k", PRIMARY))).value,
        );
        await client.write("k", "after");
      });
      expect(crashes).toEqual([]);
    },
  );

  test("to write a table, behind everybody's back, refuses the next change with certainty", async () => {
    const world = new StruckNode(TINY);
    const crashes = await world.run(async (client, host) => {
      world.strike({ fault: EIO, calls: ["pwrite"], path: /sst$/ });
      let written = 0;
      let last = "ok";
      while (last === "ok") last = await refusal(client.write(`k${written++}`, "x".repeat(50)));
      expect(["failed: database-failed", "unknown: write-failed"]).toContain(last);
      expect(await refusal(client.write("k", "v"))).toBe("failed: database-failed");
      expect(world.state?.ready).toBe(false);
      for (let read = 0; read < written - 1; read++) {
        expect((await client.read(`k${read}`, PRIMARY)).value).toBe("x".repeat(50));
      }
      world.machine.requestStop();
      while (!world.machine.mainFinished) await host.clock.sleep(MILLISECOND);
    });
    expect(crashes).toEqual([]);
  });

  test("for want of room refuses changes with certainty, answers reads, and takes changes again once there is room", async () => {
    const world = new StruckNode(TINY);
    const crashes = await world.run(async (client, host) => {
      const full = world.strike({ fault: ENOSPC, calls: ["pwrite"], path: /sst$/ });
      let written = 0;
      let last = "ok";
      while (last === "ok") last = await refusal(client.write(`k${written++}`, "x".repeat(50)));
      expect(last).toBe("failed: disk-full");
      expect(world.state).toMatchObject({ ready: true, fields: { full: true } });
      for (let read = 0; read < written - 1; read++) {
        expect((await client.read(`k${read}`, PRIMARY)).value).toBe("x".repeat(50));
      }
      expect((await client.read(`k${written - 1}`, PRIMARY)).value).toBeNull();
      world.disk.faults.remove(full);
      await host.clock.sleep(2 * SECOND);
      await client.write("k", "v");
      expect(world.state?.fields["full"]).toBeUndefined();
    });
    expect(crashes).toEqual([]);
  });

  test("when the database is opened ends the node: there is nothing it could serve", async () => {
    const world = new StruckNode(TINY);
    await world.run(async (client, host) => {
      await client.write("k", "v");
      world.strike({ fault: EIO, calls: ["pread"], path: /MANIFEST/ });
      world.machine.kill();
      world.machine.restart();
      while (world.machine.crashes.length === 0) await host.clock.sleep(MILLISECOND);
      expect(await refusal(client.read("k", PRIMARY).catch(() => client.read("k", PRIMARY)))).toBe(
        "failed: unreachable",
      );
    });
    expect(world.machine.crashes).toHaveLength(1);
  });

  test("now and then, at any call, never crashes a node that is up, nor loses what was acknowledged", async () => {
    let refused = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const world = new StruckNode({ ...TINY, blockCacheBytes: 0, maxOpenTables: 2 }, `${seed}`);
      const crashes = await world.run(async (client, host) => {
        const random = host.random("test");
        const counted = new Map<string, { acknowledged: number; doubtful: number }>();
        for (let round = 0; round < 4; round++) {
          const code = random.pick(["EIO", "ENOSPC"] as const);
          const fault = { kind: "error", code, when: random.pick(["before", "after"] as const) } as const;
          const struck = world.strike({ fault, perMillion: random.pick([3000, 20_000, 100_000]) });
          for (let step = 0; step < 40; step++) {
            const key = `c${random.below(4)}`;
            const count = counted.get(key) ?? { acknowledged: 0, doubtful: 0 };
            counted.set(key, count);
            const outcome = await refusal(client.execute({ op: "increment", key, delta: 1 }));
            if (outcome === "ok") count.acknowledged++;
            else if (outcome.startsWith("unknown")) count.doubtful++;
            if (outcome !== "ok") refused++;
            await refusal(client.write(`k${random.below(20)}`, "x".repeat(60)));
            await refusal(client.read(`k${random.below(20)}`, PRIMARY));
          }
          world.disk.faults.remove(struck);
          if (world.state?.ready !== true) await world.restart(host);
        }
        await host.clock.sleep(2 * SECOND);
        for (const [key, { acknowledged, doubtful }] of counted) {
          const read = () => client.execute({ op: "read-counter", key });
          const { value } = await read().catch(read);
          expect(value).toBeGreaterThanOrEqual(acknowledged);
          expect(value).toBeLessThanOrEqual(acknowledged + doubtful);
        }
      });
      expect({ seed, crashes }).toEqual({ seed, crashes: [] });
    }
    expect(refused).toBeGreaterThan(100);
  });
});
