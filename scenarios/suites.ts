import { scenarios } from "./catalogue.ts";
import { withClaims } from "./claims/entries-for.ts";
import { sharedDiskClaims } from "./claims/shared-disk.ts";
import { walStreamClaims } from "./claims/wal-stream.ts";
import { suiteCases } from "./kept-cases.ts";
import { ablationTable } from "./shared-disk/ablation.ts";
import type { Suite } from "./suite.ts";
import { walStreamScenarios } from "./wal-stream/all.ts";
import { CAREFUL } from "./wal-stream/foreseen.ts";
import { REPLICA_COUNTS, readScalingOf } from "./wal-stream/read-scaling.ts";
import { walStreamTables } from "./wal-stream/tables.ts";

/** What every change must not break: quick enough to wait for. */
const ci: Suite = {
  name: "ci",
  summary: "every scenario on every topology, a few dozen seeds each: for every change",
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
  ],
  cases: suiteCases(),
};

/** The proposal that the document rejects, as it is written: its problems, and all that its claims rest on. */
const sharedDisk: Suite = {
  name: "shared-disk",
  summary: "a shared disk as the document draws it, and every claim on it (SD-1 to SD-29)",
  entries: withClaims(
    [
      { scenario: "compaction-race", seeds: 100 },
      { scenario: "stale-manifest", seeds: 100 },
      { scenario: "ablation", seeds: 40 },
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
      ...walStreamScenarios.map(({ name }) => ({ scenario: name, seeds: readScaling.has(name) ? 4 : 20 })),
      { scenario: "failover", topologies: CAREFUL, seeds: 60 },
    ],
    walStreamClaims,
    scenarios,
  ),
  cases: [],
  tables: walStreamTables,
};

/** Every suite, by name. */
export const suites: ReadonlyMap<string, Suite> = new Map(
  [ci, nightly, sharedDisk, walStream].map((suite) => [suite.name, suite]),
);
