import type { RandomStream } from "../host/random.ts";
import type { Message } from "../checkers/message.ts";
import type { RetainedTrace, TraceRecord } from "../sim/trace.ts";
import type { Plan } from "./plan.ts";

/** What can be found wrong with a run. */
export const FINDING_KINDS = [
  "table-vanished",
  "table-missing",
  "table-stale",
  "read-refused",
  "foreign-value",
  "stale-read",
  "nonlinearizable",
  "wrong-total",
  "transaction-anomaly",
  "stale-version",
  "unflushed-read",
  "partial-read",
  "mixed-read",
  "lost-write",
  "resurrected-value",
  "lost-element",
  "lost-transfer",
  "session-broken",
  "divergence",
  "no-convergence",
  "node-crashed",
  "invariant-broken",
  "no-recovery",
  "no-progress",
] as const;

export type FindingKind = (typeof FINDING_KINDS)[number];

/** One thing wrong with one run. */
export interface Finding {
  readonly kind: FindingKind;
  /** The document's claim that foresaw it, such as "SD-2". */
  readonly claim: string | undefined;
  /** The host it was seen on. */
  readonly host: string;
  /** True time, in nanoseconds. */
  readonly time: number;
  /** The client operation concerned, by its index in the history. */
  readonly operation: number | undefined;
  /** Others that it rests on, the nearest first. */
  readonly related?: readonly number[];
  /** What happened, in one sentence. */
  readonly message: Message;
}

/** What a scenario foresees for a mode. */
export type Expectation =
  | { readonly kind: "holds" }
  | {
      readonly kind: "violates";
      /** Must be seen. */
      readonly finding: FindingKind;
      /** The document's claim that foresaw it, where one did. */
      readonly claim?: string | undefined;
      /** In one of so many seeds at the latest; fewer seeds decide nothing. */
      readonly withinSeeds: number;
      /** May be seen as well. */
      readonly also: readonly FindingKind[];
    };

/** Whether an expectation allows a kind of finding. */
export function isForeseen(expectation: Expectation, kind: FindingKind): boolean {
  return expectation.kind === "violates" && (expectation.finding === kind || expectation.also.includes(kind));
}

/** Of what was found, what to look at first: what nobody foresaw; else what the scenario is about; else the first. */
export function foremost<Found extends { readonly kind: FindingKind }>(
  found: readonly Found[],
  expectation: Expectation,
): Found | undefined {
  return (
    found.find(({ kind }) => !isForeseen(expectation, kind)) ??
    found.find(({ kind }) => expectation.kind === "violates" && kind === expectation.finding) ??
    found[0]
  );
}

/** What a scenario draws for a run: the plan but for what says which run it is. Without faults, there are none. */
export type DrawnPlan = Omit<Plan, "schema" | "scenario" | "topology" | "seed" | "faults"> & {
  readonly faults?: Plan["faults"];
};

/** A moment of a run that is worth showing, and the sentence that says how it came about. */
export interface Shown {
  /** The document's claim that it bears on. */
  readonly claim: string | undefined;
  /** Where it shows; undefined when the trace has nothing of it. */
  readonly record: TraceRecord | undefined;
  /** What else has to be shown to understand it, such as what a stale reader did not see. */
  readonly context: readonly TraceRecord[];
  /** Whether these records are all that is to be shown: what led to them would only be in the way. */
  readonly alone?: boolean;
  /** What the document calls some of these moments, such as "T2". */
  readonly labels?: ReadonlyMap<TraceRecord, string>;
  readonly message: Message;
}

/** What a sentence says, and the records that it speaks of, beside the one in which a finding shows. */
export interface Telling extends Omit<Shown, "claim" | "record"> {
  /** The claim that it bears on, where that is another than the finding's. */
  readonly claim?: string;
}

/** A situation, the same for every topology: what clients do and what goes wrong meanwhile, drawn from a seed. */
export interface Scenario {
  readonly name: string;
  /** One line for a list. */
  readonly summary: string;
  /** Claims of the document that it judges. */
  readonly claims: readonly string[];
  /** What is foreseen of topologies, the one it is about first; any other should keep what it promises. */
  readonly expectations: ReadonlyMap<string, Expectation>;
  /** Draws what a run does. `random` gives the stream of a purpose. */
  plan(random: (purpose: string) => RandomStream): DrawnPlan;
  /** What to look at in a run that violates nothing: what the scenario is about. undefined when it did not come about. */
  illustrate?(trace: RetainedTrace): Shown | undefined;
}
