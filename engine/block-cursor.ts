import type { Block } from "./block.ts";
import { compareRanges, copyRange, NO_BYTES, withCapacity } from "./bytes.ts";
import type { Entry } from "./internal-key.ts";
import { getTrailerSequence, isEntryType, TRAILER_BYTES } from "./internal-key.ts";

/** An entry of a run; its key, in stored form, is `runKeys[keyStart, keyEnd)`. */
interface RunEntry {
  at: number;
  following: number;
  keyStart: number;
  keyEnd: number;
  sequence: number;
  type: number;
  valueStart: number;
}

/**
 * Stands on the entries of a block, one block after another without allocation. What it stands on it writes into the
 * {@link Entry} that it was given. Every move throws CorruptionError when the block's content makes no sense.
 */
export class BlockCursor {
  valid = false;
  private readonly entry: Entry;
  private block: Block | undefined;
  /** The key at the cursor, in stored form. */
  private key: Uint8Array = NO_BYTES;
  private keyLength = 0;
  /** Where the entry at the cursor begins, and where the one after it does. */
  private at = 0;
  private following = 0;
  /** The lengths of the entry parsed last. */
  private shared = 0;
  private unshared = 0;
  private valueLength = 0;
  /** The varint read last. */
  private parsed = 0;

  /**
   * Backwards: the entries from a restart point up to where the cursor came from, taken apart once instead of once for each
   * step, with their keys one after the other. `runIndex` is the one the cursor stands on, -1 when it is in no run.
   */
  private runIndex = -1;
  private runKeys: Uint8Array = NO_BYTES;
  private readonly run: RunEntry[] = [];

  constructor(entry: Entry) {
    this.entry = entry;
  }

  /** Turns to a block; stands on nothing until moved. */
  open(block: Block): void {
    this.block = block;
    this.valid = false;
    this.runIndex = -1;
  }

  first(): void {
    this.runIndex = -1;
    this.following = 0;
    this.step(this.opened());
  }

  last(): void {
    const block = this.opened();
    this.walkRun(block, block.restartCount - 1, block.entriesEnd);
  }

  next(): void {
    if (this.runIndex >= 0) this.leaveRun();
    this.step(this.opened());
  }

