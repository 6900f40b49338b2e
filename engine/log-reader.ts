import type { FileHandle } from "../host/file-system.ts";
import { copyRange, NO_BYTES, withCapacity } from "./bytes.ts";
import { getFixed32 } from "./coding.ts";
import { CorruptionError } from "./errors.ts";
import { hasFlippedBit } from "./flipped-bit.ts";
import {
  fragmentChecksum,
  fragmentLength,
  fragmentLogNumber,
  fragmentSyncedOffset,
  fragmentType,
  FragmentType,
  isFragmentType,
  LOG_BLOCK_BYTES,
  LOG_HEADER_BYTES,
} from "./log-format.ts";

/**
 * What the end of a log may look like.
 *
 * - `torn`: the newest log of a writer that is gone. A crash may have torn what was not synced.
 * - `complete`: a log that was synced to its end before its successor was begun. Any damage is corruption.
 * - `growing`: a log that somebody else is writing. A torn or missing end means "not yet": ask again later.
 */
export type LogTail = "torn" | "complete" | "growing";

const FIRST_READ_BYTES = 4_096;
const MAX_READ_BYTES = 262_144;

/** Why no fragment could be read at an offset. */
interface Obstacle {
  /** "end": the file ends exactly here, or in the zeros that close a block. */
  readonly kind: "end" | "bad";
  readonly offset: number;
  readonly detail: string;
}

/**
 * Reads a log's records in order, from the start or from where it stopped.
 *
 * Whether a bad fragment is a torn end or corruption is judged by the synced offsets (see log-format.ts) of every good
 * fragment of this log, those behind the bad one included: below the highest, it was durable once. And by what is left of
 * it: what differs by a bit from a good one has been one.
 */
export class LogReader {
  readonly name: string;
  readonly number: number;
  protected readonly tail: LogTail;
  private readonly handle: FileHandle;

  /** Offset behind the last whole record: where reading goes on. */
  private next_ = 0;
  private tornAt_: number | undefined;
  private highestSynced = 0;

  /** The window of the file that is in memory: `used` bytes from `base` on. */
  private window: Uint8Array = NO_BYTES;
  private base = 0;
  private used = 0;
  private endSeen = false;
  private readBytes = FIRST_READ_BYTES;

  /** A record that came in fragments. */
  private assembled: Uint8Array = NO_BYTES;

  /**
   * @param handle open for reading; stays the caller's
   * @param name the file's name, for errors
   * @param start where to begin: an offset behind a whole record
   */
  constructor(handle: FileHandle, name: string, number: number, tail: LogTail, start = 0) {
    this.handle = handle;
    this.name = name;
    this.number = number;
    this.tail = tail;
    this.next_ = start;
  }

  /** Offset behind the last whole record. */
  get offset(): number {
    return this.next_;
  }

  /** Where the torn end begins, once {@link next} has found one; undefined when the log ended cleanly. */
  get tornAt(): number | undefined {
    return this.tornAt_;
  }

  /** Up to where the log says that it was synced, as far as it was read. */
  get syncedOffset(): number {
    return this.highestSynced;
  }

  /**
   * The next record, or undefined at the end. Of a growing log, more may come later.
   *
   * @returns a view that is good until the next call
   * @throws CorruptionError for damage below a synced offset, or anywhere in a complete log
   */
  async next(): Promise<Uint8Array | undefined> {
    this.endSeen = false;
    this.tornAt_ = undefined;
    let at = this.next_;
    let length = 0;
    for (let fragments = 0; ; fragments++) {
      const obstacle = await this.examine(at);
      if (typeof obstacle !== "number") {
        if (obstacle.kind === "end" && fragments === 0) return this.pause();
        return this.reject(obstacle.offset, obstacle.kind === "end" ? "a record ends early" : obstacle.detail);
      }
      const start = obstacle - this.base;
      const type = fragmentType(this.window, start);
      const starts = type === FragmentType.FULL || type === FragmentType.FIRST;
      if (starts !== (fragments === 0)) {
        return this.reject(obstacle, starts ? "a record begins inside another" : "a record's beginning is missing");
      }
      const payload = fragmentLength(this.window, start);
      const from = start + LOG_HEADER_BYTES;
      this.noteSynced(fragmentSyncedOffset(this.window, start));
      at = obstacle + LOG_HEADER_BYTES + payload;
      if (type === FragmentType.FULL) {
        this.next_ = at;
        return this.window.subarray(from, from + payload);
      }
      this.assembled = withCapacity(this.assembled, length, length + payload);
      copyRange(this.window, from, from + payload, this.assembled, length);
      length += payload;
      if (type === FragmentType.LAST) {
        this.next_ = at;
        return this.assembled.subarray(0, length);
      }
    }
  }

