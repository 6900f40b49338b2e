import type { HistoryEntry } from "../../checkers/history.ts";
import type { Message } from "../../checkers/message.ts";
import type { CausalGraph } from "../../report/causality.ts";
import type { Machines } from "../../report/lanes.ts";
import type { StateChange } from "../../report/moments.ts";
import type { FaultActivation } from "../../scenarios/tally.ts";
import type { Plan } from "../../scenarios/plan.ts";
import type { Verdict } from "../../scenarios/run-plan.ts";
import type { FindingKind } from "../../scenarios/scenario.ts";
import type { TraceRecord } from "../../sim/trace.ts";

/** A run that the engine room can carry out: a seed of a scenario on a topology, or a plan from a case file. */
export type RunSubject =
  { readonly scenario: string; readonly topology: string; readonly seed: number } | { readonly plan: Plan };

/** What the page asks of the worker. One run at a time: the page ends the worker to cancel it. */
export interface ToEngineRoom {
  readonly subject: RunSubject;
  /** "recording": with all that screens need to show the run; "verdict": without, which is quicker. */
  readonly wanted: "verdict" | "recording";
}

/** What the worker answers: progress now and then, and in the end what came of it. */
export type FromEngineRoom =
  | { readonly type: "progress"; readonly events: number; readonly phase: RunPhase }
  | { readonly type: "done"; readonly outcome: RunOutcome }
  /** The subject makes no sense to this build, such as a topology that it does not know. */
  | { readonly type: "refused"; readonly reason: string };

export type RunPhase = "running" | "judging";

/** One thing found wrong, in words. */
export interface OutcomeFinding {
  readonly kind: FindingKind;
  readonly claim: string | undefined;
  readonly host: string;
  readonly time: number;
  readonly title: Message;
  readonly message: Message;
}

/** What a run came to. Plain data. */
export interface RunOutcome {
  readonly build: string;
  readonly plan: Plan;
  readonly verdict: Verdict;
  readonly fingerprint: string;
  readonly events: number;
  /** True time at the end, in nanoseconds. */
  readonly time: number;
  /** Milliseconds that it took here. */
  readonly elapsed: number;
  readonly findings: readonly OutcomeFinding[];
  readonly undecided: readonly Message[];
  readonly faults: readonly FaultActivation[];
  /** Why it could not be judged; undefined when it could. */
  readonly failure: string | undefined;
  /** undefined when only the verdict was wanted. */
  readonly recording: Recording | undefined;
}

/** A run as screens show it. */
export interface Recording {
  /** All that the world, nodes and clients traced; `index` is the place in this list. */
  readonly records: readonly TraceRecord[];
  readonly causes: CausalGraph;
  readonly machines: Machines;
  /** What nodes said of themselves when they were asked, in order. */
  readonly states: readonly StateChange[];
  readonly history: readonly HistoryEntry[];
  /** The finding to look at first and how it came about; undefined when there is nothing to explain. */
  readonly explanation: Explanation | undefined;
}

export interface Explanation {
  readonly title: Message | undefined;
  readonly claim: string | undefined;
  /** One sentence. */
  readonly message: Message;
  /** The record in which it shows, by its index; undefined when the trace has nothing of it. */
  readonly violation: number | undefined;
  /** What else has to be seen to understand it, by index. */
  readonly context: readonly number[];
}
