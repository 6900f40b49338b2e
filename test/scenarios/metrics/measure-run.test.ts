import { describe, expect, test } from "vitest";
import { operationsOf, type HistoryEntry, type HistoryValue } from "../../../checkers/history.ts";
import { MILLISECOND } from "../../../host/time.ts";
import type { AskedTerms } from "../../../scenarios/client.ts";
import type { FaultReport } from "../../../scenarios/faults/strike.ts";
import { metricOf } from "../../../scenarios/metrics/catalogue.ts";
import { Distribution } from "../../../scenarios/metrics/distribution.ts";
import { measureRun, type RunRemains } from "../../../scenarios/metrics/measure-run.ts";
import type { WorldCounters } from "../../../scenarios/metrics/world-counters.ts";
import { planned } from "../support/struck-cluster.ts";

const COUNTERS: WorldCounters = {
  networkBytes: 1000,
  deviceOperations: 20,
  deviceReadBytes: 30,
  deviceWrittenBytes: 400,
  syncs: 5,
  metadataOperations: 60,
  storedBytes: 8192,
  mostStoredBytes: 12_288,
  machines: 3,
};

/** One operation: who, what, from when to when in milliseconds, how it ended. The verifier is process 9. */
interface Done {
  readonly process?: number;
  readonly f: "read" | "write" | "add" | "cas";
  readonly key?: string;
  readonly value?: HistoryValue;
  readonly at: readonly [from: number, to: number];
  readonly type?: "ok" | "fail" | "info";
  readonly error?: string;
  readonly role?: AskedTerms["role"];
}

function measured(done: readonly Done[], rest: Partial<RunRemains> = {}): Record<string, Distribution> {
  const history = done.flatMap(({ process = 0, f, key = "k", value = null, at: [from, to], type = "ok", error }) => {
    const entry = { process, f, key, value };
    return [
      { ...entry, type: "invoke", time: from * MILLISECOND },
      { ...entry, type, time: to * MILLISECOND, error },
    ] satisfies HistoryEntry[];
  });
  const metrics = measureRun({
    operations: operationsOf(history),
    processes: Array.from({ length: 10 }, (_, process) => (process === 5 ? "set" : "register")),
    firstVerifier: 9,
    asked: done.map(({ role = "primary" }) => ({ role })),
    observed: [],
    faults: [],
    healedAt: undefined,
    converged: undefined,
    counters: COUNTERS,
    time: 1_000 * MILLISECOND,
    ...rest,
  });
  for (const { name } of metrics) expect(metricOf(name), name).toBeDefined();
  return Object.fromEntries(metrics.map(({ name, values }) => [name, Distribution.of(values)]));
}

const write = (value: string, from: number, rest: Partial<Done> = {}): Done => ({
  f: "write",
  value,
  at: [from, from + 1],
  ...rest,
});
const read = (value: string | null, from: number, rest: Partial<Done> = {}): Done => ({
  f: "read",
  value,
  at: [from, from + 1],
  ...rest,
});
const ms = (distribution: Distribution | undefined) =>
  distribution === undefined ? undefined : [distribution.count, distribution.sum / MILLISECOND];

