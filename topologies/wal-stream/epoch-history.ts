/** Where an epoch began: behind that entry. */
export interface EpochStart {
  readonly epoch: number;
  /** LSN of the last entry before it; its first entry, when it has any, is the next. */
  readonly after: number;
}

const NONE: EpochStart = { epoch: 0, after: 0 };

/** Whether an epoch may come after another: it is a later one, and does not begin before it. @param before default none */
export function follows({ epoch, after }: EpochStart, before = NONE): boolean {
  return epoch > before.epoch && after >= before.after;
}

/** A stretch of entries of one epoch: those behind `after`, up to `end`. */
interface Stretch extends EpochStart {
  readonly end: number;
}

/**
 * Which primaries' entries a node's data consists of: PostgreSQL's timeline history, Kafka's leader epoch cache (KIP-101). Each
 * epoch has one primary and one beginning, so that two nodes that have an entry of the same epoch and LSN have the same
 * entries up to it.
 */
export class EpochHistory {
  /** With rising epochs, and beginnings that never fall. */
  readonly starts: readonly EpochStart[];

  /** @throws RangeError when it is no history: epochs that do not rise, or beginnings that fall */
  constructor(starts: readonly EpochStart[]) {
    for (const [index, start] of starts.entries()) {
      const before = starts[index - 1];
      if (follows(start, before)) continue;
      const { epoch, after } = before ?? NONE;
      throw new RangeError(`epoch ${start.epoch} behind ${start.after} cannot follow epoch ${epoch} behind ${after}`);
    }
    this.starts = starts;
  }

  /** The latest epoch; 0 when there is none. */
  get last(): number {
    return this.starts.at(-1)?.epoch ?? 0;
  }

  /** LSN behind which the latest epoch began. */
  get lastStart(): number {
    return this.starts.at(-1)?.after ?? 0;
  }

  /** The epoch of an entry; 0 for LSN 0. */
  epochAt(lsn: number): number {
    return this.starts.findLast(({ after }) => after < lsn)?.epoch ?? 0;
  }

  /** The history with one more epoch. @throws RangeError */
  followedBy(epoch: number, after: number): EpochHistory {
    return new EpochHistory([...this.starts, { epoch, after }]);
  }

  /**
   * Whether the state that some node had in an epoch, up to an entry, is a former state of this history.
   *
   * @returns undefined for a later epoch than any that is known here
   */
  contains(epoch: number, lsn: number): boolean | undefined {
    if (lsn === 0) return true;
    if (epoch > this.last) return undefined;
    const index = this.starts.findIndex((start) => start.epoch === epoch);
    return index >= 0 && lsn <= this.endOf(index);
  }

  /** The stretches of entries up to one; epochs without entries have none. */
  private stretches(last: number): Stretch[] {
    return this.starts
      .map(({ epoch, after }, index) => ({ epoch, after, end: Math.min(this.endOf(index), last) }))
      .filter(({ after, end }) => end > after);
  }

  private endOf(index: number): number {
    return this.starts[index + 1]?.after ?? Number.POSITIVE_INFINITY;
  }

  /**
   * LSN of the last entry that two nodes have in common: up to it their data is the same, behind it each has a branch of its
   * own.
   *
   * @param last LSN of the last entry of this one
   * @param otherLast LSN of the last entry of the other
   */
  commonAncestor(last: number, other: EpochHistory, otherLast: number): number {
    const theirs = other.stretches(otherLast);
    let common = 0;
    for (const [index, mine] of this.stretches(last).entries()) {
      const their = theirs[index];
      // Not even an epoch's beginning is believed when it is told in two ways.
      if (their?.epoch !== mine.epoch || their.after !== mine.after) break;
      common = Math.min(mine.end, their.end);
      if (mine.end !== their.end) break;
    }
    return common;
  }
}

/** Whether one position is more advanced than another: the epoch counts first, then the LSN within it. */
export function comparePositions(
  a: { readonly epoch: number; readonly lsn: number },
  b: { readonly epoch: number; readonly lsn: number },
): number {
  return a.epoch - b.epoch || a.lsn - b.lsn;
}

/**
 * The first epoch of the round after that of a given one: each round has an epoch for every node. What is promised is a round
 * as a whole. Were it any epoch, a node that promised to follow none before epoch 3 could still be led by whoever was made
 * primary by a promise of epoch 2, and took epoch 4 as its own: the promises of two failovers at a time would not exclude one
 * another.
 *
 * @param nodes of the cluster
 */
export function nextRound(epoch: number, nodes: number): number {
  return Math.ceil(epoch / nodes) * nodes + 1;
}

/** Whether a round begins with an epoch. */
export function beginsRound(epoch: number, nodes: number): boolean {
  return epoch % nodes === 1 % nodes;
}

/**
 * The epoch of a round in which a node may be primary. An epoch's number says whose it is: node 1 of three may have 1, 4, 7. So
 * not even two people who know nothing of each other can make two primaries of one epoch.
 *
 * @param index of the node in the cluster, from 0
 * @param round its first epoch
 */
export function epochFor(index: number, round: number): number {
  return round + index;
}
