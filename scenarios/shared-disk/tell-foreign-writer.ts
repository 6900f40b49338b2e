import type { Operation } from "../../checkers/history.ts";
import type { TraceRecord } from "../../sim/trace.ts";
import type { Telling } from "../scenario.ts";

/**
 * Tells of a lost write that another node took it: one that had opened the same database for writing, and deleted the log in
 * which the write stood.
 *
 * @param records a full trace
 * @param lost the write
 * @returns undefined when nobody else touched the log
 */
export function tellForeignWriter(records: readonly TraceRecord[], lost: Operation | undefined): Telling | undefined {
  if (lost?.node === undefined) return undefined;
  const begun = records.findLast(
    ({ host, time, data }) =>
      host === lost.node &&
      time <= lost.completed &&
      (data.kind === "wal-created" || data.kind === "version-installed" || data.kind === "recovery-finished") &&
      typeof data["log"] === "number",
  );
  if (begun === undefined) return undefined;
  const file = `${String(begun.data["log"]).padStart(6, "0")}.log`;
  const deleted = records.find(
    ({ host, index, data }) =>
      index > begun.index && host !== lost.node && data.kind === "file-deleted" && data["file"] === file,
  );
  if (deleted === undefined) return undefined;
  const before = records.slice(0, deleted.index);
  const recovery = before.findLast(({ host, data }) => host === deleted.host && data.kind === "recovery-started");
  const replayed = before.findLast(({ host, data }) => host === deleted.host && data.kind === "recovery-log-replayed");
  const told = records.filter(
    ({ time, data }) =>
      data["process"] === lost.process &&
      ((data.kind === "client-invoked" && time === lost.invoked) ||
        (data.kind === "client-answered" && time === lost.completed)),
  );
  const broken = records.find(
    ({ host, index, data }) => index > begun.index && host === lost.node && data.kind === "database-failed",
  );
  return {
    claim: "SD-11",
    context: [begun, recovery, replayed, ...told, deleted, broken].flatMap((record) => record ?? []),
    alone: true,
    message: {
      id: "explain-foreign-writer",
      params: { host: lost.node, value: String(lost.value), key: lost.key ?? "", other: deleted.host, file },
    },
  };
}
