import { describe, expect, test } from "vitest";
import { condition, type Claim, type Observation } from "../../../scenarios/claims/claim.ts";
import { coveredBy, entriesFor, withClaims } from "../../../scenarios/claims/entries-for.ts";
import { scenarios } from "../../../scenarios/catalogue.ts";
import { modesOf } from "../../../scenarios/suite.ts";

const SHARED = "shared-disk:as-written";

function claimOf(id: string, ...needs: readonly Partial<Observation>[]): Claim {
  const observations = needs.map((need): Observation => ({
    condition: condition("mounts-seldom-stale"),
    scenario: "compaction-race",
    topology: SHARED,
    seeds: 50,
    measure: { of: "finding", finding: "table-vanished" },
    threshold: { is: "above", than: { value: 0 } },
    ...need,
  }));
  return { id, words: "", observations };
}

const claims = [
  claimOf("a", { baseline: { topology: "single" } }),
  claimOf("b", { seeds: 80 }, { scenario: "stale-manifest", baseline: { topology: "single", scenario: "register" } }),
];

describe("what claims rest on", () => {
  test("is each scenario on each topology once, baselines included, with the most seeds that any of them needs", () => {
    expect(entriesFor(claims)).toEqual([
      { scenario: "compaction-race", topologies: [SHARED], seeds: 80 },
      { scenario: "compaction-race", topologies: ["single"], seeds: 50 },
      { scenario: "stale-manifest", topologies: [SHARED], seeds: 50 },
      { scenario: "register", topologies: ["single"], seeds: 50 },
    ]);
  });

  test("joins the entries of a suite, whose expectation and greater number of seeds stay", () => {
    const own = [
      { scenario: "compaction-race", seeds: 60 },
      { scenario: "register", topologies: ["single"], seeds: 500, expectation: { kind: "holds" } as const },
    ];
    const entries = withClaims(own, claims, scenarios);
    const modes = modesOf({ name: "test", summary: "", entries, cases: [] }, scenarios);
    expect(modes.map(({ scenario, topology, seeds }) => `${scenario.name} ${topology} ${seeds}`)).toEqual([
      `compaction-race ${SHARED} 80`,
      "compaction-race single 60",
      "compaction-race shared-disk:careful 60",
      "compaction-race wal-stream:async 60",
      "compaction-race raft:read-index 60",
      "compaction-race raft:as-written 60",
      "register single 500",
      `stale-manifest ${SHARED} 50`,
    ]);
    expect(entries[6]?.expectation).toEqual({ kind: "holds" });
  });

  test("decides which claims a set of modes covers", () => {
    const modes = [
      { scenario: "compaction-race", topology: SHARED },
      { scenario: "compaction-race", topology: "single" },
    ];
    expect(coveredBy(claims, modes).map(({ id }) => id)).toEqual(["a"]);
    expect(coveredBy(claims, modes.slice(1))).toEqual([]);
  });
});
