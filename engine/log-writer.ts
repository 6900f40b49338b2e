import type { FileHandle } from "../host/file-system.ts";
import { copyRange, NO_BYTES, withCapacity } from "./bytes.ts";
import { Condition } from "./condition.ts";
import { writeFully } from "./file-io.ts";
import { FragmentType, LOG_BLOCK_BYTES, LOG_HEADER_BYTES, putFragmentHeader } from "./log-format.ts";

/** A buffer above this size is given up after a large record instead of being kept for the next. */
const KEPT_BUFFER_BYTES = 1 << 17;

/**
 * Appends records to a new log file. One call at a time: the owner waits for each before the next, but for {@link
 * syncBeside}.
 *
 * After any call failed, what the file holds is unknown, and every later call fails with the same error: appending
 * behind a hole, or syncing once more and believing the answer, would acknowledge what is not there.
 */
export class LogWriter {
  /** The name within the database's directory. */
  readonly name: string;
  readonly number: number;
  protected readonly handle: FileHandle;
  private end = 0;
  private synced = 0;
  private buffer = NO_BYTES;
  private failure: { readonly error: unknown } | undefined;
  /** Whether a sync is under way that appends go on beside. */
  private beside = false;
  private readonly besideOver = new Condition();

  /** @param handle a new, empty file, open for writing; the writer closes it */
  constructor(handle: FileHandle, name: string, number: number) {
    this.handle = handle;
    this.name = name;
    this.number = number;
  }

  /** Where the next record goes: the file's length. */
  get offset(): number {
    return this.end;
  }

  /** Up to where the file is known to be durable. */
  get syncedOffset(): number {
    return this.synced;
  }

  /**
   * Appends one record, `bytes[start, end)`. Resolves when the file system has it; it is not durable before {@link
   * sync}.
   */
  append(bytes: Uint8Array, start = 0, end = bytes.length): Promise<void> {
    return this.failure === undefined ? this.write(this.encode(bytes, start, end, 0)) : this.refuse(this.failure);
  }

  /**
   * Appends several records with one write, which stand in `bytes` one after the other. As with {@link append}, but that
   * a crash may keep some of them: the first ones.
   *
   * @param ends where each record ends
   */
  appendAll(bytes: Uint8Array, ends: readonly number[]): Promise<void> {
    if (this.failure !== undefined) return this.refuse(this.failure);
    let length = 0;
    let start = 0;
    for (const end of ends) {
      length = this.encode(bytes, start, end, length);
      start = end;
    }
    return this.write(length);
  }

  private async refuse({ error }: { readonly error: unknown }): Promise<never> {
    throw error;
  }

  /** Writes the first `length` bytes of `buffer` at the end. */
  private async write(length: number): Promise<void> {
    const position = this.end;
    this.end += length;
    try {
      // Nearly always that is all: no call in between for the rest.
      const done = await this.handle.write(this.buffer, 0, length, position);
      if (done < length) await writeFully(this.handle, this.buffer, done, length - done, position + done);
    } catch (error) {
      this.noteFailure(error);
      throw error;
    }
    if (this.buffer.length > KEPT_BUFFER_BYTES) this.buffer = NO_BYTES;
  }

  /** Makes all appended records durable. */
  async sync(): Promise<void> {
    // A system tells of a failure once for each open file. If the sync under way is the one that is told, this one
    // succeeds all the same, and would acknowledge what the other has lost.
    while (this.beside) await this.besideOver.wait();
    if (this.failure !== undefined) throw this.failure.error;
    if (this.end !== this.synced) await this.syncTo(this.end);
  }

  /**
   * Makes durable what has been appended, while appends go on; to be called between two of them, since one under way
   * may or may not be covered, and not while {@link syncsBeside}.
   */
  async syncBeside(): Promise<void> {
    if (this.failure !== undefined) throw this.failure.error;
    this.beside = true;
    try {
      await this.syncTo(this.end);
    } finally {
      this.beside = false;
      this.besideOver.notify();
    }
  }

  /** Whether {@link syncBeside} is under way. */
  get syncsBeside(): boolean {
    return this.beside;
  }

  async close(): Promise<void> {
    while (this.beside) await this.besideOver.wait();
    await this.handle.close();
  }

  /** Refuses all that comes later. Appending on would put records behind a hole, or behind bytes of unknown content. */
  protected noteFailure(error: unknown): void {
    this.failure = { error };
  }

  /** Asks the file system to make data and size durable. Without it an acknowledged record is gone after power loss. */
  protected syncFile(): Promise<void> {
    return this.handle.datasync();
  }

  /** @param target up to where all appends have been completed; what others append meanwhile may or may not be durable */
  private async syncTo(target: number): Promise<void> {
    try {
      await this.syncFile();
    } catch (error) {
      // After a failed sync the system may call the lost pages clean: a second sync would succeed and mean nothing.
      this.noteFailure(error);
      throw error;
    }
    this.synced = target;
  }

  /** What each fragment says of how far the log is durable. */
  protected claimedSyncedOffset(): number {
    return this.synced;
  }

  /**
   * Lays the record out in `buffer`, behind the `used` bytes that are to be written before it. @returns bytes used with it
   */
  private encode(bytes: Uint8Array, start: number, end: number, used: number): number {
    const payload = end - start;
    const fragments = 2 + Math.ceil(payload / (LOG_BLOCK_BYTES - LOG_HEADER_BYTES));
    this.buffer = withCapacity(this.buffer, used, used + payload + (fragments + 1) * LOG_HEADER_BYTES);
    const buffer = this.buffer;
    let at = used;
    let from = start;
    let first = true;
    for (;;) {
      const room = LOG_BLOCK_BYTES - ((this.end + at) % LOG_BLOCK_BYTES);
      if (room < LOG_HEADER_BYTES) {
        buffer.fill(0, at, at + room);
        at += room;
        continue;
      }
      const length = Math.min(end - from, room - LOG_HEADER_BYTES);
      const last = from + length === end;
      const type = first
        ? last
          ? FragmentType.FULL
          : FragmentType.FIRST
        : last
          ? FragmentType.LAST
          : FragmentType.MIDDLE;
      copyRange(bytes, from, from + length, buffer, at + LOG_HEADER_BYTES);
      putFragmentHeader(buffer, at, length, type, this.number, this.claimedSyncedOffset(), this.end + at);
      at += LOG_HEADER_BYTES + length;
      from += length;
      first = false;
      if (last) return at;
    }
  }
}
