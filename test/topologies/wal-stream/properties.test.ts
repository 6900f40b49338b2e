import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { MILLISECOND, SECOND } from "../../../host/time.ts";
import type { Fault, PlannedFault } from "../../../scenarios/faults/fault.ts";
import { compactionRace } from "../../../scenarios/compaction-race.ts";
import { drawPlan } from "../../../scenarios/draw-plan.ts";
import type { Plan } from "../../../scenarios/plan.ts";
import { PLAN_SCHEMA } from "../../../scenarios/plan.ts";
import { runPlan, type RunReport } from "../../../scenarios/run-plan.ts";
import { staleManifest } from "../../../scenarios/stale-manifest.ts";
import { registerClients } from "../../../scenarios/workloads/register.ts";
import { NamedStream } from "../../../sim/random.ts";
import { type ObservedTrace, RetainedTrace } from "../../../sim/trace.ts";
import { nodeNames } from "../../../topologies/replication/local-disks.ts";
import { walStreamAsync, walStreamFull, walStreamSemi } from "../../../topologies/wal-stream/wal-stream.ts";

const MODES = [walStreamAsync, walStreamSemi, walStreamFull] as const;
const RUNS = { numRuns: 12 };

const mode = fc.constantFrom(...MODES.map(({ id }) => id));
const moment = fc.integer({ min: 0, max: 300 }).map((milliseconds) => milliseconds * MILLISECOND);
const lasting = fc.integer({ min: 1, max: 600 }).map((milliseconds) => milliseconds * MILLISECOND);
const role = fc.constantFrom("primary" as const, "replica" as const);

/** Faults of some kind, of anybody, at any time. */
function struck(fault: fc.Arbitrary<Fault>): fc.Arbitrary<PlannedFault[]> {
  const planned = fc.record({
    at: moment,
    lasts: lasting,
    duringWrite: fc.boolean(),
    on: fc.record({ role, choice: fc.integer({ min: 0, max: 5 }) }),
    fault,
  });
  return fc.array(planned, { minLength: 1, maxLength: 4 });
}

/** Clients that write and read everywhere while that happens; then all is healed. */
function planOf(topology: string, seed: number, faults: readonly PlannedFault[]): Plan {
  const random = (purpose: string): NamedStream => new NamedStream(`${seed}/${purpose}`);
  const common = { keys: 4, pause: [0, 20 * MILLISECOND], bytes: [20, 200] } as const;
  return {
    schema: PLAN_SCHEMA,
    scenario: "property",
    topology,
    seed,
    cluster: { replicas: 2, engine: { writeBufferBytes: 512, tableBytes: 1024, level0CompactionTrigger: 2 } },
    disks: { local: "ssd", shared: "network" },
    network: "rack",
    mount: { attributeCacheMin: 0, attributeCacheMax: 0 },
    clients: [
      ...registerClients(random("writers"), {
        ...common,
        name: "writer",
        clients: 2,
        steps: 15,
        weights: { read: 1, write: 3, delete: 1 },
        readFrom: "primary",
      }),
      ...registerClients(random("readers"), {
        ...common,
        name: "session",
        clients: 1,
        steps: 15,
        weights: { read: 3, write: 1, delete: 0 },
        readFrom: { role: "replica", fresh: "session" },
      }),
    ],
    faults: [...faults].sort((a, b) => a.at - b.at),
    onCall: { reaction: 100 * MILLISECOND },
    healing: { after: 20 * SECOND, core: 0 },
    limit: 300 * SECOND,
  };
}

const run = (plan: Plan): Promise<RunReport> => runPlan(plan, { drain: new NodeDrain() });

/** What is promised holds, whatever of that kind happens. */
async function holdsUnder(fault: fc.Arbitrary<Fault>): Promise<void> {
  const property = fc.asyncProperty(mode, fc.nat(1000), struck(fault), async (topology, seed, faults) => {
    const { verdict, findings } = await run(planOf(topology, seed, faults));
    expect({ verdict, findings }).toEqual({ verdict: "holds", findings: [] });
  });
  await fc.assert(property, RUNS);
}

describe("every mode keeps what it promises", () => {
  test("under any crashes", () => holdsUnder(fc.constantFrom({ kind: "kill" }, { kind: "power-loss" })));

  test("under any partitions", () =>
    holdsUnder(
      fc
        .constantFrom("isolate" as const, "from-nodes" as const, "from-clients" as const, "incoming" as const)
        .map((shape) => ({ kind: "partition", shape }) as const),
    ));

  test("when one disk is lost with all that is on it", () => holdsUnder(fc.constant({ kind: "wipe" })));
});

/** What nodes do to files of theirs, and of others. */
async function filesOf(plan: Plan, kinds: readonly string[]): Promise<ObservedTrace["records"]> {
  const trace = new RetainedTrace();
  const { verdict } = await runPlan(plan, { drain: new NodeDrain(), trace });
  expect(verdict).toBe("holds");
  return trace.records.filter(({ data }) => kinds.includes(data.kind));
}

describe("what a shared disk suffers from cannot arise", () => {
  test("compaction races nobody: each node deletes its own tables only, on a disk that no other mounts", async () => {
    const property = fc.asyncProperty(mode, fc.integer({ min: 1, max: 60 }), async (topology, seed) => {
      const plan = drawPlan(compactionRace, topology, seed);
      const { nodes, sharedDisk } = walStreamAsync.place(plan.cluster);
      expect(sharedDisk).toBeUndefined();
      for (const { mounts } of nodes) expect(mounts).toEqual(["local"]);
      const gone = await filesOf(plan, ["table-missing", "get-failed"]);
      expect(gone).toEqual([]);
    });
    await fc.assert(property, RUNS);
  });

  test("no manifest is stale: a node serves from versions that it has installed itself", async () => {
    const property = fc.asyncProperty(mode, fc.integer({ min: 1, max: 60 }), async (topology, seed) => {
      const plan = drawPlan(staleManifest, topology, seed);
      const records = await filesOf(plan, ["version-installed", "get-served", "manifest-read"]);
      const installed = new Map<string, number>();
      for (const { host, data } of records) {
        // Nobody reads the manifest of another, as a replica of a shared disk does.
        expect(data.kind).not.toBe("manifest-read");
        if (data.kind === "version-installed") installed.set(host, Number(data["version"]));
        else if (data.kind === "get-served") expect(data["version"]).toBe(installed.get(host));
      }
      expect(new Set(installed.keys())).toEqual(new Set(nodeNames(plan.cluster)));
    });
    await fc.assert(property, RUNS);
  });
});
