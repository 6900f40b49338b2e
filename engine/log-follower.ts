import type { FileHandle } from "../host/file-system.ts";
import { OpenFlag } from "../host/file-system.ts";
import { isFileSystemError } from "../host/file-system-error.ts";
import { MalformedBytesError } from "./coding.ts";
import type { EngineContext } from "./context.ts";
import { CorruptionError, LogMissingError } from "./errors.ts";
import { logName, logNumbers } from "./file-names.ts";
import type { LogReader } from "./log-reader.ts";
import type { Memtable } from "./memtable.ts";
import { applyBatch, batchCount, batchSequence } from "./write-batch.ts";

/** A record that was read, but is not known to be durable yet. */
interface Waiting {
  readonly record: Uint8Array;
  /** Where the next record begins in the log. */
  readonly end: number;
}

/** One of the writer's logs, and what was read of it. */
class FollowedLog {
  readonly number: number;
  readonly handle: FileHandle;
  readonly reader: LogReader;
  readonly memtable: Memtable;
  readonly waiting: Waiting[] = [];
  /** The last write read from it; 0 before the first. */
  read = 0;
  /** The last write in the memtable; 0 before the first. */
  applied = 0;

  constructor(context: EngineContext, number: number, handle: FileHandle) {
    this.number = number;
    this.handle = handle;
    this.reader = new context.parts.LogReader(handle, logName(number), number, "growing");
    this.memtable = new context.parts.Memtable();
  }
}

type Reached = "whole" | "open" | "gap";

/** What following the logs has come to. */
export interface FollowedLogs {
  readonly logs: readonly FollowedLog[];
  /** The last write in the memtables; 0 when they are empty. */
  readonly sequence: number;
}

export const NO_LOGS: FollowedLogs = { logs: [], sequence: 0 };

/**
 * Reads the logs that another instance is writing into memtables of its own. Writes nothing, and takes a torn or missing
 * end for "not yet": what it has is always a prefix of the writes, without a hole.
 */
export class LogFollower {
  protected readonly context: EngineContext;

  constructor(context: EngineContext) {
    this.context = context;
  }

  /**
   * Reads on. What `known` has stays as it is, but for its memtables, which may get more.
   *
   * @param first the oldest log that the manifest calls needed
   * @param known logs that may be gone on with
   * @throws LogMissingError a log was deleted while it was looked for: the manifest must be read again
   * @throws CorruptionError, FileSystemError
   */
  async catchUp(first: number, known: FollowedLogs): Promise<FollowedLogs> {
    const { context } = this;
    // Before any log is read: of a log that has a successor already, all that is read next is all there will be.
    const numbers = logNumbers(await context.fs.readdir(context.directory), first);
    if (numbers.length > 0 && numbers[0] !== first) throw new LogMissingError(logName(first));
    const opened: FollowedLog[] = [];
    const logs: FollowedLog[] = [];
    try {
      for (const [index, number] of numbers.entries()) {
        let log = known.logs.find((candidate) => candidate.number === number);
        if (log === undefined) {
          log = new FollowedLog(context, number, await this.openLog(number));
          opened.push(log);
        }
        const reached = await this.readOn(log, logs.at(-1), index < numbers.length - 1);
        if (reached === "gap") {
          if (opened.includes(log)) await log.handle.close();
          break;
        }
        logs.push(log);
        if (reached === "open") break;
      }
    } catch (error) {
      for (const log of opened) await log.handle.close().catch(() => undefined);
      throw error;
    }
    let sequence = 0;
    for (const log of logs) if (log.applied > 0) sequence = log.applied;
    return { logs, sequence };
  }

  /** Closes the logs that `next` no longer has. */
  async release(logs: FollowedLogs, next: FollowedLogs): Promise<void> {
    for (const log of logs.logs) if (!next.logs.includes(log)) await log.handle.close();
  }

  /** Whether a record may be served before the log says that it is durable: a crash of the writer may take it back. */
  protected servesUnsynced(): boolean {
    return this.context.options.followLog === "all";
  }

  /**
   * Whether a record is the next: a write of which the one before is not there yet must wait for it.
   *
   * @param last the last write that was read
   */
  protected continues(sequence: number, last: number): boolean {
    return sequence === last + 1;
  }

  /**
   * Reads a log as far as it goes.
   *
   * @returns "whole" when nothing more will come, so that the next log may follow; "open" when more may; "gap" when the
   *   log before it is not all there yet, so that this one must wait, and be read anew
   */
  private async readOn(log: FollowedLog, before: FollowedLog | undefined, rotated: boolean): Promise<Reached> {
    const { context } = this;
    for (;;) {
      const offset = log.reader.offset;
      const record = await this.nextRecord(log);
      if (record === undefined) break;
      const sequence = this.checked(record, log, offset);
      if (log.read === 0 && before !== undefined && !this.continues(sequence, before.read)) return "gap";
      if (log.read > 0 && !this.continues(sequence, log.read)) {
        throw new CorruptionError(logName(log.number), offset, `write ${sequence} follows write ${log.read}`);
      }
      log.read = sequence + batchCount(record) - 1;
      log.waiting.push({ record: record.slice(), end: log.reader.offset });
      context.cpu.charge(record.length * context.options.cpuCosts.byte);
      await context.cpu.pay();
    }
    // A log gets a successor only when it is durable to its end, and has writes: an empty one is a stale view of it.
    const whole = rotated && log.reader.tornAt === undefined && log.read > 0;
    this.apply(log, whole || this.servesUnsynced() ? Infinity : log.reader.syncedOffset);
    return whole ? "whole" : "open";
  }

  private async nextRecord(log: FollowedLog): Promise<Uint8Array | undefined> {
    try {
      return await log.reader.next();
    } catch (error) {
      // On a network mount, a file that another machine has deleted.
      if (isFileSystemError(error, "ESTALE")) throw new LogMissingError(logName(log.number), { cause: error });
      throw error;
    }
  }

  /** @returns the first sequence number of a well-formed record */
  private checked(record: Uint8Array, log: FollowedLog, offset: number): number {
    try {
      applyBatch(record, { add: () => {} });
    } catch (error) {
      if (!(error instanceof MalformedBytesError)) throw error;
      throw new CorruptionError(logName(log.number), offset, error.message, { cause: error });
    }
    return batchSequence(record);
  }

  /** Puts the records that end at or before `limit` into the memtable. */
  private apply(log: FollowedLog, limit: number): void {
    let count = 0;
    for (const { record, end } of log.waiting) {
      if (end > limit) break;
      applyBatch(record, log.memtable);
      log.applied = batchSequence(record) + batchCount(record) - 1;
      count++;
    }
    log.waiting.splice(0, count);
  }

  private async openLog(number: number): Promise<FileHandle> {
    try {
      return await this.context.fs.open(this.context.path(logName(number)), OpenFlag.READ);
    } catch (error) {
      if (!isFileSystemError(error, "ENOENT") && !isFileSystemError(error, "ESTALE")) throw error;
      throw new LogMissingError(logName(number), { cause: error });
    }
  }
}
