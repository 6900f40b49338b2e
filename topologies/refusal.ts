import {
  CorruptionError,
  DatabaseClosedError,
  DatabaseError,
  ManifestUnavailableError,
  TableMissingError,
} from "../engine/index.ts";
import { isFileSystemError } from "../host/file-system-error.ts";
import type { TraceEvent } from "../host/trace.ts";
import type { ClientReply } from "./protocol.ts";
import { StoredValueError } from "./stored-values.ts";

/** Why a node cannot answer a read: what its disk or its data is at fault for. */
export interface Refusal {
  /** What the client is told, as {@link ClientReply} has it. */
  readonly reason: string;
  /** The code of the file system or the engine, for the trace. */
  readonly code: string;
  /** The file it is about, or what stands in a file. */
  readonly file: string;
  readonly version: number | undefined;
  readonly message: string;
}

/**
 * What a node can only pass on to its client.
 *
 * @param directory what to name when nothing more exact is known
 * @returns undefined for an error that is none of its surroundings' doing
 */
export function refusalOf(error: unknown, directory: string): Refusal | undefined {
  if (error instanceof TableMissingError) {
    const { file, versionNumber: version, message } = error;
    return isFileSystemError(error.cause, "ESTALE")
      ? { reason: "table-stale", code: "ESTALE", file, version, message }
      : { reason: "table-missing", code: "ENOENT", file, version, message };
  }
  if (error instanceof ManifestUnavailableError) return refusal("manifest-missing", "ENOENT", error.file, error);
  if (error instanceof CorruptionError) return refusal("corruption", error.name, error.file, error);
  if (error instanceof StoredValueError) return refusal("corruption", error.name, `${error.kind} ${error.key}`, error);
  if (error instanceof DatabaseClosedError) return refusal("stopping", error.name, directory, error);
  if (error instanceof DatabaseError) return refusal("unreadable", error.name, directory, error);
  if (isFileSystemError(error)) return refusal("disk-error", error.code, error.path, error);
  return undefined;
}

/** How a refused read is traced. */
export function refusedRead(key: string, { code, file, version }: Refusal): TraceEvent {
  return { kind: "get-failed", key, file, version, code };
}

/** The reply to an operation that certainly did not happen. */
export function failed(code: string, message: string): ClientReply {
  return { ok: false, outcome: "failed", code, message };
}

function refusal(reason: string, code: string, file: string, { message }: Error): Refusal {
  return { reason, code, file, version: undefined, message };
}
