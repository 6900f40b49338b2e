import { describeValue } from "../../checkers/describe-value.ts";
import type { Operation } from "../../checkers/history.ts";
import type { TraceRecord } from "../../sim/trace.ts";
import type { Telling } from "../scenario.ts";
import { namesFile } from "./names-file.ts";

/**
 * Tells of a lost write that another node took it: one that had opened the same database for writing, and deleted the log in
 * which the write stood, or put a manifest in force that knows nothing of it.
 *
 * @param records a full trace
 * @param lost the write
 * @returns undefined when it is another story
 */
export function tellForeignWriter(records: readonly TraceRecord[], lost: Operation | undefined): Telling | undefined {
  if (lost?.node === undefined) return undefined;
  const { node, process, invoked, completed } = lost;
  const begun = records.findLast(
    ({ host, time, data }) =>
      host === node &&
      time <= completed &&
      (data.kind === "wal-created" || data.kind === "version-installed") &&
      typeof data["log"] === "number",
  );
  if (begun === undefined) return undefined;
  const told = records.filter(
    ({ time, data }) =>
      data["process"] === process &&
      ((data.kind === "client-invoked" && time === invoked) || (data.kind === "client-answered" && time === completed)),
  );
  const file = `${String(begun.data["log"]).padStart(6, "0")}.log`;
  const params = { host: node, value: describeValue(lost.value), key: lost.key ?? "", file };
  const after = records.slice(begun.index + 1);
  // Of a disk that is not the deleter's own: there everybody has files of such names.
  const unlinked = after.filter(({ data }) => data.kind === "file-unlinked" && namesFile(data["path"], file));
  const deleted = after.find(
    ({ host, index, data }) =>
      host !== node &&
      data.kind === "file-deleted" &&
      data["file"] === file &&
      unlinked.findLast((before) => before.index < index)?.host !== host,
  );
  if (deleted !== undefined) {
    const [recovery, replayed] = ["recovery-started", "recovery-log-replayed"].map((kind) =>
      records.findLast(({ host, index, data }) => host === deleted.host && index < deleted.index && data.kind === kind),
    );
    const broken = after.find(({ host, data }) => host === node && data.kind === "database-failed");
    return {
      claim: "SD-11",
      context: [begun, recovery, replayed, ...told, deleted, broken].flatMap((record) => record ?? []),
      alone: true,
      message: { id: "explain-foreign-deletion", params: { ...params, other: deleted.host } },
    };
  }
  const recovered = after.find(({ host, data }) => host === node && data.kind === "recovery-started");
  if (recovered === undefined) return undefined;
  const makers = records.filter(
    ({ data }) => data.kind === "manifest-created" && data["manifest"] === recovered.data["manifest"],
  );
  const [made] = makers;
  // Its own, it may be of the same number as another's on another disk.
  if (made === undefined || makers.some(({ host }) => host === node)) return undefined;
  const manifest = String(made.data["manifest"]);
  return {
    claim: "SD-11",
    context: [begun, made, ...told, recovered],
    alone: true,
    message: { id: "explain-foreign-manifest", params: { ...params, other: made.host, manifest } },
  };
}
