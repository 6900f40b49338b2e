import { describeKey, describeValue } from "./describe-value.ts";
import { byKey, type HistoryValue, type Operation } from "./history.ts";
import { setHistory, type SetElement } from "./set-elements.ts";
import { ViolationLog, type CountedResult, type ReportOptions } from "./violation-log.ts";

export interface SetFullOptions extends ReportOptions {
  /** Whether a read must see what was there before it began; no unless given, so that "stale" is allowed. */
  readonly linearizable?: boolean | undefined;
}

/** Elements with what became of them, as Jepsen's set-full counts them. */
export interface SetFullResult extends CountedResult {
  readonly attempts: number;
  readonly stable: number;
  readonly lost: readonly HistoryValue[];
  /** Of the stable ones, those that a read missed which began after they were known to exist. */
  readonly stale: readonly HistoryValue[];
  readonly neverRead: readonly HistoryValue[];
  /** How long elements were known before every read saw them, in nanoseconds; undefined when none is stable. */
  readonly stableLatencies: Latencies | undefined;
  /** How long lost elements were known before the last read that saw them began, in nanoseconds; 0 for one never seen. */
  readonly lostLatencies: Latencies | undefined;
}

/** The least of the values that a share of all values does not exceed. */
export interface Latencies {
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * Jepsen's set-full: "add" adds an element, "read" lists all, and each element is followed from its add through every
 * read. Sets of several keys are judged each on its own.
 *
 * Kinds: "lost-element", "stale-element" (when `linearizable`), "duplicate-element" and "unexpected-element", one that was
 * never added or only by adds that failed. "unknown" when no element was found to stay.
 *
 * @throws HistoryError when a read gives no list
 * @throws BoundError when the reads hold too many elements together
 */
export function checkSetFull(operations: readonly Operation[], options: SetFullOptions = {}): SetFullResult {
  const log = new ViolationLog(options);
  const elements: SetElement[] = [];
  for (const [key, same] of byKey(operations)) {
    const history = setHistory(same);
    reportUnsound(log, history.elements, history.repeated, key);
    for (const element of history.elements) {
      const { adds, known, lastPresent, lastAbsent } = element;
      if (adds.length === 0) continue;
      elements.push(element);
      if (known === undefined || lastAbsent === undefined) continue;
      const stale = element.stale && options.linearizable === true;
      if (element.outcome !== "lost" && !stale) continue;
      const kind = stale ? "stale-element" : lastPresent === undefined ? "lost-element-unread" : "lost-element";
      log.add(stale ? "stale-element" : "lost-element", () => ({
        operations: [lastAbsent, known, ...(lastPresent === undefined ? [] : [lastPresent])].map(({ index }) => index),
        message: {
          id: `anomaly-${kind}`,
          params: {
            key: describeKey(key),
            value: describeValue(element.value),
            process: lastAbsent.process,
            time: lastAbsent.invoked,
            knownProcess: known.process,
            known: known.completed,
            ...(lastPresent === undefined ? {} : { seenProcess: lastPresent.process, seen: lastPresent.invoked }),
          },
        },
      }));
    }
  }
  const outcome = (name: SetElement["outcome"]) => elements.filter((element) => element.outcome === name);
  const [stable, lost] = [outcome("stable"), outcome("lost")];
  const unknown = stable.length === 0 ? { id: "unknown-set-unread", params: { attempts: elements.length } } : undefined;
  return {
    ...log.result(unknown),
    attempts: elements.length,
    stable: stable.length,
    lost: lost.map(({ value }) => value),
    stale: stable.filter((element) => element.stale).map(({ value }) => value),
    neverRead: outcome("never-read").map(({ value }) => value),
    stableLatencies: latenciesOf(stable.map(({ staleFor }) => staleFor)),
    lostLatencies: latenciesOf(
      lost.map(({ known, lastPresent }) =>
        Math.max(0, lastPresent === undefined ? 0 : lastPresent.invoked - (known?.completed ?? 0)),
      ),
    ),
  };
}

/** Reports what no sound set shows, whatever its consistency. */
export function reportUnsound(
  log: ViolationLog,
  elements: readonly SetElement[],
  repeated: readonly { readonly read: Operation; readonly value: HistoryValue }[],
  key: string,
): void {
  const about = (read: Operation, value: HistoryValue) => ({
    key: describeKey(key),
    value: describeValue(value),
    process: read.process,
    time: read.invoked,
  });
  for (const { value, adds, failed, lastPresent } of elements) {
    if (adds.length > 0 || lastPresent === undefined) continue;
    log.add("unexpected-element", () => ({
      operations: failed === undefined ? [lastPresent.index] : [lastPresent.index, failed.index],
      message: {
        id: failed === undefined ? "anomaly-unexpected-element" : "anomaly-unexpected-element-failed",
        params: { ...about(lastPresent, value), ...(failed === undefined ? {} : { adder: failed.process }) },
      },
    }));
  }
  for (const { read, value } of repeated) {
    log.add("duplicate-element", () => ({
      operations: [read.index],
      message: { id: "anomaly-duplicate-element", params: about(read, value) },
    }));
  }
}

function latenciesOf(values: readonly number[]): Latencies | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { median: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
