import fc from "fast-check";
import { expect, test } from "vitest";
import { MergeError, mergeReports } from "../../report/merge-reports.ts";
import { deterministicPart, type SuiteReport } from "../../report/suite-report.ts";
import type { RecordedRun } from "../../report/entry-record.ts";
import { condition } from "../../scenarios/claims/claim.ts";
import { metricsOf } from "../scenarios/support/runs-of-mode.ts";
import { failing, holding, reportOf, shared, single, violating, type Asked } from "./support/suite-reports.ts";

const KINDS = [
  { kind: "table-vanished", claim: "SD-2" },
  { kind: "stale-version", claim: "SD-3" },
  { kind: "read-refused", claim: undefined },
] as const;

function runOf(seed: number, draw: number): RecordedRun {
  const run = draw < 3 ? violating(seed, ...KINDS.slice(0, draw + 1)) : draw === 3 ? failing(seed, "x") : holding(seed);
  const faults = draw % 2 === 0 ? [{ class: "kill", planned: 1, fired: draw % 3 }] : [];
  const metrics = metricsOf({
    "lost-writes": [draw % 4],
    "write-latency": Array.from({ length: draw }, (_, at) => (seed * 7919 + at * 104_729) % 1_000_003),
    "writes-ok": [draw],
    ...(draw > 6 ? { "most-stored-bytes": [seed * draw] } : {}),
  });
  return {
    ...run,
    faults,
    metrics: draw === 3 ? [] : metrics,
    verdict: draw === 5 ? "excused" : draw === 6 ? "unknown" : run.verdict,
  };
}

const ASKED: Asked = {
  claims: [
    {
      id: "SD-2",
      words: "文件可能被主节点删除了",
      literature: "confirmed",
      observations: [
        {
          condition: condition("mounts-seldom-stale"),
          scenario: shared.scenario,
          topology: shared.topology,
          seeds: 10,
          measure: { of: "metric", metric: "write-latency", take: "p99" },
          baseline: { topology: single.topology },
          threshold: { is: "above", than: { times: 1.5 } },
        },
      ],
    },
  ],
  tables: [
    {
      title: { id: "table-ablation", params: {} },
      scenario: shared.scenario,
      topologies: [single.topology, shared.topology],
      measures: [
        { of: "metric", metric: "lost-writes", take: "total" },
        { of: "finding", finding: "table-vanished" },
      ],
    },
  ],
};

test("shards merge to the report of the whole, in any order and however the seeds were dealt", () => {
  const runs = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 0, maxLength: 60 });
  const property = fc.property(runs, runs, fc.integer({ min: 1, max: 5 }), (left, right, of) => {
    const whole = [left, right].map((draws) => draws.map((draw, index) => runOf(index + 1, draw)));
    const part = (index: number) => (run: RecordedRun) => run.seed % of === index % of;
    const shards = Array.from({ length: of }, (_, at) => {
      const [a = [], b = []] = whole.map((all) => all.filter(part(at + 1)));
      const entries = [[single, a] as const, [shared, b] as const];
      return { name: `${at + 1}.blob`, report: reportOf(entries, { index: at + 1, of }, {}, ASKED) };
    });
    const [a = [], b = []] = whole;
    const expected = reportOf(
      [
        [single, a],
        [shared, b],
      ],
      undefined,
      {},
      ASKED,
    );
    const merged = mergeReports([...shards].reverse());
    expect(JSON.stringify(deterministicPart(merged))).toBe(JSON.stringify(deterministicPart(expected)));
  });
  fc.assert(property, { numRuns: 200 });
});

test("parts of different runs, missing and double shards are refused, naming them", () => {
  const part = (index: number, of: number, changes: Partial<SuiteReport> = {}) => ({
    name: `${index}.blob`,
    report: reportOf([[single, [holding(index)]]], { index, of }, changes),
  });
  const refused = (...parts: Parameters<typeof mergeReports>[0]) => expect(() => mergeReports(parts));
  refused().toThrow(MergeError);
  refused(part(1, 3), part(3, 3)).toThrow("shard 2/3 missing");
  refused(part(1, 4)).toThrow("shards 2/4, 3/4, 4/4 missing");
  refused(part(1, 2), part(1, 2)).toThrow("shard 1/2 is there twice: 1.blob and 1.blob");
  refused(part(1, 2), part(2, 3)).toThrow("numbers of shards differ");
  refused(part(1, 2), part(2, 2, { build: "fff0000" })).toThrow(
    "builds differ: 1.blob has abc1234, 2.blob has fff0000",
  );
  refused(part(1, 2), part(2, 2, { suite: "nightly" })).toThrow("suites differ");
  const options = { ...part(1, 2).report.options, firstSeed: 5 };
  refused(part(1, 2), part(2, 2, { options })).toThrow("options (firstSeed) differ: 1.blob has 1, 2.blob has 5");
  const entries = reportOf([[shared, []]], { index: 2, of: 2 }).entries;
  refused(part(1, 2), part(2, 2, { entries })).toThrow("suites differ");
});

test("one interrupted shard leaves the whole undecided; times of shards side by side are the longest", () => {
  const parts = [1, 2].map((index) => ({
    name: `${index}.blob`,
    report: reportOf([[single, [holding(index)]]], { index, of: 2 }, index === 2 ? { ended: "interrupted" } : {}),
  }));
  const merged = mergeReports(parts);
  expect([merged.ended, merged.verdict]).toEqual(["interrupted", "undecided"]);
  expect(merged.timings).toMatchObject({ seconds: 2, workers: 4, entrySeconds: [3] });
});
