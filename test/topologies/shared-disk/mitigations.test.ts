import { describe, expect, test } from "vitest";
import type { Host } from "../../../host/host.ts";
import { MILLISECOND, SECOND } from "../../../host/time.ts";
import type { DataValue } from "../../../topologies/operation.ts";
import { sharedDiskMode } from "../../../topologies/shared-disk/shared-disk.ts";
import type { ClusterConfig, Topology } from "../../../topologies/topology.ts";
import { TestCluster, type RegisterClient } from "../support/cluster.ts";

const CONFIG: ClusterConfig = {
  replicas: 1,
  engine: { writeBufferBytes: 400, level0CompactionTrigger: 2, maxOpenTables: 1, blockCacheBytes: 0 },
};
const REPLICA = { role: "replica", choice: 0 } as const;
const CACHED = {
  disks: { local: "ssd", shared: "network" },
  mount: { attributeCacheMin: 30 * SECOND, attributeCacheMax: 60 * SECOND },
} as const;

function textOf(value: DataValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function mode(switches: string): Topology {
  return sharedDiskMode(`shared-disk:${switches}`) as Topology;
}

/** Nothing is compacted, and so nothing deleted. */
const UNCOMPACTED: ClusterConfig = {
  replicas: 1,
  engine: {
    writeBufferBytes: 400,
    level0CompactionTrigger: 1_000,
    level0SlowdownTrigger: 1_000,
    level0StopTrigger: 1_000,
  },
};

/** Has the replica's machine begin anew, and so look at the disk with nothing in its caches. */
async function beginAnew(world: TestCluster, host: Host): Promise<void> {
  const replica = world.cluster.machines.get("replica-1");
  replica?.powerLoss();
  replica?.restart();
  await host.clock.sleep(MILLISECOND);
  while (!world.cluster.ready) await host.clock.sleep(10 * MILLISECOND);
}

/** Writes until the primary has installed so many versions. */
async function writeUntilVersion(world: TestCluster, client: RegisterClient, version: number): Promise<void> {
  for (let round = 0; world.count("version-installed") < version; round++) {
    await client.write(`k${round % 7}`, "x".repeat(60));
  }
}

/** What a read of a replica comes to that stands still between the manifest and the tables, while the primary compacts. */
async function raced(switches: string): Promise<string> {
  const world = new TestCluster(mode(switches), CONFIG);
  const replica = world.cluster.machines.get("replica-1");
  let outcome = "";
  await world.run(async (client, host) => {
    await writeUntilVersion(world, client, 3);
    // What needs a first look at the disk, or at the primary, has had it.
    await client.read("k1", REPLICA).catch(() => undefined);
    await writeUntilVersion(world, client, world.count("version-installed") + 1);
    world.trace.when("manifest-read", () => replica?.pause());
    const read = client.read("k1", REPLICA).then(
      ({ value }) => `read ${textOf(value).slice(0, 1)}`,
      (error: unknown) => (error as { code: string }).code,
    );
    const installed = world.count("version-installed");
    while (world.count("version-installed") < installed + 8) await client.write("k0", "y".repeat(60));
    await host.clock.sleep(300 * MILLISECOND);
    replica?.resume();
    outcome = await read;
  });
  return outcome;
}

describe("a replica that has read the manifest, and whose tables compaction then takes", () => {
  test.each([
    ["as-written", "table-stale"],
    ["as-written+pinned-descriptors", "table-stale"],
    ["as-written+retry", "read x"],
    ["as-written+deferred-deletion", "read x"],
    ["as-written+posix-disk+pinned-descriptors", "read x"],
  ])("%s: %s", async (switches, outcome) => {
    expect(await raced(switches)).toBe(outcome);
  });
});

describe("what a replica has under names or leases of its own stays, however often the primary compacts", () => {
  test.each([
    ["as-written+periodic-pull", false],
    ["as-written+periodic-pull+hard-links", true],
    ["as-written+periodic-pull+leases", true],
  ])("%s: %s", async (switches, stays) => {
    const settings = { pullPeriod: 1_000 * SECOND };
    const world = new TestCluster(mode(switches), { ...CONFIG, settings });
    await world.run(async (client, host) => {
      await writeUntilVersion(world, client, 4);
      // It pulls as it begins, and then not for long: the view is kept.
      await beginAnew(world, host);
      await host.clock.sleep(SECOND);
      const before = world.cluster.inspect().get("replica-1")?.fields["version"];
      const read = async (): Promise<string> =>
        client.read("k1", REPLICA).then(
          ({ value }) => textOf(value),
          (error: unknown) => (error as { code: string }).code,
        );
      const first = await read();
      expect(first).toMatch(/^x/);
      await writeUntilVersion(world, client, world.count("version-installed") + 12);
      await host.clock.sleep(4 * SECOND);
      const second = await read();
      expect(world.cluster.inspect().get("replica-1")?.fields["version"]).toBe(before);
      if (stays) expect(second).toBe(first);
      else expect(second).toMatch(/table-(missing|stale)/);
    });
  });
});

describe("what a replica knows of changes", () => {
  /** What it reads so long after a write that was flushed, on a mount that believes what it knew for half a minute. */
  async function readAfter(switches: string, wait: number, before?: (world: TestCluster) => void): Promise<string> {
    const world = new TestCluster(mode(switches), UNCOMPACTED, "1", CACHED);
    let value = "";
    await world.run(async (client, host) => {
      await client.write("k", "old");
      await writeUntilVersion(world, client, 3);
      await beginAnew(world, host);
      expect((await client.read("k", REPLICA)).value).toBe("old");
      await host.clock.sleep(SECOND);
      before?.(world);
      await client.write("k", "new");
      await writeUntilVersion(world, client, world.count("version-installed") + 2);
      await host.clock.sleep(wait);
      value = textOf((await client.read("k", REPLICA)).value);
    });
    return value;
  }
  const cutOff = (world: TestCluster): void => {
    world.simulation.network.clog({ from: "primary", to: "replica-1" });
  };

  test.each([
    ["as-written", "old"],
    ["as-written+periodic-pull", "old"],
    ["as-written+watch", "old"],
    ["as-written+uncached-mount", "new"],
    ["as-written+cache-invalidation", "new"],
    ["as-written+uncached-mount+periodic-pull", "new"],
    ["as-written+uncached-mount+watch", "old"],
    ["as-written+uncached-mount+notices", "new"],
  ])("%s: %s", async (switches, value) => {
    expect(await readAfter(switches, SECOND)).toBe(value);
  });

  test("a notice that is lost is not made up for, but by a pull", async () => {
    expect(await readAfter("as-written+uncached-mount+notices", SECOND, cutOff)).toBe("old");
    expect(await readAfter("as-written+uncached-mount+notices+periodic-pull", SECOND, cutOff)).toBe("new");
  });

  test.each([
    ["as-written", null],
    // What is durable, a log says with its next record.
    ["as-written+wal-tailing", null],
    ["as-written+unsynced-tailing", "1"],
  ])("the last write, which is in no table yet: %s sees %s", async (switches, value) => {
    const world = new TestCluster(mode(switches), CONFIG);
    await world.run(async (client) => {
      await client.write("early", "0");
      await client.write("k", "1");
      expect((await client.read("k", REPLICA)).value).toBe(value);
      if (switches.endsWith("wal-tailing")) expect((await client.read("early", REPLICA)).value).toBe("0");
    });
  });

  test("bounded staleness: a replica that is cut off from the disk refuses, where others serve what they have", async () => {
    const outcome = async (switches: string): Promise<string> => {
      const world = new TestCluster(mode(switches), CONFIG);
      let outcome = "";
      await world.run(async (client, host) => {
        await client.write("k", "1");
        await host.clock.sleep(SECOND);
        world.simulation.network.clog({ from: "replica-1", to: "disk" });
        await host.clock.sleep(2 * SECOND);
        outcome = await client.read("k", REPLICA).then(
          ({ value }) => textOf(value),
          (error: unknown) => (error as { code: string }).code,
        );
      });
      return outcome;
    };
    expect(await outcome("as-written+unsynced-tailing+periodic-pull")).toBe("1");
    expect(await outcome("as-written+unsynced-tailing+periodic-pull+bounded-staleness")).toBe("not-fresh");
  });
});

describe("who opens the database for writing", () => {
  test("a replica that knows no other way meets the LOCK", async () => {
    const world = new TestCluster(mode("as-written+exclusive-open"), CONFIG);
    await world.run(async (client) => {
      await client.write("k", "1");
      await expect(client.read("k", REPLICA)).rejects.toMatchObject({ code: "locked", node: "replica-1" });
    });
  });

  test("without the LOCK it gets in, and two write what only one may", async () => {
    const world = new TestCluster(mode("as-written+exclusive-open+no-lock"), CONFIG);
    await world.run(async (client) => {
      for (let round = 0; round < 60; round++) await client.write(`k${round}`, "x".repeat(60)).catch(() => undefined);
    });
    const opened = world.trace.records.filter(({ data }) => data.kind === "database-opened").map(({ host }) => host);
    expect(new Set(opened)).toEqual(new Set(["primary", "replica-1"]));
  });
});

test("two groups on one disk have databases of their own, and a key belongs to one", async () => {
  const world = new TestCluster(mode("as-written+two-groups"), CONFIG);
  expect([...world.cluster.machines.keys()]).toEqual(["primary", "replica-1", "second-primary", "second-replica-1"]);
  await world.run(async (client) => {
    const nodes = new Set<string>();
    for (const key of ["a", "b", "c", "d"]) {
      nodes.add((await client.write(key, key)).node);
      expect((await client.read(key, { role: "primary", choice: 0 })).value).toBe(key);
    }
    expect(nodes).toEqual(new Set(["primary", "second-primary"]));
    const spanning = client.execute({ op: "deposit", keys: ["a", "b"], amount: 1 });
    await expect(spanning).rejects.toMatchObject({ outcome: "failed", code: "cross-group" });
  });
});
