import type { RunOutcome, RunPhase, ToEngineRoom } from "./messages.ts";

/** What came of asking for a run. */
export type EngineAnswer =
  | { readonly type: "done"; readonly outcome: RunOutcome }
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "cancelled" };

export type OnProgress = (events: number, phase: RunPhase) => void;

/** What carries out runs, one at a time: asking for another cancels the one that is under way. */
export interface Engine {
  run(request: ToEngineRoom, onProgress: OnProgress): Promise<EngineAnswer>;
  /** Ends the run that is under way. */
  cancel(): void;
}
