import { RaftSafetyError } from "./errors.ts";

/** What an entry is for: a command of a client, a leader's first entry, or a new configuration of the cluster. */
export type EntryKind = "normal" | "noop" | "configuration";

/** One entry of the log. Never changed once it is made. */
export interface Entry {
  /** Which entry: 1 for the first, one more for each next, without holes. */
  readonly index: number;
  /** Of the leader that made it. */
  readonly term: number;
  readonly kind: EntryKind;
  /** The command, or an encoded configuration; nothing for a no-op. */
  readonly payload: Uint8Array;
}

/** A place in a log. Two logs agree up to a place when it has the same term in both (log matching, dissertation 3.5). */
export interface LogPosition {
  readonly index: number;
  readonly term: number;
}

/** Before the first entry. */
export const LOG_ORIGIN: LogPosition = { index: 0, term: 0 };

export const NO_PAYLOAD: Uint8Array = new Uint8Array(0);

const KINDS: readonly EntryKind[] = ["normal", "noop", "configuration"];

/** What an entry counts for, in bytes, where limits are in bytes: an empty one is not free. */
export function entryBytes({ payload }: Entry): number {
  return payload.length + 16;
}

/** A kind as a number, for messages and files; never changes. */
export function kindNumber(kind: EntryKind): number {
  return kind === "normal" ? 0 : kind === "noop" ? 1 : 2;
}

/** @returns undefined for a number that stands for no kind */
export function kindOfNumber(number: unknown): EntryKind | undefined {
  return typeof number === "number" ? KINDS[number] : undefined;
}

/** An entry as a log file keeps it beside index and term: its kind, one byte, then the payload. */
export function storedPayload({ kind, payload }: Entry): Uint8Array {
  const stored = new Uint8Array(payload.length + 1);
  stored[0] = kindNumber(kind);
  stored.set(payload, 1);
  return stored;
}

/**
 * The entry that {@link storedPayload} was made of.
 *
 * @returns one whose payload is a view of `stored`
 * @throws RaftSafetyError when it is of no known kind
 */
export function entryFromStored(index: number, term: number, stored: Uint8Array): Entry {
  const kind = kindOfNumber(stored[0]);
  if (kind === undefined) {
    const what = stored.length === 0 ? "it is empty" : `kind ${stored[0] as number}`;
    throw new RaftSafetyError(`entry ${index} of term ${term} is of no known kind (${what}); get it from another node`);
  }
  return { index, term, kind, payload: stored.subarray(1) };
}