  /** Decides what a bad fragment at `offset` is. @returns true for corruption, false for a torn end */
  protected async isCorruption(offset: number): Promise<boolean> {
    if (this.tail === "complete") return true;
    if (this.highestSynced > offset) return true;
    // What is read while somebody writes it may be half of it in other ways than by a crash.
    if (this.tail === "torn" && (await this.hasRotted(offset))) return true;
    await this.scanBeyond(offset);
    return this.highestSynced > offset;
  }

  /** Whether a bad fragment shows that it was whole. */
  protected async hasRotted(offset: number): Promise<boolean> {
    const room = LOG_BLOCK_BYTES - (offset % LOG_BLOCK_BYTES);
    const available = await this.load(offset, room);
    const at = offset - this.base;
    return hasFlippedBit(this.window.slice(at, at + Math.min(available, room)), offset, this.number);
  }

  /** Ends this reading at a bad fragment: as the log's torn end, or with an error. */
  private async reject(offset: number, detail: string): Promise<undefined> {
    if (await this.isCorruption(offset)) {
      // What was read may be a stale cached page: a follower that asks again must ask the file, not this window.
      this.forget();
      throw new CorruptionError(this.name, offset, detail);
    }
    this.tornAt_ = offset;
    return this.pause();
  }

  private pause(): undefined {
    // The bytes behind the last record may be written, or written differently, by the time of the next call.
    if (this.tail === "growing") this.forget();
    return undefined;
  }

  private forget(): void {
    this.base = this.next_;
    this.used = 0;
    this.readBytes = FIRST_READ_BYTES;
  }

  private noteSynced(offset: number): void {
    if (offset > this.highestSynced) this.highestSynced = offset;
  }

  /**
   * Finds the good fragment at `at`, or behind the zeros that close a block there. @returns its offset, or what is
   * wrong
   */
  private async examine(at: number): Promise<number | Obstacle> {
    let offset = at;
    const room = LOG_BLOCK_BYTES - (offset % LOG_BLOCK_BYTES);
    if (room < LOG_HEADER_BYTES) {
      if ((await this.load(offset, room)) < room) return { kind: "end", offset, detail: "" };
      offset += room;
    }
    // The whole fragment at once where the window has it: the common case needs one look.
    let available = this.base + this.used - offset;
    if (offset < this.base || available < LOG_HEADER_BYTES) available = await this.load(offset, LOG_HEADER_BYTES);
    if (available === 0) return { kind: "end", offset, detail: "" };
    if (available < LOG_HEADER_BYTES) return { kind: "bad", offset, detail: "the file ends in a record's header" };
    const length = fragmentLength(this.window, offset - this.base);
    if (length <= LOG_BLOCK_BYTES - (offset % LOG_BLOCK_BYTES) - LOG_HEADER_BYTES) {
      available = await this.load(offset, LOG_HEADER_BYTES + length);
      if (available < LOG_HEADER_BYTES + length) {
        return { kind: "bad", offset, detail: "the file ends in a record" };
      }
    }
    if (this.isGoodFragment(offset)) return offset;
    return { kind: "bad", offset, detail: this.describeBad(offset) };
  }

  /** Whether a read met the end of the file: one that gave less than was wanted may just have been short. */
  protected isEnd(count: number, _wanted: number): boolean {
    return count === 0;
  }

