import type { TableDefinition } from "./comparison-table.ts";
import type { Plan } from "./plan.ts";
import type { Expectation, Scenario } from "./scenario.ts";

/** A scenario as a suite runs it. */
export interface SuiteEntry {
  /** Name of a scenario in the catalogue. */
  readonly scenario: string;
  /** Ids of the topologies to run it on; all that it has an expectation for when left out. */
  readonly topologies?: readonly string[];
  /** Seeds for each topology. */
  readonly seeds: number;
  /**
   * Whether this is what more seeds are for. Of a suite with such entries these alone get as many as a user asks for: the others
   * have what their claims and expectations take. Default: all of a suite's entries are, or none.
   */
  readonly hunt?: boolean;
  /** In place of what the scenario itself expects of these topologies. */
  readonly expectation?: Expectation;
}

/** A plan worth running again whatever becomes of the seeds: it once failed. */
export interface SuiteCase {
  /** What `faultline replay` takes to run it: the path of its file. */
  readonly source: string;
  readonly plan: Plan;
  readonly expectation: Expectation;
}

/** What is run together and judged as one. Plain data. */
export interface Suite {
  readonly name: string;
  /** One line for a list. */
  readonly summary: string;
  readonly entries: readonly SuiteEntry[];
  /** Run before any seed. */
  readonly cases: readonly SuiteCase[];
  /** Comparisons of what its entries come to. Default none. */
  readonly tables?: readonly TableDefinition[];
}

/** A scenario on one topology: what counts are kept for, and what an expectation is about. */
export interface SuiteMode {
  readonly scenario: Scenario;
  readonly topology: string;
  readonly seeds: number;
  /** Whether it keeps that number whatever a user asks for. */
  readonly fixed?: boolean;
  readonly expectation: Expectation;
}

/** A suite names what there is not, or the same twice. */
export class SuiteError extends Error {
  override readonly name = "SuiteError";
}

/**
 * The modes of a suite, in its order.
 *
 * @throws SuiteError for an unknown scenario, a topology that the scenario does not run on, or a mode named twice
 */
export function modesOf(suite: Suite, scenarios: ReadonlyMap<string, Scenario>): SuiteMode[] {
  const modes = new Map<string, SuiteMode>();
  const hunts = suite.entries.some(({ hunt }) => hunt === true);
  for (const entry of suite.entries) {
    const scenario = scenarios.get(entry.scenario);
    if (scenario === undefined) throw new SuiteError(`suite ${suite.name}: unknown scenario '${entry.scenario}'`);
    for (const topology of entry.topologies ?? scenario.expectations.keys()) {
      const expectation = entry.expectation ?? scenario.expectations.get(topology);
      if (expectation === undefined) {
        throw new SuiteError(`suite ${suite.name}: scenario ${scenario.name} does not run on ${topology}`);
      }
      const id = `${scenario.name} on ${topology}`;
      if (modes.has(id)) throw new SuiteError(`suite ${suite.name} has ${id} twice`);
      modes.set(id, { scenario, topology, seeds: entry.seeds, fixed: hunts && entry.hunt !== true, expectation });
    }
  }
  return [...modes.values()];
}

/** One of several equal parts of a suite, for one of several machines. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly of: number;
}

/** A seed of a mode, by the mode's place in the suite. */
export interface DrawnSeed {
  readonly mode: number;
  readonly seed: number;
}

/**
 * The seeds of a suite in rounds: the first seed of every mode, the second of every mode, and so on, so that a run cut short
 * has seen something of all. A shard gets every n-th seed of every mode, so that all shards have the same work to do.
 *
 * @param counts how many seeds each mode gets; Infinity for a run that something else ends
 */
export function* drawSeeds(
  counts: readonly number[],
  firstSeed: number,
  shard: Shard | undefined,
): Iterable<DrawnSeed> {
  const rounds = Math.max(0, ...counts);
  for (let round = 0; round < rounds; round++) {
    for (const [mode, count] of counts.entries()) {
      if (round < count && belongsTo(shard, round + mode)) yield { mode, seed: firstSeed + round };
    }
  }
}

/** Whether the piece of work at a place in the order is one of the shard's. */
export function belongsTo(shard: Shard | undefined, place: number): boolean {
  return shard === undefined || place % shard.of === shard.index - 1;
}
