import { joinPath } from "../../engine/index.ts";
import type { FileSystem } from "../../host/file-system.ts";
import type { LocalHost } from "../../host/host.ts";
import type { LogParts } from "./log-parts.ts";

/** What all parts of one open log share. */
export interface LogContext {
  readonly host: LocalHost;
  readonly fs: FileSystem;
  /** An absolute path in the mount. */
  readonly directory: string;
  /** Bytes of a segment above which the next is begun. */
  readonly segmentBytes: number;
  /** Bytes of entries that are kept in memory. */
  readonly recentBytes: number;
  readonly parts: LogParts;
}

/** The path of a segment. */
export function segmentPath({ directory }: LogContext, name: string): string {
  return joinPath(directory, name);
}
