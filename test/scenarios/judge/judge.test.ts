import { describe, expect, test } from "vitest";
import type { HistoryEntry } from "../../../checkers/history.ts";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { MILLISECOND, SECOND } from "../../../host/time.ts";
import { scenarios } from "../../../scenarios/catalogue.ts";
import { drawPlan } from "../../../scenarios/draw-plan.ts";
import { explain } from "../../../scenarios/explain.ts";
import { judge, type Evidence } from "../../../scenarios/judge/judge.ts";
import { paddedValue, valueLabel, type Plan } from "../../../scenarios/plan.ts";
import { runPlan } from "../../../scenarios/run-plan.ts";
import { buildWorld } from "../../../scenarios/world.ts";
import type { Scenario } from "../../../scenarios/scenario.ts";
import { NamedStream } from "../../../sim/random.ts";
import { ObservedTrace, RetainedTrace, type TraceRecord } from "../../../sim/trace.ts";
import { sharedDiskAsWritten } from "../../../topologies/shared-disk/as-written.ts";
import { single } from "../../../topologies/single/single.ts";
import type { Topology } from "../../../topologies/topology.ts";

const scenario = scenarios.get("compaction-race") as Scenario;

const entry = (time: number, type: HistoryEntry["type"], rest: Partial<HistoryEntry>): HistoryEntry => ({
  time,
  type,
  process: 0,
  f: "read",
  key: "k",
  value: undefined,
  ...rest,
});

const record = (index: number, time: number, host: string, data: TraceRecord["data"]): TraceRecord => ({
  index,
  time,
  host,
  incarnation: 1,
  event: index,
  data,
});

function judged(history: HistoryEntry[], observed: TraceRecord[], topology: Topology, rest: Partial<Evidence> = {}) {
  return judge({
    topology,
    unbounded: false,
    history,
    asked: [],
    processes: ["register", "register"],
    firstVerifier: 1,
    observed,
    crashes: [],
    broken: [],
    healing: undefined,
    finished: true,
    time: 100,
    limit: 1000,
    ...rest,
  }).findings;
}

const refusal = [entry(10, "invoke", {}), entry(20, "fail", { error: "table-missing", node: "replica-1" })];
const failed = record(5, 19, "replica-1", {
  kind: "get-failed",
  key: "k",
  file: "000005.sst",
  code: "ENOENT",
  version: 9,
});
const removed = record(3, 12, "primary", {
  kind: "version-installed",
  version: 10,
  removed: "4,5",
  added: "8",
  flushed: 1,
});

describe("a missing table", () => {
  test("is the document's race when a version edit had removed it", () => {
    expect(judged(refusal, [removed, failed], sharedDiskAsWritten)).toMatchObject([
      { kind: "table-vanished", claim: "SD-2", host: "replica-1" },
    ]);
  });

  test("is something else when nobody had removed it, or only later, or removed another", () => {
    const later = { ...removed, time: 25 };
    const other = { ...removed, data: { ...removed.data, removed: "4,50" } };
    for (const observed of [[failed], [failed, later], [other, failed]]) {
      expect(judged(refusal, observed, sharedDiskAsWritten)).toMatchObject([
        { kind: "table-missing", claim: undefined },
      ]);
    }
  });
});

describe("a scan", () => {
  const scanned = (found: readonly (readonly [string, string])[]): HistoryEntry[] => [
    entry(10, "invoke", { f: "scan", key: undefined, value: { from: "k", limit: 9 } }),
    entry(20, "ok", { f: "scan", key: undefined, value: found, node: "primary" }),
  ];
  const wrote = [entry(1, "invoke", { f: "write", value: "a" }), entry(2, "ok", { f: "write", value: "a" })];

  test("that is refused is a finding like a refused read, and tied to the word of its node", () => {
    const history = [
      entry(10, "invoke", { f: "scan", key: undefined, value: { from: "k", limit: 9 } }),
      entry(20, "fail", { f: "scan", key: undefined, error: "table-missing", node: "replica-1" }),
    ];
    expect(judged(history, [removed, failed], sharedDiskAsWritten)).toMatchObject([
      { kind: "table-vanished", operation: 0, message: { params: { f: "scan", key: "k" } } },
    ]);
  });

  test("that finds what nobody wrote serves wrong data, once, even where nothing else is promised", () => {
    const wrong = [
      ...wrote,
      ...scanned([
        ["k", "b"],
        ["l", "c"],
      ]),
    ];
    for (const unbounded of [false, true]) {
      expect(judged(wrong, [], sharedDiskAsWritten, { unbounded })).toMatchObject([
        { kind: "foreign-value", operation: 1, message: { params: { f: "scan", key: "k", value: "b" } } },
      ]);
    }
    expect(judged([...wrote, ...scanned([["k", "a"]])], [], single)).toEqual([]);
  });

  test("hides no register whose key is empty", () => {
    const history = [...wrote, ...scanned([["k", "a"]])].map((each) =>
      each.f === "write" ? { ...each, key: "" } : each,
    );
    const read = [entry(30, "invoke", { key: "" }), entry(40, "ok", { key: "", value: "b", node: "primary" })];
    expect(judged([...history, ...read], [], sharedDiskAsWritten).map(({ operation }) => operation)).toContain(2);
  });
});

