import type { EngineOptions } from "../../engine/index.ts";

/** One write: a value of so many bytes, or a deletion. */
export interface PutStep {
  readonly do: "put";
  readonly key: string;
  /** Bytes of the value. */
  readonly bytes: number;
}

export interface DeleteStep {
  readonly do: "delete";
  readonly key: string;
}

/** Deletes every key from `from` on, up to before `to`. */
export interface DeleteRangeStep {
  readonly do: "delete-range";
  readonly from: string;
  readonly to: string;
}

export type ChangeStep = PutStep | DeleteStep | DeleteRangeStep;

/** Several changes as one write. */
export interface BatchStep {
  readonly do: "batch";
  readonly changes: readonly ChangeStep[];
}

export type WriteStep = (ChangeStep | BatchStep) & { readonly sync: boolean };

/** What a workload does next; it waits for each step to be done. */
export type Step =
  | WriteStep
  /** Hands several writes over at once, without waiting in between: they go to the log as a group. */
  | { readonly do: "together"; readonly writes: readonly WriteStep[] }
  | { readonly do: "flush" }
  /** Compacts everything down to the last level in use. */
  | { readonly do: "compact" }
  /** Waits until no flush or compaction is under way. */
  | { readonly do: "settle" }
  /** Closes in good order and opens again. */
  | { readonly do: "reopen" }
  /** Takes a snapshot and holds it; what it shows is compared at "release". */
  | { readonly do: "hold" }
  | { readonly do: "release" }
  /** Opens an iterator and takes one step with it; the rest is compared at "walk-on". */
  | { readonly do: "walk" }
  | { readonly do: "walk-on" }
  /** Makes a checkpoint in a new directory. */
  | { readonly do: "checkpoint" }
  /** Compares everything with the oracle. */
  | { readonly do: "read" };

/** A short series of steps, as data, and the options it runs under. */
export interface CrashWorkload {
  readonly name: string;
  readonly summary: string;
  readonly options: Partial<EngineOptions>;
  readonly steps: readonly Step[];
}

/**
 * Limits so small that a few writes rotate the log, a few rotations compact, and a few edits begin a new manifest.
 */
export const SMALL: Partial<EngineOptions> = {
  writeBufferBytes: 400,
  tableBytes: 512,
  blockBytes: 128,
  blockRestartInterval: 3,
  level0CompactionTrigger: 2,
  level1Bytes: 800,
  levelSizeMultiplier: 3,
  levelCount: 4,
  blockCacheBytes: 1_024,
  maxOpenTables: 3,
  manifestBytes: 700,
  transferBytes: 512,
  slowdownDelay: 1_000,
};

/** A byte of a value's filling: every place its own, so that a lost, torn or moved piece cannot look right. */
const FIRST_LETTER = 35;
const LETTERS = 89;

/** The value that a workload's n-th put gives, `bytes` long: no two are the same. */
export function valueOf(put: number, bytes: number): string {
  let text = `${put}:`;
  while (text.length < bytes) {
    text += String.fromCharCode(FIRST_LETTER + ((put * 31 + text.length * 7 + (text.length >> 6)) % LETTERS));
  }
  return text;
}
