import type { TraceRecord } from "../../sim/trace.ts";
import type { Telling } from "../scenario.ts";

/**
 * Tells of a read that a replica refused since it could not open the database, which another node had locked.
 *
 * @param refused what the replica said of the read
 * @param records a full trace
 */
export function tellLocked(refused: TraceRecord, records: readonly TraceRecord[]): Telling | undefined {
  if (refused.data["code"] !== "DatabaseLockedError") return undefined;
  const taken = records.findLast(({ index, data }) => index < refused.index && data.kind === "lock-taken");
  const began = records.findLast(
    ({ host, index, data }) => index < refused.index && host === refused.host && data.kind === "flock-failed",
  );
  if (taken === undefined) return undefined;
  const params = { host: refused.host, holder: taken.host, held: refused.time - taken.time };
  return {
    claim: "SD-10",
    context: began === undefined ? [taken] : [taken, began],
    alone: true,
    message: { id: "explain-locked", params },
  };
}
