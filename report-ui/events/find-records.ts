import type { TraceRecord } from "../../sim/trace.ts";
import type { Matcher } from "./match.ts";

/** How many records are looked at in one go: about as many as a frame has time for. */
const SLICE = 4000;

/** What a search found. */
export interface FoundRecords {
  /** By record, 1 for what was found. */
  readonly marks: Uint8Array;
  readonly count: number;
}

/**
 * Looks at all records, a slice at a time, so that the page goes on meanwhile.
 *
 * @param done called once, when all were looked at
 * @returns what ends it early
 */
export function findRecords(
  records: readonly TraceRecord[],
  matches: Matcher,
  done: (found: FoundRecords) => void,
): () => void {
  const marks = new Uint8Array(records.length);
  let next = 0;
  let count = 0;
  let timer = setTimeout(look, 0);
  function look(): void {
    const end = Math.min(next + SLICE, records.length);
    for (; next < end; next++) {
      if (!matches(records[next] as TraceRecord)) continue;
      marks[next] = 1;
      count++;
    }
    if (next < records.length) timer = setTimeout(look, 0);
    else done({ marks, count });
  }
  return () => clearTimeout(timer);
}
