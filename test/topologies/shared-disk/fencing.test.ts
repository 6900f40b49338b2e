import { describe, expect, test } from "vitest";
import type { Host } from "../../../host/host.ts";
import { MILLISECOND, SECOND } from "../../../host/time.ts";
import { NodeCaller } from "../../../topologies/cluster-client.ts";
import { epochOf } from "../../../topologies/position.ts";
import { sharedDiskMode } from "../../../topologies/shared-disk/shared-disk.ts";
import type { ClusterConfig, Topology } from "../../../topologies/topology.ts";
import { TestCluster } from "../support/cluster.ts";

const CONFIG: ClusterConfig = {
  replicas: 2,
  engine: { writeBufferBytes: 1_000, level0CompactionTrigger: 2 },
  settings: { lease: SECOND },
};
const PRIMARY = { role: "primary", choice: 0 } as const;

function mode(switches: string): Topology {
  return sharedDiskMode(`shared-disk:${switches}`) as Topology;
}

function promote(world: TestCluster, host: Host, subject: string): Promise<void> {
  const [action] = world.cluster.topology.actions;
  if (action === undefined) throw new Error("the mode has no promotion");
  return action.run(host, world.cluster.config, subject);
}

function rolesOf(world: TestCluster): Record<string, string> {
  return Object.fromEntries([...world.cluster.inspect()].map(([name, { role }]) => [name, role]));
}

/** Once more, where the first try came to nobody that is there. */
function insist<T>(ask: () => Promise<T>): Promise<T> {
  return ask().catch(ask);
}

async function until(host: Host, condition: () => boolean): Promise<void> {
  while (!condition()) await host.clock.sleep(20 * MILLISECOND);
}

describe.each(["careful", "careful+no-epochs+reservation+lock", "careful+reservation", "careful+no-uncached-mount"])(
  "%s fences",
  (switches) => {
    test("a primary that stood still while a replica was promoted: what it acknowledged is there, and it takes no more", async () => {
      const world = new TestCluster(mode(switches), CONFIG);
      const old = world.cluster.machines.get("primary");
      await world.run(async (client, host) => {
        for (let round = 0; round < 40; round++) await client.write(`k${round}`, `value ${round}`.padEnd(50));
        old?.pause();
        await promote(world, host, "replica-1");
        expect((await insist(() => client.write("k0", "after"))).node).toBe("replica-1");
        for (let round = 1; round < 40; round++) {
          expect((await client.read(`k${round}`, PRIMARY)).value).toBe(`value ${round}`.padEnd(50));
        }
        // Writes and reads wait for the old one to go on, and it answers none of them as if it were the primary still.
        const caller = new NodeCaller(host);
        const asked = [
          caller.execute("primary", { op: "write", key: "k1", value: "lost" }),
          caller.execute("primary", { op: "read", key: "k0" }, { fromPrimary: true }),
          caller.execute("primary", { op: "cas", key: "k0", from: null, to: "lost" }),
        ].map((answer) =>
          answer.then(
            ({ value }) => `answered ${JSON.stringify(value)}`,
            () => "refused",
          ),
        );
        old?.resume();
        expect(await Promise.all(asked)).toEqual(["refused", "refused", "refused"]);
        await until(host, () => rolesOf(world)["primary"] === "replica");
        expect((await client.read("k1", PRIMARY)).value).toBe("value 1".padEnd(50));
        expect((await client.read("k0", PRIMARY)).value).toBe("after");
      });
      expect(rolesOf(world)).toEqual({ primary: "replica", "replica-1": "primary", "replica-2": "replica" });
    });
  },
);

test("nothing fences it without: it answers as the primary still, from what was then", async () => {
  const world = new TestCluster(mode("as-written+promotion+no-lock"), CONFIG);
  const old = world.cluster.machines.get("primary");
  await world.run(async (_client, host) => {
    const caller = new NodeCaller(host);
    const write = (node: string, key: string) => caller.execute(node, { op: "write", key, value: node });
    await write("primary", "k");
    old?.pause();
    await promote(world, host, "replica-1");
    await write("replica-1", "k");
    old?.resume();
    const { value } = await caller.execute("primary", { op: "read", key: "k" }, { fromPrimary: true });
    expect(value).toBe("primary");
    expect(rolesOf(world)).toMatchObject({ primary: "primary", "replica-1": "primary" });
  });
});