describe("a run's metrics", () => {
  test("tell how long clients waited, by what they asked and whom, and how it ended", () => {
    const run = measured([
      write("a", 0),
      { ...write("b", 2), at: [2, 7] },
      write("c", 8, { type: "fail", error: "unreachable" }),
      { ...write("d", 10, { type: "fail", error: "mismatch" }), f: "cas", value: ["x", "y"] },
      read("b", 12),
      read("b", 14, { role: "replica", at: [14, 17] }),
      read(null, 20, { role: "replica", type: "fail", error: "table-missing" }),
      read(null, 22, { type: "info", error: "timeout" }),
      read("b", 30, { process: 9 }),
    ]);
    expect(ms(run["write-latency"])).toEqual([2, 6]);
    expect(ms(run["read-latency"])).toEqual([2, 4]);
    expect(ms(run["replica-read-latency"])).toEqual([1, 3]);
    const count = (name: string) => run[name]?.sum;
    expect(["", "-ok", "-answered", "-failed", "-unknown"].map((end) => count(`writes${end}`))).toEqual([
      4, 2, 3, 1, 0,
    ]);
    expect(["", "-ok", "-answered", "-failed", "-unknown"].map((end) => count(`reads${end}`))).toEqual([4, 2, 2, 1, 1]);
    expect([count("reads-refused/table-missing"), count("writes-refused/mismatch")]).toEqual([1, 1]);
    expect(ms(run["busy-time"])).toEqual([1, 22]);
    expect(count("wrong-reads")).toBe(0);
  });

  test("tell how stale answered reads were, and which answers nobody wrote", () => {
    const run = measured([
      write("a", 0),
      write("b", 2),
      write("c", 4),
      read("c", 10),
      read("a", 11, { role: "replica" }),
      read("z", 13, { role: "replica" }),
    ]);
    // "b" was acknowledged at 3 ms; what nobody wrote counts as older than all there was.
    expect(ms(run["replica-staleness"])).toEqual([2, 8 + 12]);
    expect(run["versions-behind"]?.max).toBe(3);
    expect([run["stale-reads"]?.sum, run["stale-replica-reads"]?.sum, run["wrong-reads"]?.sum]).toEqual([2, 2, 1]);
  });

  test("tell what clients got during faults, and how long the next write took after a primary's loss and the healing", () => {
    const strike = { hosts: ["n1"], primary: true, from: 10 * MILLISECOND, to: 30 * MILLISECOND };
    const lost: FaultReport = { planned: planned({ kind: "kill" }), fate: "fired", beyond: false, strike };
    const slow = {
      ...lost,
      planned: planned({ kind: "disk-slow", factor: 9 }),
      strike: { ...strike, to: Infinity, from: 45 * MILLISECOND },
    };
    const done = [
      write("a", 0),
      { ...write("b", 9), at: [9, 11] as const },
      write("c", 15, { type: "info", error: "timeout" }),
      write("d", 31),
      read("d", 46),
      write("e", 60, { process: 9 }),
    ];
    const run = measured(done, { faults: [lost, slow], healedAt: 50 * MILLISECOND, converged: 7 });
    expect([run["writes-in-faults"]?.sum, run["writes-in-faults-answered"]?.sum]).toEqual([1, 0]);
    expect([run["reads-in-faults"]?.sum, run["reads-in-faults-answered"]?.sum]).toEqual([1, 1]);
    // The write that was under way when the primary died says nothing of the time after.
    expect(ms(run["failover-time"])).toEqual([1, 22]);
    expect([run["primary-losses"]?.sum, run["failovers-missed"]?.sum]).toEqual([1, 0]);
    expect(ms(run["recovery-time"])).toEqual([1, 11]);
    expect(run["convergence-time"]?.sum).toBe(7);
    expect(ms(run["write-outage"])).toEqual([1, 17]);
  });

  test("count acknowledged writes that the verifier's reads no longer find, those that others replaced included", () => {
    const done = [
      write("a", 0),
      write("b", 2),
      { ...write("c", 4), at: [4, 9] as const },
      write("x", 6, { key: "other", process: 1 }),
      { f: "add", process: 5, key: "s", value: 1, at: [10, 11] } as const,
      { f: "add", process: 5, key: "s", value: 2, at: [12, 13] } as const,
    ];
    const final = (value: string, key: string): Done => read(value, 60, { process: 9, key });
    // A client reads from a replica that lags: only the verifier reads the whole.
    const lagging = read("a", 55, { process: 2 });
    const healed = { healedAt: 50 * MILLISECOND };
    const run = measured([...done, lagging, final("a", "k"), final("x", "other")], healed);
    expect([run["lost-writes"]?.sum, run["lost-span"]?.sum]).toEqual([2, 6 * MILLISECOND]);
    expect(measured([...done, final("c", "k")], healed)["lost-writes"]?.sum).toBe(0);
    expect(measured(done)["lost-writes"]).toBeUndefined();
  });

  test("have what machines did, and the steps of people", () => {
    const record = (kind: string, fields = {}) => ({
      ...{ index: 0, time: 0, host: "", incarnation: 1, event: 0 },
      data: { kind, ...fields },
    });
    const observed = [
      ...["operator-step", "operator-done", "operator-refused", "other"].map((kind) => record(kind)),
      record("operator-step", { step: "waits" }),
      record("replication-lag", { write: 5, flush: 6, replay: 700, replayBytes: 80 }),
    ];
    const run = measured([], { observed });
    expect(run["most-stored-bytes"]?.sum).toBe(COUNTERS.mostStoredBytes);
    expect([run["operator-steps"]?.sum, run["operator-refusals"]?.sum]).toEqual([2, 1]);
    expect([run["disk-syncs"]?.sum, run["stored-bytes"]?.sum, run["run-time"]?.sum]).toEqual([
      5,
      8192,
      1_000 * MILLISECOND,
    ]);
    expect([run["replay-lag"]?.sum, run["replay-lag-bytes"]?.sum, run["write-lag-bytes"]]).toEqual([
      700,
      80,
      undefined,
    ]);
    const wrong = [record("replication-lag", { flush: -1 })];
    expect(() => measured([], { observed: wrong })).toThrow("flush-lag: -1 cannot be counted");
  });
});
