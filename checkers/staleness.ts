import { describeKey, describeValue } from "./describe-value.ts";
import type { Operation } from "./history.ts";
import { isAnswer, isChange, lastCompletions, leftBy, registersOf, seenOf } from "./registers.ts";
import { ViolationLog, type CountedResult, type ReportOptions } from "./violation-log.ts";

/** A read of something that had been overwritten, and acknowledged as such, long before the read began. */
export interface StaleRead {
  readonly read: Operation;
  /** The earliest acknowledged operation that had replaced what was read. */
  readonly overwrittenBy: Operation;
  /** How long it had been acknowledged when the read began, in nanoseconds. */
  readonly age: number;
  /** How many acknowledged changes had certainly followed what was read when the read began: 1 or more. */
  readonly versions: number;
}

/**
 * Finds reads that were stale by more than `bound` nanoseconds, 0 for none at all. Each value may be written only once to
 * its key. What was concurrent is given the benefit of the doubt, so that every finding is certain; writes to one key
 * that did not overlap count as done in order of time. Only registers are looked at.
 *
 * In O(n log n).
 */
export function staleReads(operations: readonly Operation[], bound: number): StaleRead[] {
  const found: StaleRead[] = [];
  for (const same of registersOf(operations).values()) {
    const changes = same.filter(isChange);
    const lastOrigin = lastCompletions(changes);
    const acknowledged = new Acknowledged(changes.filter((change) => change.outcome === "ok"));
    const stale: Omit<StaleRead, "versions">[] = [];
    for (const read of same) {
      if (!isAnswer(read)) continue;
      // With no origin at all, what was read is the absence of a value before the first write (or wrong data, which is
      // another checker's matter).
      const overwrittenBy = acknowledged.firstAfter(lastOrigin.get(seenOf(read)) ?? -Infinity);
      if (overwrittenBy === undefined || overwrittenBy.completed + bound >= read.invoked) continue;
      stale.push({ read, overwrittenBy, age: read.invoked - overwrittenBy.completed });
    }
    const versions = acknowledged.countBetween(
      stale.map(({ read }) => ({ after: lastOrigin.get(seenOf(read)) ?? -Infinity, before: read.invoked })),
    );
    stale.forEach((one, at) => found.push({ ...one, versions: versions[at] ?? 1 }));
  }
  return found.sort((a, b) => a.read.index - b.read.index);
}

/** The acknowledged changes of one register, by time. */
class Acknowledged {
  /** In order of invocation. */
  protected readonly changes: readonly Operation[];
  /** Of the changes from each one on, that which completed first. */
  protected readonly earliest: readonly Operation[];

  constructor(changes: readonly Operation[]) {
    this.changes = [...changes].sort((a, b) => a.invoked - b.invoked || a.index - b.index);
    const earliest: Operation[] = [...this.changes];
    for (let at = earliest.length - 2; at >= 0; at--) {
      const [here, next] = [earliest[at] as Operation, earliest[at + 1] as Operation];
      if (next.completed < here.completed || (next.completed === here.completed && next.index < here.index)) {
        earliest[at] = next;
      }
    }
    this.earliest = earliest;
  }

  /** Of the changes invoked after a time, that which completed first. */
  firstAfter(time: number): Operation | undefined {
    return this.earliest[this.countUpTo(time)];
  }

  /** For each span, how many changes were invoked after its beginning and completed before its end. */
  countBetween(spans: readonly { readonly after: number; readonly before: number }[]): number[] {
    const { length } = this.changes;
    // Places in order of invocation, filled in order of completion: a Fenwick tree counts those from a place on.
    const tree = new Int32Array(length + 1);
    const completions = this.changes
      .map(({ completed }, place) => ({ completed, place }))
      .sort((a, b) => a.completed - b.completed);
    const inTurn = spans.map((_, at) => at).sort((a, b) => (spans[a]?.before ?? 0) - (spans[b]?.before ?? 0));
    const counts = spans.map(() => 0);
    let filled = 0;
    for (const at of inTurn) {
      const { after, before } = spans[at] as { after: number; before: number };
      for (; filled < length && (completions[filled]?.completed ?? Infinity) < before; filled++) {
        for (let i = (completions[filled]?.place ?? 0) + 1; i <= length; i += i & -i) tree[i] = (tree[i] ?? 0) + 1;
      }
      let count = filled;
      for (let i = this.countUpTo(after); i > 0; i -= i & -i) count -= tree[i] ?? 0;
      counts[at] = count;
    }
    return counts;
  }

  /** How many were invoked up to a time, that time included. */
  protected countUpTo(time: number): number {
    let low = 0;
    let high = this.changes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.changes[middle]?.invoked ?? Infinity) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** How far a read may lag; what is not given is not bounded. */
export interface StalenessOptions extends ReportOptions {
  /** How long what replaced the value may have been acknowledged when the read began, in nanoseconds; 0: not at all. */
  readonly time?: number | undefined;
  /** How many acknowledged changes a read may be behind; 0: none. */
  readonly versions?: number | undefined;
}

/**
 * Bounded staleness of registers, in time and in versions (Terry, "Replicated Data Consistency Explained Through
 * Baseball", 2011; Golab et al., "Client-Centric Benchmarking of Eventual Consistency", 2014). Kinds: "stale-read" beyond
 * the time, "versions-behind" beyond the count.
 */
export function checkStaleness(operations: readonly Operation[], options: StalenessOptions): CountedResult {
  const log = new ViolationLog(options);
  const { time = Infinity, versions = Infinity } = options;
  for (const stale of staleReads(operations, 0)) {
    const { read, overwrittenBy, age } = stale;
    const indices = [read.index, overwrittenBy.index];
    const params = () => ({
      process: read.process,
      key: describeKey(read.key),
      value: describeValue(read.value),
      invoked: read.invoked,
      writer: overwrittenBy.process,
      newer: describeValue(leftBy(overwrittenBy)),
      acknowledged: overwrittenBy.completed,
      age,
    });
    if (age > time) {
      log.add("stale-read", () => ({
        operations: indices,
        message: { id: "anomaly-stale-read", params: { ...params(), bound: time } },
      }));
    }
    if (stale.versions > versions) {
      log.add("versions-behind", () => ({
        operations: indices,
        message: {
          id: "anomaly-versions-behind",
          params: { ...params(), versions: stale.versions, bound: versions },
        },
      }));
    }
  }
  return log.result();
}
