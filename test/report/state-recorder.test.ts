import { describe, expect, test } from "vitest";
import { NodeDrain } from "../../host/nodejs/drain.ts";
import { Moments } from "../../report/moments.ts";
import { recordingStates } from "../../report/state-recorder.ts";
import { scenarios } from "../../scenarios/catalogue.ts";
import { drawPlan } from "../../scenarios/draw-plan.ts";
import { runPlan } from "../../scenarios/run-plan.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { clientsOf, disksOf, lanesOf, topologyOf } from "../../scenarios/world.ts";
import { RetainedTrace } from "../../sim/trace.ts";

describe("states of nodes", () => {
  test("are recorded without moving the run, and tell who was primary", async () => {
    const plan = drawPlan(scenarios.get("compaction-race") as Scenario, "shared-disk:as-written", 3);
    const plain = await runPlan(plan, { drain: new NodeDrain() });
    const trace = new RetainedTrace();
    const { topology, states } = recordingStates(topologyOf(plan), trace);
    const report = await runPlan(plan, { drain: new NodeDrain(), trace, topology });
    expect(report.fingerprint).toBe(plain.fingerprint);
    expect(report.nodeDigest).toBe(plain.nodeDigest);

    const disks = disksOf(plan);
    const nodes = lanesOf(plan).filter((host) => !disks.includes(host));
    const moments = new Moments(trace.records, { nodes, disks, clients: clientsOf(plan) }, states);
    const { machines } = moments.at(trace.records.length - 1);
    const role = (host: string): unknown =>
      machines.find((machine) => machine.host === host)?.fields.find(({ name }) => name === "role")?.value;
    expect(nodes.map(role)).toEqual(["primary", "replica", "replica"]);
    const tables = machines.map(({ levels }) => levels.flatMap((level) => level.tables).length);
    expect(Math.min(...tables.slice(0, 3))).toBeGreaterThan(0);
  });

  test("are written down when they change only, and end with the node", () => {
    const trace = new RetainedTrace();
    const plan = drawPlan(scenarios.get("compaction-race") as Scenario, "shared-disk:as-written", 3);
    const { topology, states } = recordingStates(topologyOf(plan), trace);
    const watch = topology.invariants.at(-1)?.watch();
    const state = { role: "replica", ready: true, fields: { epoch: 1 } } as const;
    watch?.check(new Map([["n1", state]]));
    watch?.check(new Map([["n1", { ...state, fields: { epoch: 1 } }]]));
    watch?.check(new Map([["n1", { ...state, fields: { epoch: 2 } }]]));
    watch?.check(new Map());
    watch?.check(new Map());
    expect(states.map(({ state: told }) => told?.fields["epoch"])).toEqual([1, 2, undefined]);
  });
});
