import { topologies } from "./catalogue.ts";
import { compactionRace } from "./compaction-race.ts";
import { failover } from "./failover.ts";
import { foresees } from "./shared-disk/foreseen.ts";
import type { Expectation, Scenario } from "./scenario.ts";
import { violates } from "./foreseen.ts";
import type { Suite, SuiteEntry } from "./suite.ts";

/** Seeds of each mode: few enough for a first look in a minute. */
const SEEDS = 12;

/** A write that every replica has received shows on one of them before it does on another. */
const EARLY_READS = violates("nonlinearizable", "WS-9", SEEDS);

/** What scenarios themselves say nothing of: modes that they are not about. */
const FORESEEN: ReadonlyMap<Scenario, ReadonlyMap<string, Expectation>> = new Map([
  [
    failover,
    new Map([
      ["shared-disk:as-written", foresees("table-vanished", "SD-2", SEEDS)],
      ["wal-stream:full:as-written", EARLY_READS],
    ]),
  ],
  [compactionRace, new Map([["wal-stream:full:as-written", EARLY_READS]])],
]);

/** A scenario on every topology and mode that there is. */
function everywhere(scenario: Scenario): SuiteEntry[] {
  return [...topologies.keys()].map((topology) => {
    const foreseen = scenario.expectations.get(topology) ?? FORESEEN.get(scenario)?.get(topology) ?? { kind: "holds" };
    return { scenario: scenario.name, topologies: [topology], seeds: SEEDS, expectation: foreseen };
  });
}

/**
 * Every topology in every mode under the same plans: one scenario in which everything fails and a person is on call, which the
 * comparison's figures are of, and the document's first problem, in which nothing fails.
 */
export const comparison: Suite = {
  name: "comparison",
  summary: "every topology in every mode under the same plans: what npm start compares",
  entries: [failover, compactionRace].flatMap(everywhere),
  cases: [],
};
