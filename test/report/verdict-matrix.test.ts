import { describe, expect, test } from "vitest";
import type { SuiteReportEntry } from "../../report/suite-report.ts";
import { buildMatrix, filterMatrix } from "../../report/verdict-matrix.ts";

function entry(scenario: string, topology: string, changes: Partial<SuiteReportEntry> = {}): SuiteReportEntry {
  return {
    scenario,
    topology,
    case: null,
    expectation: { kind: "holds" },
    firstSeed: 1,
    planned: 10,
    counts: {
      seeds: 10,
      verdicts: { holds: 10, violated: 0, excused: 0, unknown: 0, failed: 0 },
      findings: [],
      faults: [],
    },
    agreement: "met",
    problems: [],
    unexpected: [],
    nondeterministic: [],
    metrics: [],
    ratios: [],
    ...changes,
  };
}

const violated = entry("race", "shared", {
  counts: {
    seeds: 10,
    verdicts: { holds: 7, violated: 3, excused: 0, unknown: 0, failed: 0 },
    findings: [{ kind: "table-vanished", claim: "SD-2", seeds: 3, smallestSeed: 4, fingerprint: "a" }],
    faults: [],
  },
  agreement: "missed",
});

const entries = [
  entry("race", "single", { case: "cases/a.json" }),
  entry("race", "single"),
  violated,
  entry("chaos", "raft", { agreement: "undecided" }),
];

describe("the verdict matrix", () => {
  const matrix = buildMatrix({ entries });

  test("has a row a scenario, then a row a case, and a column a topology", () => {
    expect(matrix.rows.map(({ name }) => name)).toEqual(["race", "chaos", "cases/a.json"]);
    expect(matrix.topologies).toEqual(["single", "shared", "raft"]);
  });

  test("tells the worst of a cell, how often, and the seed to look at", () => {
    expect(matrix.rows[0]?.cells.get("shared")).toMatchObject({ verdict: "violated", count: 3, seed: 4, shows: true });
    expect(matrix.rows[0]?.cells.get("single")).toMatchObject({ verdict: "holds", count: 10, seed: 1, shows: false });
  });

  test("is filtered by verdict, by expectation and by name", () => {
    const names = (filtered: ReturnType<typeof filterMatrix>): string[] =>
      filtered.rows.flatMap(({ name, cells }) => [...cells.keys()].map((topology) => `${name} ${topology}`));
    expect(names(filterMatrix(matrix, "violated", ""))).toEqual(["race shared"]);
    expect(names(filterMatrix(matrix, "not-foreseen", ""))).toEqual(["race shared"]);
    expect(names(filterMatrix(matrix, "open", ""))).toEqual(["chaos raft"]);
    expect(names(filterMatrix(matrix, "all", "RACE single"))).toEqual(["race single"]);
    expect(filterMatrix(matrix, "all", "nobody")).toEqual({ topologies: [], rows: [] });
  });
});
