import { expect, test } from "vitest";
import { NodeCaller } from "../../../topologies/cluster-client.ts";
import { sharedDiskAsWritten } from "../../../topologies/shared-disk/as-written.ts";
import { TestCluster } from "../support/cluster.ts";

const CONFIG = { replicas: 1, engine: { writeBufferBytes: 400, level0CompactionTrigger: 2, maxOpenTables: 1 } };
const REPLICA = { role: "replica", choice: 0 } as const;

/** Writes until the primary has installed so many versions. */
async function writeUntilVersion(world: TestCluster, version: number, write: (round: number) => Promise<unknown>) {
  for (let round = 0; world.count("version-installed") < version; round++) await write(round);
}

test("a replica sees what the primary has flushed, not what is still in its memtable (SD-6)", async () => {
  const world = new TestCluster(sharedDiskAsWritten, CONFIG);
  await world.run(async (client) => {
    await client.write("early", "1");
    expect((await client.read("early", REPLICA)).value).toBeNull();
    await writeUntilVersion(world, 3, (round) => client.write(`k${round % 7}`, "x".repeat(60)));
    expect((await client.read("early", REPLICA)).value).toBe("1");
  });
});

test("a replica takes no writes", async () => {
  const world = new TestCluster(sharedDiskAsWritten, CONFIG);
  await world.run(async (_client, host) => {
    const caller = new NodeCaller(host);
    const refused = caller.execute("replica-1", { op: "write", key: "k", value: "v" });
    await expect(refused).rejects.toMatchObject({ outcome: "failed", code: "read-only", node: "replica-1" });
  });
});

test.each([
  ["loses its way to the disk before it can open the table: the file is gone (SD-2)", "table-missing", "ENOENT"],
  ["stops once it has the table open: its handle is stale (SD-25)", "table-stale", "ESTALE"],
])("a replica that has taken over a version, and %s", async (_what, refusal, code) => {
  const world = new TestCluster(sharedDiskAsWritten, CONFIG);
  const replica = world.cluster.machines.get("replica-1");
  const { network } = world.simulation;
  await world.run(async (client) => {
    await writeUntilVersion(world, 3, (round) => client.write(`k${round % 7}`, "x".repeat(60)));
    let goOn = (): void => undefined;
    world.trace.when("manifest-read", () => {
      if (refusal === "table-missing") {
        const clog = network.clog({ from: "replica-1", to: "disk" });
        goOn = () => clog.remove();
      } else {
        replica?.pause();
        goOn = () => replica?.resume();
      }
    });
    const read = client.read("k1", REPLICA);
    const refused = expect(read).rejects.toMatchObject({ outcome: "failed", code: refusal, node: "replica-1" });
    const before = world.count("file-deleted");
    while (world.count("file-deleted") < before + 6) await client.write("k0", "y".repeat(60));
    goOn();
    await refused;
  });
  const failed = world.trace.records.find(({ data }) => data.kind === "get-failed");
  expect(failed?.data).toMatchObject({ key: "k1", code });
});