test("a transaction that only reads is refused like a read, one that changes something is not", () => {
  const refusedTransaction = (steps: HistoryEntry["value"]): HistoryEntry[] => [
    entry(10, "invoke", { f: "txn", key: undefined, value: steps }),
    entry(20, "fail", { f: "txn", key: undefined, error: "corruption", node: "primary" }),
  ];
  const processes = ["list-append"] as const;
  const kinds = (steps: HistoryEntry["value"]): string[] =>
    judged(refusedTransaction(steps), [], single, { processes }).map(({ kind }) => kind);
  expect(kinds([["r", "x", null]])).toEqual(["read-refused"]);
  expect(
    kinds([
      ["r", "x", null],
      ["append", "x", 1],
    ]),
  ).toEqual([]);
});

describe("judging", () => {
  test("a read that reached nobody is no refusal", () => {
    const history = [entry(10, "invoke", {}), entry(20, "fail", { error: "unreachable" })];
    expect(judged(history, [], single)).toEqual([]);
  });

  test("what had not completed when time was up is counted, what timed out is not", () => {
    const history = [
      entry(1, "invoke", {}),
      entry(2, "info", { error: "timeout" }),
      entry(3, "invoke", {}),
      entry(3, "invoke", { process: 1 }),
    ];
    const [finding] = judged(history, [], single, { finished: false });
    expect(finding?.message).toEqual({ id: "finding-no-progress", params: { open: 2, limit: 1000 } });
  });

  test("a value that was cut, stretched or altered is nobody's, and one that is whole is its writer's", () => {
    const value = paddedValue({ value: "writer-12", bytes: 40 });
    expect(value).toHaveLength(40);
    expect(valueLabel(value)).toBe("writer-12");
    expect(valueLabel(paddedValue({ value: "writer-12", bytes: 1 }))).toBe("writer-12");
    for (const damaged of [value.slice(0, 39), `${value}.`, value.slice(0, 8), value.replace("12", "13x"), ""]) {
      expect(valueLabel(damaged)).toBe(damaged);
    }
  });
});

test("a value is its writer's whatever bars its label has", () => {
  for (const label of ["a|b", "a|5", "a|5|", "|", "", "a|5|...."]) {
    for (const bytes of [0, 5, 40]) expect(valueLabel(paddedValue({ value: label, bytes }))).toBe(label);
  }
});

describe("an explanation", () => {
  test("is tied to the read that the client heard of, not to another read of the same key on the same node", async () => {
    let explained = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const trace = new RetainedTrace();
      const report = await runPlan(drawPlan(scenario, "shared-disk:as-written", seed), {
        drain: new NodeDrain(),
        trace,
      });
      for (const finding of report.findings) {
        if (finding.kind !== "table-vanished") continue;
        const { message, record: shown, context } = explain(finding, report.history, trace);
        expect(message.id).toBe("explain-table-vanished");
        expect(shown?.data).toMatchObject({ kind: "get-failed", key: finding.message.params["key"], code: "ENOENT" });
        const unlinked = context.find(({ data }) => data.kind === "file-unlinked");
        expect(trace.causalPast(shown?.event ?? 0).has(unlinked?.event ?? -1)).toBe(true);
        expect(message.params["gap"]).toBeGreaterThan(0);
        explained++;
      }
    }
    expect(explained).toBeGreaterThan(0);
  });
});

describe("a run", () => {
  test("whose client crashes is not judged, and says so", async () => {
    const plan = drawPlan(scenario, "single", 1);
    const [first, ...others] = plan.clients;
    const broken = {
      ...first,
      workload: "register",
      steps: first?.steps.map((step) => ({ ...step, wait: 1.5 })) ?? [],
    };
    const report = await runPlan({ ...plan, clients: [broken, ...others] } as Plan, { drain: new NodeDrain() });
    expect(report.verdict).toBe("failed");
    expect(report.failure?.message).toMatch(/^client writer crashed \(main\): RangeError: a timer takes whole/);
  });

  test("of the baseline keeps its promises when its node is killed and its machine loses power, again and again", async () => {
    let struck = 0;
    for (let seed = 1; seed <= 25; seed++) {
      const plan = drawPlan(scenario, "single", seed);
      const observed = new ObservedTrace(["version-installed", "get-failed"]);
      const { simulation, cluster, history, processes, finished: done } = buildWorld(plan, { trace: observed });
      const random = new NamedStream(`${seed}/strikes`);
      const [machine] = cluster.machines.values();
      for (let strike = 0; strike < 6; strike++) {
        simulation.at(random.between(50, 1500) * MILLISECOND, () => {
          struck++;
          if (random.chance(1, 2)) machine?.kill();
          else machine?.powerLoss();
          machine?.restart();
        });
      }
      const result = await simulation.run({ drain: new NodeDrain(), until: done, deadline: 300 * SECOND });
      expect(result.failure).toBeUndefined();
      const { crashes, time } = result;
      const { topology } = cluster;
      const finished = result.end === "done";
      const evidence = { processes, crashes, time, limit: plan.limit, finished };
      expect({ seed, findings: judged([...history], observed.records, topology, evidence) }).toEqual({
        seed,
        findings: [],
      });
    }
    expect(struck).toBeGreaterThan(50);
  });
});
