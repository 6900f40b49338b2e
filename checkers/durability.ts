import { describeKey, describeValue } from "./describe-value.ts";
import { finalReads, type FinalOptions } from "./final-reads.ts";
import type { HistoryValue, Operation } from "./history.ts";
import { Origins } from "./origins.ts";
import { isChange, leftBy, registersOf } from "./registers.ts";
import { ViolationLog, type CountedResult, type ReportOptions } from "./violation-log.ts";

export interface DurabilityOptions extends ReportOptions, FinalOptions {
  /** Whether each final read must find the newest value; no unless given: it is enough that one of them does. */
  readonly linearizable?: boolean | undefined;
  /** What every register holds before its first write; null unless given. */
  readonly initial?: HistoryValue | undefined;
}

/** What became of acknowledged changes in the end, by key. */
export interface DurabilityResult extends CountedResult {
  /** Keys whose newest acknowledged change no final read found. */
  readonly lost: readonly string[];
  /** Of keys that had been deleted, those of which every final read found an older value. */
  readonly resurrected: readonly string[];
  /** Keys whose newest acknowledged change some final reads found, and others did not. */
  readonly stale: readonly string[];
  /** Keys with acknowledged changes, but no final read. */
  readonly neverRead: readonly string[];
}

/**
 * Durability of registers: what was acknowledged is there in the end, unless something newer is. What was concurrent, or of
 * unknown outcome, is given the benefit of the doubt; writes to one key that did not overlap count as done in order of
 * time.
 *
 * Kinds: "lost-write", "resurrected-value" and, when `linearizable`, "stale-final-read". "unknown" when something was
 * acknowledged, but no final read tells of any of it.
 */
export function checkDurability(operations: readonly Operation[], options: DurabilityOptions = {}): DurabilityResult {
  const log = new ViolationLog(options);
  const lost: string[] = [];
  const resurrected: string[] = [];
  const stale: string[] = [];
  const neverRead: string[] = [];
  let judged = 0;
  for (const [key, register] of registersOf(operations)) {
    const acknowledged = register.filter((change) => isChange(change) && change.outcome === "ok");
    const newest = acknowledged.reduce<Operation | undefined>(
      (latest, change) => (latest === undefined || change.start > latest.start ? change : latest),
      undefined,
    );
    if (newest === undefined) continue;
    const origins = new Origins(register, options.initial ?? null);
    // What nobody wrote is as good as nothing: what was acknowledged is not there.
    const reads = finalReads(register, options).map((read) => ({ read, end: origins.of(read)?.end ?? -Infinity }));
    const best = reads.reduce<(typeof reads)[number] | undefined>(
      (latest, one) => (latest === undefined || one.end > latest.end ? one : latest),
      undefined,
    );
    if (best === undefined) {
      neverRead.push(key);
      continue;
    }
    judged++;
    const report = (kind: string, { read }: { readonly read: Operation }, missed: Operation) => {
      log.add(kind, () => ({
        operations: [read.index, missed.index],
        message: {
          id: `anomaly-${kind}`,
          params: {
            process: read.process,
            key: describeKey(key),
            value: describeValue(read.value),
            time: read.invoked,
            writer: missed.process,
            newer: describeValue(leftBy(missed)),
            acknowledged: missed.completed,
          },
        },
      }));
    };
    if (best.end < newest.start) {
      const deleted = newest.f === "delete" && best.read.value !== null;
      (deleted ? resurrected : lost).push(key);
      report(deleted ? "resurrected-value" : "lost-write", best, newest);
      continue;
    }
    const behind = reads.filter(({ end }) => end < newest.start);
    if (behind.length > 0) stale.push(key);
    if (options.linearizable === true) for (const one of behind) report("stale-final-read", one, newest);
  }
  const unknown = judged === 0 && neverRead.length > 0;
  const result = log.result(
    unknown ? { id: "unknown-durability-unread", params: { keys: neverRead.length } } : undefined,
  );
  return { ...result, lost, resurrected, stale, neverRead };
}