  previous(): void {
    const block = this.opened();
    if (this.runIndex > 0) {
      this.standInRun(block, this.runIndex - 1);
      return;
    }
    const current = this.at;
    if (current === 0) {
      this.valid = false;
      this.runIndex = -1;
      return;
    }
    // Entries can only be read forwards: go back to the last restart point before this one, and on from there.
    let low = 0;
    let high = block.restartCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (block.restart(middle) < current) low = middle;
      else high = middle - 1;
    }
    this.walkRun(block, low, current);
  }

  /** Moves to the first entry at or after (`key`, `sequence`). */
  seek(key: Uint8Array, sequence: number): void {
    const block = this.opened();
    this.runIndex = -1;
    // The last restart point whose key comes before the target: the target is in the run that begins there.
    let low = 0;
    let high = block.restartCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.restartComesBefore(block, block.restart(middle), key, sequence)) low = middle;
      else high = middle - 1;
    }
    this.following = block.restart(low);
    for (;;) {
      this.step(block);
      if (!this.valid || this.entry.compareTo(key, sequence) >= 0) return;
    }
  }

  private opened(): Block {
    if (this.block === undefined) throw new TypeError("a block cursor was moved before it was given a block");
    return this.block;
  }

  /** Walks from a restart point to the last entry that begins before `end`, and notes all on the way. */
  private walkRun(block: Block, restart: number, end: number): void {
    const { run, entry } = this;
    let count = 0;
    let keysUsed = 0;
    this.runIndex = -1;
    this.following = block.restart(restart);
    do {
      this.step(block);
      if (!this.valid) break;
      const keyStart = keysUsed;
      keysUsed += this.keyLength;
      this.runKeys = withCapacity(this.runKeys, keyStart, keysUsed);
      copyRange(this.key, 0, this.keyLength, this.runKeys, keyStart);
      const noted = (run[count++] ??= {
        at: 0,
        following: 0,
        keyStart: 0,
        keyEnd: 0,
        sequence: 0,
        type: 0,
        valueStart: 0,
      });
      noted.at = this.at;
      noted.following = this.following;
      noted.keyStart = keyStart;
      noted.keyEnd = keysUsed;
      noted.sequence = entry.sequence;
      noted.type = entry.type;
      noted.valueStart = entry.valueStart;
    } while (this.following < end);
    this.runIndex = this.valid ? count - 1 : -1;
  }

  private standInRun(block: Block, index: number): void {
    const { entry } = this;
    const noted = this.run[index] as RunEntry;
    this.runIndex = index;
    this.at = noted.at;
    this.following = noted.following;
    entry.keyData = this.runKeys;
    entry.keyStart = noted.keyStart;
    entry.keyEnd = noted.keyEnd - TRAILER_BYTES;
    entry.sequence = noted.sequence;
    entry.type = noted.type;
    entry.valueData = block.bytes;
    entry.valueStart = noted.valueStart;
    entry.valueEnd = noted.following;
  }

  /** Brings the key back to where entries that share its beginning expect it. */
  private leaveRun(): void {
    const { keyStart, keyEnd } = this.run[this.runIndex] as RunEntry;
    this.keyLength = keyEnd - keyStart;
    copyRange(this.runKeys, keyStart, keyEnd, this.key, 0);
    this.runIndex = -1;
  }

  private restartComesBefore(block: Block, at: number, key: Uint8Array, sequence: number): boolean {
    const keyStart = this.parse(block, at);
    if (this.shared !== 0 || this.unshared < TRAILER_BYTES) throw block.corruption("a restart point has no whole key");
    const keyEnd = keyStart + this.unshared - TRAILER_BYTES;
    const order = compareRanges(block.bytes, keyStart, keyEnd, key, 0, key.length);
    return order !== 0 ? order < 0 : getTrailerSequence(block.bytes, keyEnd) > sequence;
  }

  /** Moves to the entry at `following`. */
  private step(block: Block): void {
    const at = this.following;
    if (at >= block.entriesEnd) {
      this.valid = false;
      return;
    }
    const keyStart = this.parse(block, at);
    const { shared, unshared } = this;
    const keyLength = shared + unshared;
    if (shared > (this.valid || at !== 0 ? this.keyLength : 0) || keyLength < TRAILER_BYTES) {
      throw block.corruption("a key's lengths make no sense");
    }
    this.key = withCapacity(this.key, shared, keyLength);
    copyRange(block.bytes, keyStart, keyStart + unshared, this.key, shared);
    this.keyLength = keyLength;
    this.at = at;
    this.following = keyStart + unshared + this.valueLength;

    const entry = this.entry;
    const keyEnd = keyLength - TRAILER_BYTES;
    const type = this.key[keyEnd] as number;
    if (!isEntryType(type)) throw block.corruption(`an entry has unknown type ${type}`);
    entry.keyData = this.key;
    entry.keyStart = 0;
    entry.keyEnd = keyEnd;
    entry.sequence = getTrailerSequence(this.key, keyEnd);
    entry.type = type;
    entry.valueData = block.bytes;
    entry.valueStart = keyStart + unshared;
    entry.valueEnd = this.following;
    this.valid = true;
  }

  /** Reads the lengths of the entry at `at`. @returns where its key's rest begins */
  private parse(block: Block, at: number): number {
    const bytes = block.bytes;
    const first = bytes[at] as number;
    const second = bytes[at + 1] as number;
    const third = bytes[at + 2] as number;
    let position: number;
    if ((first | second | third) < 0x80) {
      this.shared = first;
      this.unshared = second;
      this.valueLength = third;
      position = at + 3;
    } else {
      position = at;
      position = this.varint(block, position);
      this.shared = this.parsed;
      position = this.varint(block, position);
      this.unshared = this.parsed;
      position = this.varint(block, position);
      this.valueLength = this.parsed;
    }
    if (position + this.unshared + this.valueLength > block.entriesEnd) {
      throw block.corruption("an entry reaches beyond its block");
    }
    return position;
  }

  private varint(block: Block, at: number): number {
    let value = 0;
    let scale = 1;
    for (let position = at; position < block.entriesEnd && position < at + 5; position++) {
      const byte = block.bytes[position] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        this.parsed = value;
        return position + 1;
      }
      scale *= 0x80;
    }
    throw block.corruption("a length in an entry makes no sense");
  }
}
