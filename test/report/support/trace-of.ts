import type { TraceRecord } from "../../../sim/trace.ts";

/** What a machine says, in short: who, what, and its fields. */
export type Told = readonly [host: string, kind: string, fields: Readonly<Record<string, string | number | boolean>>];

/** A trace with a record a millisecond, each in a kernel event of its own. */
export function traceOf(told: readonly Told[]): TraceRecord[] {
  return told.map(([host, kind, fields], index) => ({
    index,
    time: index * 1_000_000,
    host,
    incarnation: 1,
    event: index,
    data: { kind, ...fields },
  }));
}
