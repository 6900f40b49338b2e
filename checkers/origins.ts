import type { HistoryValue, Operation } from "./history.ts";
import { identityOf, type Identity } from "./identity.ts";
import { isAnswer, isChange, seenOf } from "./registers.ts";

/** What may have left what a read saw, summed up. */
export interface Origin {
  /** The change that left it, when there is only one that can have. */
  readonly change: Operation | undefined;
  /** When the last of those that may have left it had certainly happened; -Infinity when it was there in the beginning. */
  readonly end: number;
  /** The highest position that it may have been written at; -Infinity of the beginning, undefined when one is not known. */
  readonly position: number | undefined;
}

interface Candidates {
  /** In order of invocation. */
  readonly changes: Operation[];
  /** Of each change and those before it: the latest end, and the highest position. */
  readonly ends: number[];
  readonly positions: (number | undefined)[];
}

/**
 * Where the values of one register came from. Times are positions in the history. A change of which nobody knows when it
 * happened had done so when a read that saw it completed.
 */
export class Origins {
  protected readonly initial: Identity;
  protected readonly byValue = new Map<Identity, Candidates>();

  /** @param initial what the register holds before the first write */
  constructor(register: readonly Operation[], initial: HistoryValue = null) {
    this.initial = identityOf(initial);
    for (const change of register) {
      if (!isChange(change)) continue;
      const value = seenOf(change);
      const same = this.byValue.get(value);
      if (same === undefined) this.byValue.set(value, { changes: [change], ends: [], positions: [] });
      else same.changes.push(change);
    }
    const ends = this.endsOf(register);
    for (const { changes, ends: latest, positions } of this.byValue.values()) {
      changes.forEach((change, at) => {
        latest.push(Math.max(latest[at - 1] ?? -Infinity, ends.get(change) ?? change.end));
        const before = at === 0 ? -Infinity : positions[at - 1];
        positions.push(
          before === undefined || change.position === undefined ? undefined : Math.max(before, change.position),
        );
      });
    }
  }

  /** Where what a read saw came from; undefined when nothing can have left it. */
  of(read: Operation): Origin | undefined {
    const value = seenOf(read);
    const candidates = this.byValue.get(value);
    const count = candidates === undefined ? 0 : invokedBefore(candidates.changes, read.end);
    const isInitial = value === this.initial;
    if (count === 0) return isInitial ? { change: undefined, end: -Infinity, position: -Infinity } : undefined;
    return {
      change: count === 1 && !isInitial ? candidates?.changes[0] : undefined,
      end: candidates?.ends[count - 1] ?? Infinity,
      position: candidates?.positions[count - 1],
    };
  }

  /** When changes had certainly happened that a read saw before they completed. */
  protected endsOf(register: readonly Operation[]): Map<Operation, number> {
    const ends = new Map<Operation, number>();
    for (const read of register) {
      const value = seenOf(read);
      if (!isAnswer(read) || value === this.initial) continue;
      const { changes = [] } = this.byValue.get(value) ?? {};
      const [change] = changes;
      if (change === undefined || invokedBefore(changes, read.end) !== 1) continue;
      if (read.end < (ends.get(change) ?? change.end)) ends.set(change, read.end);
    }
    return ends;
  }
}

/** How many of some changes, in order of invocation, were invoked before a position in the history. */
function invokedBefore(changes: readonly Operation[], position: number): number {
  let [low, high] = [0, changes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((changes[middle]?.start ?? Infinity) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}
