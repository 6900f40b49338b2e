import { describeKey, describeValue } from "./describe-value.ts";
import { byKey, type HistoryValue, type Operation } from "./history.ts";
import { setHistory } from "./set-elements.ts";
import { reportUnsound } from "./set-full.ts";
import { ViolationLog, type CountedResult, type ReportOptions } from "./violation-log.ts";

/** What a last read tells of the adds of a set, in Jepsen's terms. */
export interface SetResult extends CountedResult {
  readonly attempts: number;
  readonly acknowledged: number;
  /** Acknowledged, and not there in the end. */
  readonly lost: readonly HistoryValue[];
  /** Acknowledged and there in the end, though a read missed it that began after that. */
  readonly stale: readonly HistoryValue[];
  /** Acknowledged, but no read began after that: nothing can be said. */
  readonly neverRead: readonly HistoryValue[];
  /** There in the end, though nobody knew whether it was added. */
  readonly recovered: readonly HistoryValue[];
}

/**
 * Durability of a set: what was acknowledged before the last ok read began must be in it. Sets of several keys are judged
 * each on its own. Kinds: "lost-element", "unexpected-element", "duplicate-element"; "unknown" when nothing was read.
 *
 * @throws HistoryError when a read gives no list
 * @throws BoundError when the reads hold too many elements together
 */
export function checkSet(operations: readonly Operation[], options: ReportOptions = {}): SetResult {
  const log = new ViolationLog(options);
  let [attempts, acknowledged, read] = [0, 0, false];
  const lost: HistoryValue[] = [];
  const stale: HistoryValue[] = [];
  const neverRead: HistoryValue[] = [];
  const recovered: HistoryValue[] = [];
  for (const [key, same] of byKey(operations)) {
    const { elements, reads, repeated } = setHistory(same);
    const last = reads[reads.length - 1];
    read ||= last !== undefined;
    reportUnsound(log, elements, repeated, key);
    for (const { value, adds, lastPresent, stale: missed } of elements) {
      if (adds.length === 0) continue;
      attempts++;
      const present = last !== undefined && lastPresent === last;
      const acknowledgement = firstAcknowledgement(adds);
      if (acknowledgement === undefined) {
        if (present) recovered.push(value);
        continue;
      }
      acknowledged++;
      if (present) {
        if (missed) stale.push(value);
        continue;
      }
      if (last === undefined || acknowledgement.end >= last.start) {
        neverRead.push(value);
        continue;
      }
      lost.push(value);
      log.add("lost-element", () => ({
        operations: [last.index, acknowledgement.index, ...(lastPresent === undefined ? [] : [lastPresent.index])],
        message: {
          id: lastPresent === undefined ? "anomaly-lost-element-unread" : "anomaly-lost-element",
          params: {
            key: describeKey(key),
            value: describeValue(value),
            process: last.process,
            time: last.invoked,
            knownProcess: acknowledgement.process,
            known: acknowledgement.completed,
            ...(lastPresent === undefined ? {} : { seenProcess: lastPresent.process, seen: lastPresent.invoked }),
          },
        },
      }));
    }
  }
  const result = log.result(read ? undefined : { id: "unknown-set-unread", params: { attempts } });
  return { ...result, attempts, acknowledged, lost, stale, neverRead, recovered };
}

function firstAcknowledgement(adds: readonly Operation[]): Operation | undefined {
  let first: Operation | undefined;
  for (const add of adds) if (add.outcome === "ok" && (first === undefined || add.end < first.end)) first = add;
  return first;
}
