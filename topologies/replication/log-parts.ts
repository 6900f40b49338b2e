import { LogReader, LogWriter } from "../../engine/index.ts";
import { LogAppender } from "./log-appender.ts";
import { LogRecovery } from "./log-recovery.ts";
import { SegmentFiles } from "./segment-files.ts";

/** The classes that a replicated log is built from; see {@link ReplicationParts}. */
export interface LogParts {
  readonly LogAppender: typeof LogAppender;
  readonly LogReader: typeof LogReader;
  readonly LogRecovery: typeof LogRecovery;
  readonly LogWriter: typeof LogWriter;
  readonly SegmentFiles: typeof SegmentFiles;
}

export const defaultLogParts: LogParts = { LogAppender, LogReader, LogRecovery, LogWriter, SegmentFiles };
