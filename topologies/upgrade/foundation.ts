import { isNatural } from "../protocol.ts";
import { type Position, samePosition } from "../replication/position.ts";
import { EpochHistory, type EpochStart, follows } from "../wal-stream/epoch-history.ts";
import { LAST_EPOCH } from "../position.ts";

/**
 * What a Raft cluster begins with: the data of one position, on the copies that have it. Not the hosts that they are on: a copy
 * that was made anew, after a loss of the disk, knows nothing of what the former one may have promised as a voter.
 */
export interface Foundation {
  /** The last entry of the log that was streamed: Raft's begins behind it. */
  readonly last: Position;
  /** Of the content at that entry. */
  readonly digest: string;
  /** Of each node, in their order, the copy of its data. */
  readonly copies: readonly number[];
  /** The epochs that the data consists of. */
  readonly epochs: readonly EpochStart[];
}

/** Whether two people mean the same: else they have found the cluster in two states. */
export function sameFoundation(a: Foundation, b: Foundation): boolean {
  return (
    samePosition(a.last, b.last) &&
    a.digest === b.digest &&
    a.copies.length === b.copies.length &&
    a.copies.every((copy, index) => copy === b.copies[index])
  );
}

/**
 * The history that positions are held against once Raft serves. All of its terms are one epoch to clients, as there is one order
 * of writes in them: the last that there is, so that it comes behind any that WAL streaming can have had.
 */
export function historyBehind({ epochs, last }: Foundation): EpochHistory {
  return new EpochHistory([...epochs, { epoch: LAST_EPOCH, after: last.lsn }]);
}

/** @returns undefined when it is no foundation */
export function foundationOf(value: unknown): Foundation | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { last, digest, copies, epochs } = value as Readonly<Record<keyof Foundation, unknown>>;
  const [position, starts] = [positionOf(last), epochsOf(epochs)];
  const areCopies = Array.isArray(copies) && copies.every(isNatural);
  if (position === undefined || starts === undefined || typeof digest !== "string" || !areCopies) return undefined;
  const foundation = { last: position, digest, copies, epochs: starts };
  return isHistory(foundation) ? foundation : undefined;
}

/** @returns undefined when they are no epochs */
export function epochsOf(value: unknown): EpochStart[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const starts = value.map(startOf);
  return starts.every((start) => start !== undefined) ? starts : undefined;
}

function positionOf(value: unknown): Position | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { epoch, lsn } = value as Readonly<Record<keyof Position, unknown>>;
  return isNatural(epoch) && isNatural(lsn) ? { epoch, lsn } : undefined;
}

function startOf(value: unknown): EpochStart | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { epoch, after } = value as Readonly<Record<keyof EpochStart, unknown>>;
  return isNatural(epoch) && isNatural(after) ? { epoch, after } : undefined;
}

/** Whether its epochs follow one another, up to its last entry. */
function isHistory({ epochs, last }: Foundation): boolean {
  const rise = epochs.every((start, index) => follows(start, epochs[index - 1]));
  const end = epochs.at(-1);
  return rise && (end === undefined || (end.epoch < LAST_EPOCH && end.after <= last.lsn));
}
