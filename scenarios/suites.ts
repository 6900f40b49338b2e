import { scenarios } from "./catalogue.ts";
import { withClaims } from "./claims/entries-for.ts";
import { comparison } from "./comparison-suite.ts";
import { raftClaims } from "./claims/raft.ts";
import { sharedDiskClaims } from "./claims/shared-disk.ts";
import { walStreamClaims } from "./claims/wal-stream.ts";
import { suiteCases } from "./kept-cases.ts";
import type { Scenario } from "./scenario.ts";
import { ablation, ablationTable } from "./shared-disk/ablation.ts";
import { sharedDiskScenarios } from "./shared-disk/all.ts";
import type { Suite, SuiteEntry } from "./suite.ts";
import { walStreamScenarios } from "./wal-stream/all.ts";
import { raftScenarios } from "./raft/all.ts";
import { CAREFUL as CAREFUL_RAFT } from "./raft/foreseen.ts";
import { raftTables } from "./raft/tables.ts";
import { writeScaling } from "./raft/write-scaling.ts";
import { CAREFUL } from "./wal-stream/foreseen.ts";
import { REPLICA_COUNTS, readScalingOf } from "./wal-stream/read-scaling.ts";
import { walStreamTables } from "./wal-stream/tables.ts";

/** What every change must not break: quick enough to wait for. */
const ci: Suite = {
  name: "ci",
  summary: "what concerns all designs on each, and what tells most of one, a few dozen seeds each: for every change",
  entries: [
    { scenario: "compaction-race", seeds: 60 },
    { scenario: "stale-manifest", seeds: 60 },
    { scenario: "register", seeds: 200 },
    { scenario: "counter", seeds: 60 },
    { scenario: "set", seeds: 60 },
    { scenario: "bank", seeds: 60 },
    { scenario: "list-append", seeds: 60 },
    { scenario: "ycsb", seeds: 100 },
    { scenario: "broken-disk", seeds: 200 },
    { scenario: "failover", seeds: 60 },
    { scenario: "stale-promotion", seeds: 20 },
    { scenario: "early-reads", seeds: 20 },
    { scenario: "full-replica-reads", seeds: 20 },
    { scenario: "double-failover", seeds: 5 },
    { scenario: "returning-primary", seeds: 5 },
    { scenario: "raft-chaos", seeds: 40 },
    { scenario: "membership", seeds: 10 },
    { scenario: "early-answers", topologies: ["raft:read-index", "raft:as-written"], seeds: 20 },
    { scenario: "upgrade-chaos", seeds: 20 },
    { scenario: "upgrade-to-raft", seeds: 2 },
  ],
  cases: suiteCases(),
};

/** What a night is long enough for. */
const nightly: Suite = {
  name: "nightly",
  summary: "the same with thousands of seeds: for a night, or several machines",
  entries: [
    { scenario: "compaction-race", seeds: 2500 },
    { scenario: "stale-manifest", seeds: 2500 },
    { scenario: "register", seeds: 10_000 },
    { scenario: "counter", seeds: 2500 },
    { scenario: "set", seeds: 2500 },
    { scenario: "bank", seeds: 2500 },
    { scenario: "list-append", seeds: 2500 },
    { scenario: "ycsb", seeds: 2500 },
    { scenario: "broken-disk", seeds: 5000 },
    { scenario: "failover", seeds: 2500 },
    { scenario: "double-failover", seeds: 2500 },
    { scenario: "returning-primary", seeds: 500 },
    { scenario: "raft-chaos", seeds: 2500 },
    { scenario: "membership", seeds: 1000 },
    { scenario: "upgrade-chaos", seeds: 2500 },
  ],
  cases: suiteCases(),
};

/**
 * Scenarios on every topology of which they foresee something: so many seeds of each, or as many as an expected violation may
 * take to show.
 */
function everyMode(all: readonly Scenario[], seeds: number): SuiteEntry[] {
  return all.flatMap(({ name, expectations }) =>
    [...expectations].map(([topology, expectation]) => ({
      scenario: name,
      topologies: [topology],
      seeds: expectation.kind === "violates" ? Math.max(seeds, expectation.withinSeeds) : seeds,
    })),
  );
}

/** The proposal that the document rejects, as it is written: its problems, and all that its claims rest on. */
const sharedDisk: Suite = {
  name: "shared-disk",
  summary: "a shared disk as the document draws it, and every claim on it (SD-1 to SD-29)",
  entries: withClaims(
    [
      { scenario: "compaction-race", seeds: 100 },
      { scenario: "stale-manifest", seeds: 100 },
      { scenario: "failover", topologies: ["shared-disk:careful"], seeds: 60 },
      ...everyMode(sharedDiskScenarios, 10),
      ...everyMode([ablation], 40),
    ],
    sharedDiskClaims,
    scenarios,
  ),
  cases: suiteCases(),
  tables: [ablationTable],
};

/** Runs of these take long: they have to keep replicas busy. */
const readScaling: ReadonlySet<string> = new Set(REPLICA_COUNTS.map(readScalingOf));

/** WAL streaming, careful and as the document has it: everything that its claims rest on, and chaos. */
const walStream: Suite = {
  name: "wal-stream",
  summary: "WAL streaming, careful and as the document has it, and every claim on it (WS-1 to WS-11)",
  entries: withClaims(
    [
      // What they foresee of Raft is for Raft's suite.
      ...walStreamScenarios.map(({ name, expectations }) => ({
        scenario: name,
        topologies: [...expectations.keys()].filter((topology) => !topology.startsWith("raft:")),
        seeds: readScaling.has(name) ? 6 : 20,
      })),
      { scenario: "failover", topologies: CAREFUL, seeds: 60 },
      { scenario: "upgrade-chaos", seeds: 60 },
    ],
    walStreamClaims,
    scenarios,
  ),
  cases: [],
  tables: walStreamTables,
};

/** These keep a whole cluster busy. */
const writeScalingNames: ReadonlySet<string> = new Set(writeScaling.map(({ name }) => name));

const RAFT = [...CAREFUL_RAFT, "raft:as-written"] as const;

/** Raft in every mode: chaos made for it, what all designs go through, and all that the document's claims on it rest on. */
const raft: Suite = {
  name: "raft",
  summary: "Raft, careful and as the document has it: chaos in every mode, and every claim on it (RA-1 to RA-10)",
  entries: withClaims(
    [
      { scenario: "raft-chaos", seeds: 60, hunt: true },
      { scenario: "membership", seeds: 60, hunt: true },
      { scenario: "failover", topologies: RAFT, seeds: 60 },
      { scenario: "register", topologies: RAFT, seeds: 60 },
      ...["compaction-race", "stale-manifest"].map((scenario) => ({
        scenario,
        topologies: ["raft:read-index", "raft:as-written"],
        seeds: 30,
      })),
      ...["counter", "set", "bank", "list-append"].map((scenario) => ({
        scenario,
        topologies: ["raft:read-index"],
        seeds: 30,
      })),
      ...everyMode(
        raftScenarios.filter(
          ({ name }) => name !== "raft-chaos" && name !== "membership" && !writeScalingNames.has(name),
        ),
        20,
      ),
      ...everyMode(writeScaling, 4),
    ],
    raftClaims,
    scenarios,
  ),
  cases: [],
  tables: raftTables,
};

/** Every suite, by name. */
export const suites: ReadonlyMap<string, Suite> = new Map(
  [comparison, ci, nightly, sharedDisk, walStream, raft].map((suite) => [suite.name, suite]),
);