describe("with epochs", () => {
  test("a primary that is started again goes on in a new epoch, and the old one's files go once no lease can be left", async () => {
    const world = new TestCluster(mode("careful"), CONFIG);
    const primary = world.cluster.machines.get("primary");
    await world.run(async (client, host) => {
      const first = await client.write("k", "1");
      expect(epochOf(first.position ?? 0)).toBe(1);
      primary?.kill();
      primary?.restart();
      await until(host, () => rolesOf(world)["primary"] === "primary");
      expect((await client.read("k", PRIMARY)).value).toBe("1");
      expect(epochOf((await client.write("k", "2")).position ?? 0)).toBe(2);
      expect(world.count("epoch-collected")).toBe(0);
      await host.clock.sleep(2 * SECOND);
      expect(world.count("epoch-collected")).toBe(1);
      expect((await client.read("k", { role: "replica", choice: 0 })).value).toBe("2");
      expect(world.cluster.inspect().get("replica-1")?.fields["epoch"]).toBe(2);
    });
    const told = ["epoch-claimed", "epoch-sealed", "epoch-carried-on", "epoch-began", "epoch-collected"];
    const story = world.trace.records.filter(({ data }) => told.includes(data.kind)).map(({ data }) => data.kind);
    expect(story).toEqual([
      "epoch-claimed",
      "epoch-began",
      "epoch-claimed",
      "epoch-sealed",
      "epoch-carried-on",
      "epoch-began",
      "epoch-collected",
    ]);
  });

  test("a primary that is started again when another was promoted becomes a replica", async () => {
    const world = new TestCluster(mode("careful"), CONFIG);
    const primary = world.cluster.machines.get("primary");
    await world.run(async (client, host) => {
      await client.write("k", "1");
      primary?.powerLoss();
      await promote(world, host, "replica-2");
      primary?.restart();
      await until(host, () => world.cluster.ready);
      expect(rolesOf(world)).toEqual({ primary: "replica", "replica-1": "replica", "replica-2": "primary" });
      expect((await insist(() => client.write("k", "2"))).node).toBe("replica-2");
    });
  });

  test("of two that are promoted at once both come to an end, and what was acknowledged stays", async () => {
    const world = new TestCluster(mode("careful"), CONFIG);
    await world.run(async (client, host) => {
      for (let round = 0; round < 20; round++) await client.write(`k${round}`, `value ${round}`);
      await Promise.allSettled([promote(world, host, "replica-1"), promote(world, host, "replica-2")]);
      await until(host, () => Object.values(rolesOf(world)).filter((role) => role === "primary").length === 1);
      await insist(() => client.write("after", "1"));
      for (let round = 0; round < 20; round++) {
        expect((await client.read(`k${round}`, PRIMARY)).value).toBe(`value ${round}`);
      }
    });
  });

  test("a client that has the old primary in mind is told who it is now", async () => {
    const world = new TestCluster(mode("careful"), CONFIG);
    await world.run(async (client, host) => {
      await client.write("k", "1");
      await promote(world, host, "replica-2");
      await until(host, () => rolesOf(world)["primary"] === "replica" && world.cluster.ready);
      const caller = new NodeCaller(host);
      const refused = caller.execute("primary", { op: "write", key: "k", value: "2" });
      await expect(refused).rejects.toMatchObject({ outcome: "failed", code: "not-primary", primary: "replica-2" });
    });
  });
});

describe("a promotion that makes no sense is refused with the reason", () => {
  test.each([
    ["primary", "already-primary"],
    ["disk", "no-node"],
  ])("of %s: %s", async (subject, code) => {
    const world = new TestCluster(mode("careful"), CONFIG);
    await world.run(async (_client, host) => {
      await expect(promote(world, host, subject)).rejects.toMatchObject({ outcome: "failed", code });
    });
  });

  test("of a replica that gets no answer from the disk", async () => {
    const world = new TestCluster(mode("careful"), CONFIG);
    await world.run(async (_client, host) => {
      world.simulation.network.clog({ from: "replica-1", to: "disk" });
      await expect(promote(world, host, "replica-1")).rejects.toMatchObject({ code: "disk-unreachable" });
    });
  });

  test("of a replica that is being promoted, and where the LOCK is held", async () => {
    const world = new TestCluster(mode("careful"), CONFIG);
    await world.run(async (_client, host) => {
      const first = promote(world, host, "replica-1");
      await expect(promote(world, host, "replica-1")).rejects.toMatchObject({ code: "promotion-under-way" });
      await first;
    });
    const locked = new TestCluster(mode("as-written+promotion"), CONFIG);
    await locked.run(async (_client, host) => {
      locked.cluster.machines.get("primary")?.pause();
      await expect(promote(locked, host, "replica-1")).rejects.toMatchObject({ code: "locked" });
    });
  });

  test("of a machine that is down", async () => {
    const world = new TestCluster(mode("careful"), CONFIG);
    await world.run(async (_client, host) => {
      world.cluster.machines.get("replica-1")?.kill();
      await expect(promote(world, host, "replica-1")).rejects.toMatchObject({ outcome: "unknown", code: "no-answer" });
    });
  });
});

test("the person on call promotes a replica when the primary is gone, and none while it serves", async () => {
  const world = new TestCluster(mode("careful"), CONFIG);
  const { topology, config } = world.cluster;
  await world.run(async (client, host) => {
    await client.write("k", "1");
    host.spawn("on call", async () => topology.onCall?.(host, config, { reaction: 2 * SECOND }));
    await host.clock.sleep(10 * SECOND);
    expect(world.count("operator-step")).toBe(0);
    world.cluster.machines.get("primary")?.powerLoss();
    await until(host, () => Object.values(rolesOf(world)).includes("primary"));
    expect((await insist(() => client.read("k", PRIMARY))).value).toBe("1");
    const steps = world.trace.records.filter(({ data }) => data.kind === "operator-step").map(({ data }) => data);
    expect(steps).toEqual([{ kind: "operator-step", action: "promote", subject: "replica-1", outcome: "done" }]);
  });
});
