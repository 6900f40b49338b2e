import type { HistoryEntry, HistoryValue } from "../../../checkers/history.ts";

/** One line of a history: `[process, type, f, value, key]`. */
export type Line = readonly [
  process: number,
  type: HistoryEntry["type"],
  f: string,
  value?: HistoryValue | undefined,
  key?: string | undefined,
];

/** A history as it is told, an entry a line, a millisecond apart. */
export function history(...lines: readonly Line[]): HistoryEntry[] {
  return lines.map(([process, type, f, value, key], at) => ({ process, type, f, key, value, time: at * 1_000_000 }));
}

/** An operation that nothing is concurrent with. */
export function done(
  process: number,
  f: string,
  value?: HistoryValue,
  asked: HistoryValue | undefined = value,
): Line[] {
  return [
    [process, "invoke", f, asked],
    [process, "ok", f, value],
  ];
}
