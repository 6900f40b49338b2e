import type { Block } from "./block.ts";
import { BlockCursor } from "./block-cursor.ts";
import { compareRanges, NO_BYTES, withCapacity, copyRange } from "./bytes.ts";
import { ByteReader } from "./coding.ts";
import { Entry } from "./internal-key.ts";

/**
 * A table's index, laid out for searching: for each data block its place, and a separator, an internal key at or after
 * the block's last and before the next block's first.
 */
export class TableIndex {
  readonly blockCount: number;
  private readonly keys: Uint8Array;
  /** Where each separator's user key begins; one more than there are blocks. */
  private readonly keyStarts: Int32Array;
  private readonly sequences: Float64Array;
  private readonly offsets: Float64Array;
  private readonly sizes: Uint32Array;

  /**
   * @param block the index block: separators, each with its block's offset and size as varints. @throws CorruptionError
   */
  constructor(block: Block) {
    const entry = new Entry(NO_BYTES);
    const cursor = new BlockCursor(entry);
    const count = block.restartCount;
    const sequences = new Float64Array(count);
    const offsets = new Float64Array(count);
    const sizes = new Uint32Array(count);
    const keyStarts = new Int32Array(count + 1);
    let keys: Uint8Array = NO_BYTES;
    let used = 0;
    let read = 0;
    cursor.open(block);
    for (cursor.first(); cursor.valid; cursor.next()) {
      if (read === count) throw block.corruption("an index holds more blocks than it counts");
      const length = entry.keyEnd - entry.keyStart;
      keys = withCapacity(keys, used, used + length);
      copyRange(entry.keyData, entry.keyStart, entry.keyEnd, keys, used);
      used += length;
      keyStarts[read + 1] = used;
      sequences[read] = entry.sequence;
      const handle = new ByteReader(entry.valueData, entry.valueStart, entry.valueEnd);
      try {
        offsets[read] = handle.varint();
        sizes[read] = handle.varint();
      } catch {
        throw block.corruption("an index entry does not say where its block is");
      }
      read++;
    }
    this.blockCount = read;
    this.keys = keys;
    this.keyStarts = keyStarts;
    this.sequences = sequences;
    this.offsets = offsets;
    this.sizes = sizes;
  }

  /**
   * The first block that may hold the position (`key`, `sequence`) or a later one; {@link blockCount} when none does.
   */
  find(key: Uint8Array, sequence: number): number {
    let low = 0;
    let high = this.blockCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.separatorComesBefore(middle, key, sequence)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Where a block begins in the file. */
  offset(block: number): number {
    return this.offsets[block] as number;
  }

  /** A block's size, its trailer not counted. */
  size(block: number): number {
    return this.sizes[block] as number;
  }

  private separatorComesBefore(block: number, key: Uint8Array, sequence: number): boolean {
    const start = this.keyStarts[block] as number;
    const end = this.keyStarts[block + 1] as number;
    const order = compareRanges(this.keys, start, end, key, 0, key.length);
    return order !== 0 ? order < 0 : (this.sequences[block] as number) > sequence;
  }
}