  /** Whether the window holds a whole, unharmed fragment of this log at `offset`. */
  protected isGoodFragment(offset: number): boolean {
    const at = offset - this.base;
    if (!isFragmentType(fragmentType(this.window, at))) return false;
    if (!this.belongsHere(fragmentLogNumber(this.window, at))) return false;
    const length = fragmentLength(this.window, at);
    if (length > LOG_BLOCK_BYTES - (offset % LOG_BLOCK_BYTES) - LOG_HEADER_BYTES) return false;
    if (at + LOG_HEADER_BYTES + length > this.used) return false;
    return this.checksumMatches(at, length, offset);
  }

  /** Whether a fragment with this log number is part of this log, and not of one whose blocks were reused. */
  protected belongsHere(logNumber: number): boolean {
    return logNumber === this.number >>> 0;
  }

  private checksumMatches(at: number, length: number, offset: number): boolean {
    return this.acceptsChecksum(getFixed32(this.window, at), fragmentChecksum(this.window, at, length, offset));
  }

  /** Whether a fragment with this checksum is believed. */
  protected acceptsChecksum(stored: number, computed: number): boolean {
    return stored === computed;
  }

  private describeBad(offset: number): string {
    const at = offset - this.base;
    const type = fragmentType(this.window, at);
    if (type === 0 && fragmentLength(this.window, at) === 0) return "zeros instead of a record";
    if (!this.belongsHere(fragmentLogNumber(this.window, at))) return "a record of another log";
    return "a record's checksum does not match";
  }

  /**
   * Looks for good fragments of this log at every offset behind a bad one, and takes note of how far they say it was
   * synced. A fragment's checksum covers its offset, so that payload which happens to hold a copy of a fragment does
   * not pass for one.
   */
  private async scanBeyond(bad: number): Promise<void> {
    for (let offset = bad + 1; ; offset++) {
      const room = LOG_BLOCK_BYTES - (offset % LOG_BLOCK_BYTES);
      if (room < LOG_HEADER_BYTES) {
        offset += room - 1;
        continue;
      }
      let available = this.base + this.used - offset;
      // One read covers the whole rest of a block, and so any fragment that begins in it.
      if (available < room && !this.endSeen) available = await this.load(offset, room);
      if (available < LOG_HEADER_BYTES) return;
      const at = offset - this.base;
      // The cheap tests first: they refuse almost every offset.
      if (!isFragmentType(fragmentType(this.window, at)) || !this.isGoodFragment(offset)) continue;
      this.noteSynced(fragmentSyncedOffset(this.window, at));
      if (this.highestSynced > bad) return;
      offset += LOG_HEADER_BYTES + fragmentLength(this.window, at) - 1;
    }
  }

  /**
   * Brings `[offset, offset + length)` into the window as far as the file has it. @returns bytes there from `offset` on
   */
  private async load(offset: number, length: number): Promise<number> {
    if (offset < this.base || offset > this.base + this.used) {
      this.base = offset;
      this.used = 0;
    }
    while (this.base + this.used - offset < length && !this.endSeen) {
      const kept = this.base + this.used - offset;
      const wanted = Math.max(this.readBytes, length - kept);
      if (this.window.length - this.used < wanted) {
        // What is behind `offset` has been read; its room is used again.
        const target = kept + wanted > this.window.length ? new Uint8Array(kept + wanted) : this.window;
        target.set(this.window.subarray(offset - this.base, this.used));
        this.window = target;
        this.used = kept;
        this.base = offset;
      }
      const count = await this.handle.read(this.window, this.used, wanted, this.base + this.used);
      if (this.isEnd(count, wanted)) this.endSeen = true;
      this.used += count;
      // A short answer mostly comes from the end of the file: nothing larger is there to be read.
      if (count === wanted) this.readBytes = Math.min(this.readBytes * 4, MAX_READ_BYTES);
    }
    return this.base + this.used - offset;
  }
}
