import type { Message } from "../../checkers/message.ts";
import type { Measure } from "./measure.ts";

/**
 * What runs say of a claim: true under all conditions that were looked at, under some of them, which are its bounds, or under
 * none.
 */
export type ClaimVerdict = "confirmed" | "qualified" | "refuted";

/**
 * A statement of the document under evaluation, and what is looked at, before any run, to judge it. Plain data. Its statement
 * in the reader's language is the message `claim-ID`.
 */
export interface Claim {
  /** Of claims.md, for good: "SD-2". */
  readonly id: string;
  /** The document's own words. */
  readonly words: string;
  /** What published work leads us to expect; undefined where it says nothing that is a verdict. */
  readonly literature?: ClaimVerdict | undefined;
  /**
   * What runs came to and was looked into: a suite in which they come to something else is not as expected. Never put down
   * before they ran.
   */
  readonly expected?: ClaimVerdict | undefined;
  /** One for each condition under which the claim may be true or not; at least one. */
  readonly observations: readonly Observation[];
}

/** One condition under which a claim is looked at: it is supported, or it is not. */
export interface Observation {
  /** Under which mode, profile or switch: a bound of the claim, as it is printed. */
  readonly condition: Message;
  readonly scenario: string;
  readonly topology: string;
  /** The topology or scenario that is not there yet, without which nothing can be run for it: until then it is open. */
  readonly awaits?: string | undefined;
  /** Fewer runs of it, or of its baseline, decide nothing. */
  readonly seeds: number;
  readonly measure: Measure;
  /** With what the figure is compared: the same measure of another topology, and of the same scenario unless one is named. */
  readonly baseline?: Baseline | undefined;
  /** When the figure supports the claim. */
  readonly threshold: Threshold;
}

export interface Baseline {
  readonly topology: string;
  readonly scenario?: string | undefined;
}

export const COMPARISONS = ["above", "at-least", "below", "at-most"] as const;

export type Comparison = (typeof COMPARISONS)[number];

export interface Threshold {
  readonly is: Comparison;
  /** A value in the measure's unit; or how many times the baseline's figure. */
  readonly than: { readonly value: number } | { readonly times: number };
}

/** A condition by its name: the message `condition-NAME`. */
export function condition(name: string, params: Message["params"] = {}): Message {
  return { id: `condition-${name}`, params };
}

/** The scenario and topology that an observation's baseline is taken from. */
export function baselineOf({ scenario, baseline }: Observation): { scenario: string; topology: string } | undefined {
  return baseline === undefined ? undefined : { scenario: baseline.scenario ?? scenario, topology: baseline.topology };
}
