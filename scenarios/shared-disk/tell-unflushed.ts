import type { Operation } from "../../checkers/history.ts";
import type { TraceRecord } from "../../sim/trace.ts";
import type { Finding, Telling } from "../scenario.ts";

/** What a machine's memory of a shared disk's files answered, although it was out of date. */
const FROM_MEMORY: ReadonlySet<string> = new Set(["stale-read", "stale-attributes", "stale-listing"]);

/**
 * Tells why a replica's read missed an acknowledged write that no file held: because it does not look into the log; or, when it
 * does, because its own machine remembered an older log, because the primary's machine had not written the log back, or because
 * the log did not say yet that the write is durable.
 *
 * @param record what the replica said of the read
 * @param records a full trace
 */
export function tellUnflushed(
  finding: Finding,
  record: TraceRecord,
  records: readonly TraceRecord[],
  read: Operation | undefined,
  missed: Operation | undefined,
): Telling | undefined {
  const held = record.data["version"];
  if (typeof held !== "number" || read === undefined || missed?.position === undefined) return undefined;
  const { position } = missed;
  const installed = records.filter(({ data }) => data.kind === "version-installed");
  const served = installed.findLast(({ data }) => data["version"] === held);
  const asked = records.find(
    ({ time, data }) => time === missed.invoked && data.kind === "client-invoked" && data["process"] === missed.process,
  );
  const began = records.findLast(
    ({ host, time, data }) =>
      host === record.host && time <= record.time && data.kind === "get-began" && data["key"] === record.data["key"],
  );
  const context = [served, asked, began].flatMap((each) => each ?? []);
  const params = { ...finding.message.params, position };
  // Only a replica that looks into the log can tell up to which write it has seen.
  if (read.position === undefined) {
    const later = installed.find(({ time, data }) => time > record.time && Number(data["flushed"]) >= position);
    const files = { ...params, held, flushed: Number(served?.data["flushed"] ?? 0) };
    const message =
      later === undefined
        ? { id: "explain-unflushed-read", params: files }
        : { id: "explain-flushed-later", params: { ...files, wait: later.time - record.time } };
    return { message, context, alone: true };
  }
  const remembered = records.filter(
    ({ host, time, data }) =>
      host === record.host && time >= (began?.time ?? 0) && time <= record.time && FROM_MEMORY.has(data.kind),
  );
  const log = remembered.findLast(({ data }) => String(data["path"]).endsWith(".log")) ?? remembered.at(-1);
  if (log !== undefined) {
    const file = String(log.data["path"]);
    const message = { id: "explain-cached-log", params: { ...params, file, old: Number(log.data["age"]) } };
    return { claim: "SD-9", message, context: [...context, log], alone: true };
  }
  const synced = records.find(
    ({ time, data }) =>
      time >= missed.invoked &&
      time <= record.time &&
      data.kind === "file-synced" &&
      String(data["path"]).endsWith(".log"),
  );
  const telling = (id: string): Telling => ({ message: { id, params }, context, alone: true });
  if (synced === undefined) return { ...telling("explain-unwritten-log"), claim: "SD-9" };
  return { ...telling("explain-unproven-log"), claim: "SD-7", context: [...context, synced] };
}
