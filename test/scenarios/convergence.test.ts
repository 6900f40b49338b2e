import { describe, expect, test } from "vitest";
import { NodeDrain } from "../../host/nodejs/drain.ts";
import { drawPlan } from "../../scenarios/draw-plan.ts";
import { earlyAnswers } from "../../scenarios/raft/early-answers.ts";
import { runPlan } from "../../scenarios/run-plan.ts";
import { RetainedTrace } from "../../sim/trace.ts";
import { MILLISECOND, SECOND } from "../../host/time.ts";
import type { ReplicaReport, Topology } from "../../topologies/topology.ts";
import { positionOf } from "../../topologies/position.ts";
import { clientDoing, planOf, read, registers, runOn, scripted, write } from "./support/scripted.ts";

const plan = planOf([clientDoing("client", [write("k", "v1"), read("k")])], {
  healing: { after: SECOND, core: 0 },
});

/** A design whose one node stands for itself and its copies: they hold what is said here, when asked for the n-th time. */
function surveyed(answers: (survey: number) => readonly ReplicaReport[]): Topology {
  let asked = 0;
  return scripted(registers, {
    promises: [
      { property: "linearizable" },
      { property: "progress", within: 2 * SECOND },
      { property: "converges", within: 3 * SECOND },
    ],
    survey: () => Promise.resolve(answers(++asked)),
  });
}

const holding = (place: number, digest: string, node = "primary"): ReplicaReport => ({
  node,
  position: positionOf(1, place),
  digest,
});

describe("nodes that promise to converge", () => {
  test("are asked until they have, before everything is read once more", async () => {
    let surveys = 0;
    const topology = surveyed((survey) => {
      surveys = survey;
      return survey < 3 ? [] : [holding(2, "same")];
    });
    const { verdict, history } = await runOn(topology, plan);
    expect({ verdict, surveys }).toEqual({ verdict: "holds", surveys: 3 });
    expect(history.filter(({ f, type }) => f === "read" && type === "ok")).toHaveLength(2);
  });

  test("and do not answer, or not in time, have not", async () => {
    const { verdict, findings } = await runOn(
      surveyed(() => [holding(2, "elsewhere", "stranger")]),
      plan,
    );
    expect(verdict).toBe("violated");
    expect(findings).toMatchObject([{ kind: "no-convergence", message: { params: { within: 3 * SECOND } } }]);
  });

  test("are two things when they hold different data at the same position", async () => {
    const twins = surveyed(() => [holding(2, "one"), holding(2, "other")]);
    const both = { ...twins, cores: () => [["primary", "primary"]] };
    const { findings } = await runOn(both, plan);
    expect(findings).toMatchObject([{ kind: "divergence", message: { params: { epoch: 1, place: 2 } } }]);
  });
});

// Found by seed 1 of early-answers on raft:read-index: who led was outside the core, and reached some of the core only.
test("a core that serves converges through whoever leads, who need not be of the core", async () => {
  const plan = drawPlan(earlyAnswers, "raft:read-index", 1);
  const cut = plan.faults.map((fault) => ({ ...fault, lasts: 200 * SECOND }));
  const trace = new RetainedTrace();
  const { verdict } = await runPlan({ ...plan, faults: cut }, { drain: new NodeDrain(), trace });
  expect(verdict).toBe("holds");
  const elected = trace.records.findLast(({ data }) => data.kind === "became-leader");
  expect(elected?.host).toBe("node-3");
});

// Found by shrinking seed 5 of early-answers on raft:as-written: what a node outside the core had not caught up with was called
// lost, as any node answers reads there.
test("what a node that runs does not have yet is not lost", async () => {
  const lagging = (survey: number): readonly ReplicaReport[] =>
    survey < 5 ? [holding(2, "same")] : [holding(2, "same"), holding(2, "same", "other")];
  let surveys = 0;
  const topology = surveyed((survey) => lagging((surveys = survey)));
  const place: Topology["place"] = (config) => {
    const placement = topology.place(config);
    return {
      ...placement,
      nodes: [...placement.nodes, ...placement.nodes.map((node) => ({ ...node, name: "other" }))],
    };
  };
  const { verdict } = await runOn({ ...topology, place, cores: () => [["primary"]] }, plan);
  expect({ verdict, surveys }).toEqual({ verdict: "holds", surveys: 5 });
});

describe("the person on call", () => {
  test("begins when the cluster is ready, has a machine of their own, and is cut off by no healing", async () => {
    const told: string[] = [];
    const topology = scripted(registers, {
      onCall: async (host, _config, { reaction }) => {
        told.push(host.name);
        await host.clock.sleep(reaction);
        told.push("acts");
      },
    });
    const clients = [clientDoing("client", [write("k", "v1")], { wait: 500 * MILLISECOND })];
    await runOn(topology, planOf(clients, { onCall: { reaction: 100 * MILLISECOND } }));
    expect(told).toEqual(["operator", "acts"]);
  });

  test("is nobody where the plan has none, or the design needs none", async () => {
    let called = 0;
    const onCall = (): Promise<void> => Promise.resolve(void called++);
    await runOn(scripted(registers, { onCall }), plan);
    expect((await runOn(scripted(registers), { ...plan, onCall: { reaction: 0 } })).verdict).toBe("holds");
    expect(called).toBe(0);
  });
});
