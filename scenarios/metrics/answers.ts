import { onlyReads } from "../../checkers/answers.ts";
import { foreignValues } from "../../checkers/values.ts";
import type { MetricGroup } from "./metric.ts";
import { isAnswered } from "./is-answered.ts";

/** How operations ended, and which answers were wrong though nothing said so: a value for each run. */
export const answers: MetricGroup = {
  metrics: [
    { name: "reads", unit: "count", better: undefined },
    { name: "reads-ok", unit: "count", better: "higher" },
    { name: "reads-answered", unit: "count", better: "higher" },
    { name: "reads-unanswered", unit: "count", better: "lower" },
    { name: "reads-failed", unit: "count", better: "lower" },
    { name: "reads-unknown", unit: "count", better: "lower" },
    { name: "writes", unit: "count", better: undefined },
    { name: "writes-ok", unit: "count", better: "higher" },
    // Those declined for what is stored included, such as a compare-and-set that found something else.
    { name: "writes-answered", unit: "count", better: "higher" },
    { name: "writes-unanswered", unit: "count", better: "lower" },
    { name: "writes-failed", unit: "count", better: "lower" },
    { name: "writes-unknown", unit: "count", better: "lower" },
    { name: "operations-ok", unit: "count", better: "higher" },
    // By the code that the client was told.
    { name: "reads-refused/", unit: "count", better: "lower" },
    { name: "writes-refused/", unit: "count", better: "lower" },
    // Of what nobody ever wrote, or whose write had failed: wrong under any promise.
    { name: "wrong-reads", unit: "count", better: "lower" },
    // From the first call to the last answer: of all, of reads and of all else.
    { name: "busy-time", unit: "ns", better: undefined },
    { name: "read-time", unit: "ns", better: undefined },
    { name: "write-time", unit: "ns", better: undefined },
  ],
  measure({ operations, registers }, add) {
    const ends = {
      read: { ok: 0, declined: 0, fail: 0, info: 0 },
      write: { ok: 0, declined: 0, fail: 0, info: 0 },
    };
    const codes = new Map<string, number>();
    const times = { all: nothing(), read: nothing(), write: nothing() };
    for (const operation of operations) {
      const { outcome, error, invoked, completed } = operation;
      const what = onlyReads(operation) ? "read" : "write";
      ends[what][outcome === "fail" && isAnswered(operation) ? "declined" : outcome]++;
      for (const time of [times.all, times[what]]) {
        time.first = Math.min(time.first, invoked);
        time.last = Math.max(time.last, completed === Infinity ? invoked : completed);
      }
      if (error === undefined) continue;
      const name = `${what}s-refused/${error}`;
      codes.set(name, (codes.get(name) ?? 0) + 1);
    }
    for (const what of ["read", "write"] as const) {
      const { ok, declined, fail, info } = ends[what];
      add(`${what}s`, ok + declined + fail + info);
      add(`${what}s-ok`, ok);
      add(`${what}s-answered`, ok + declined);
      add(`${what}s-unanswered`, fail + info);
      add(`${what}s-failed`, fail);
      add(`${what}s-unknown`, info);
    }
    add("operations-ok", ends.read.ok + ends.write.ok);
    for (const [name, count] of codes) add(name, count);
    add("wrong-reads", new Set(foreignValues(registers).map(({ read }) => read.index)).size);
    add("busy-time", lengthOf(times.all));
    add("read-time", lengthOf(times.read));
    add("write-time", lengthOf(times.write));
  },
};

/** From the first call to the last answer. */
interface Time {
  first: number;
  last: number;
}

function nothing(): Time {
  return { first: Infinity, last: 0 };
}

function lengthOf({ first, last }: Time): number {
  return Math.max(0, last - Math.min(first, last));
}
