import type { Scenario } from "../scenario.ts";
import type { SuiteEntry } from "../suite.ts";
import { baselineOf, type Claim } from "./claim.ts";

/** A scenario on a topology, and how many seeds of it something needs. */
interface NeededMode {
  readonly scenario: string;
  readonly topology: string;
  readonly seeds: number;
}

/** What a set of claims rests on: each scenario on each topology once, with as many seeds as the claim that needs most. */
export function entriesFor(claims: readonly Claim[]): SuiteEntry[] {
  return joined(needsOf(claims), new Map(), new Set());
}

/**
 * The entries of a suite, and with them what its claims rest on. Where both name a scenario on a topology, the greater number
 * of seeds counts, and what the suite expects of it.
 */
export function withClaims(
  entries: readonly SuiteEntry[],
  claims: readonly Claim[],
  scenarios: ReadonlyMap<string, Scenario>,
): SuiteEntry[] {
  const expectations = new Map<string, SuiteEntry["expectation"]>();
  const hunts = new Set<string>();
  const own = entries.flatMap(({ scenario, topologies, seeds, expectation, hunt }) =>
    [...(topologies ?? scenarios.get(scenario)?.expectations.keys() ?? [])].map((topology): NeededMode => {
      expectations.set(nameOf({ scenario, topology }), expectation);
      if (hunt === true) hunts.add(nameOf({ scenario, topology }));
      return { scenario, topology, seeds };
    }),
  );
  return joined([...own, ...needsOf(claims)], expectations, hunts);
}

/** The claims all of whose runs are among some modes. */
export function coveredBy(
  claims: readonly Claim[],
  modes: readonly { readonly scenario: string; readonly topology: string }[],
): Claim[] {
  const there = new Set(modes.map(nameOf));
  return claims.filter((claim) => needsOf([claim]).every((needed) => there.has(nameOf(needed))));
}

function needsOf(claims: readonly Claim[]): NeededMode[] {
  return claims.flatMap(({ observations }) =>
    observations.flatMap((observation) => {
      if (observation.awaits !== undefined) return [];
      const { scenario, topology, seeds } = observation;
      const baseline = baselineOf(observation);
      return [{ scenario, topology, seeds }, ...(baseline === undefined ? [] : [{ ...baseline, seeds }])];
    }),
  );
}

function joined(
  modes: readonly NeededMode[],
  expectations: ReadonlyMap<string, SuiteEntry["expectation"]>,
  hunts: ReadonlySet<string>,
): SuiteEntry[] {
  const byName = new Map<string, NeededMode>();
  for (const mode of modes) {
    const known = byName.get(nameOf(mode));
    byName.set(nameOf(mode), { ...mode, seeds: Math.max(mode.seeds, known?.seeds ?? 0) });
  }
  return [...byName].map(([name, { scenario, topology, seeds }]) => {
    const expectation = expectations.get(name);
    return {
      scenario,
      topologies: [topology],
      seeds,
      ...(expectation === undefined ? {} : { expectation }),
      ...(hunts.has(name) ? { hunt: true } : {}),
    };
  });
}

function nameOf({ scenario, topology }: { readonly scenario: string; readonly topology: string }): string {
  return `${scenario} on ${topology}`;
}
