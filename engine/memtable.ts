import { compareRanges, copyRange, NO_BYTES, withCapacity } from "./bytes.ts";
import { TWO_32 } from "./coding.ts";
import { InternalIterator } from "./internal-iterator.ts";
import { Entry, EntryType } from "./internal-key.ts";
import type { LookupResult } from "./lookup.ts";
import { type RangeTombstone, RangeTombstoneList } from "./range-tombstones.ts";
import { Slab } from "../host/slab.ts";
import { applyChanges, BATCH_HEADER_BYTES, batchCount, batchSequence, type BatchTarget } from "./write-batch.ts";

/**
 * The writes that are not in a table yet: a skip list (Pugh 1990) in two flat arrays, so that a million entries are no
 * million objects.
 *
 * `bytes` holds keys and values; those of a batch in the form that the batch has in the log, copied as a whole. `nodes`
 * holds for every entry, at its node's index: where its key and value are, their lengths, sequence number and type, then
 * one link for each level. Both only grow at their ends, so a range found earlier stays good in the array in which it was
 * found.
 */

const KEY_AT = 0;
const KEY_LENGTH = 1;
const VALUE_AT = 2;
const VALUE_LENGTH = 3;
const SEQUENCE_LOW = 4;
/** The high 21 bits of the sequence number, and the type in the low byte. */
const SEQUENCE_HIGH_AND_TYPE = 5;
const LINKS = 6;

const MAX_HEIGHT = 12;
/** One node in four rises a level. */
const BRANCHING_BITS = 2;
/** The list's head, whose links begin every level. No node has index 0: a link of 0 is the end. */
const HEAD = 0;
const FIRST_NODE = LINKS + MAX_HEIGHT;
/** Bytes of memory that a range delete takes beside its keys, about. */
const RANGE_DELETION_OVERHEAD = 64;
const HEIGHT_SEED = 0x9e37_79b9;
const LEAST_BYTES = 256;
const LEAST_NODES = 128;
/** A memtable that has become this part of what it may hold will most likely hold it: it grows to that at once. */
const PROMISING_PART = 1 / 16;

export class Memtable implements BatchTarget {
  private bytes: Uint8Array;
  private bytesUsed = 0;
  private nodes: Int32Array;
  private nodesUsed = FIRST_NODE;
  private height = 1;
  private count_ = 0;
  /** While descending, the last node before the position sought, on each level. */
  private readonly before = new Int32Array(MAX_HEIGHT);
  /** The last node of each level: keys that arrive in order are appended without a search. */
  private readonly tails = new Int32Array(MAX_HEIGHT);
  private randomState = HEIGHT_SEED;
  /** Bytes that the node compared last has in common with the position it was compared with. */
  private shared = 0;
  private smallestSequence_ = 0;
  private largestSequence_ = 0;
  private rangeDeletions: RangeTombstoneList | undefined;
  private rangeDeletionBytes = 0;
  private readonly values = new Slab();
  private readonly fullBytes: number;

  /**
   * @param fullBytes about the size at which it will be full; 0 for unknown
   * @param like a memtable that this one will become as large as; growing to that size would copy it over twice
   */
  constructor(fullBytes = 0, like?: Memtable) {
    this.fullBytes = fullBytes;
    this.bytes = new Uint8Array(like === undefined ? LEAST_BYTES : withSlack(like.bytesUsed));
    this.nodes = new Int32Array(like === undefined ? LEAST_NODES : withSlack(like.nodesUsed));
  }

  /** Entries, deletions and range deletes included. */
  get count(): number {
    return this.count_;
  }

  /** Bytes of memory in use. */
  get size(): number {
    return this.bytesUsed + (this.nodesUsed - FIRST_NODE) * 4 + this.rangeDeletionBytes;
  }

  /** The lowest sequence number in it; 0 when empty. */
  get smallestSequence(): number {
    return this.smallestSequence_;
  }

  /** The highest sequence number in it; 0 when empty. */
  get largestSequence(): number {
    return this.largestSequence_;
  }

  /**
   * Adds all changes of a batch in its stored form.
   *
   * @throws MalformedBytesError when it is no well-formed batch; what precedes the fault has been added
   */
  addBatch(stored: Uint8Array): void {
    const first = batchSequence(stored);
    const at = this.bytesUsed;
    const length = stored.length - BATCH_HEADER_BYTES;
    this.reserve(at + length);
    copyRange(stored, BATCH_HEADER_BYTES, stored.length, this.bytes, at);
    this.bytesUsed = at + length;
    applyChanges(this.bytes, at, this.bytesUsed, first, batchCount(stored), this);
  }

  /**
   * Adds an entry. Its ranges are copied, unless they are of this memtable's own bytes. No two entries may have the same
   * key and sequence number.
   */
  add(
    sequence: number,
    type: number,
    data: Uint8Array,
    keyStart: number,
    keyEnd: number,
    valueStart: number,
    valueEnd: number,
  ): void {
    if (type === EntryType.RANGE_DELETION) {
      this.addRangeDeletion({
        from: data.slice(keyStart, keyEnd),
        to: data.slice(valueStart, valueEnd),
        sequence,
      });
      return;
    }
    const keyLength = keyEnd - keyStart;
    const valueLength = valueEnd - valueStart;
    let keyAt = keyStart;
    let valueAt = valueStart;
    if (data !== this.bytes) {
      keyAt = this.bytesUsed;
      valueAt = keyAt + keyLength;
      this.reserve(valueAt + valueLength);
      copyRange(data, keyStart, keyEnd, this.bytes, keyAt);
      copyRange(data, valueStart, valueEnd, this.bytes, valueAt);
      this.bytesUsed = valueAt + valueLength;
    }

    const last = this.tails[0] as number;
    const appends = last === HEAD || this.compareNode(last, this.bytes, keyAt, keyAt + keyLength, sequence, 0) < 0;
    const before = appends ? this.tails : this.before;
    if (!appends) this.descend(this.bytes, keyAt, keyAt + keyLength, sequence, true);

    const height = this.drawHeight();
    if (height > this.height) {
      for (let level = this.height; level < height; level++) before[level] = HEAD;
      this.height = height;
    }
    const node = this.newNode(height);
    const nodes = this.nodes;
    nodes[node + KEY_AT] = keyAt;
    nodes[node + KEY_LENGTH] = keyLength;
    nodes[node + VALUE_AT] = valueAt;
    nodes[node + VALUE_LENGTH] = valueLength;
    nodes[node + SEQUENCE_LOW] = sequence | 0;
    nodes[node + SEQUENCE_HIGH_AND_TYPE] = (Math.floor(sequence / TWO_32) << 8) | type;
    for (let level = 0; level < height; level++) {
      const link = (before[level] as number) + LINKS + level;
      const following = nodes[link] as number;
      nodes[node + LINKS + level] = following;
      nodes[link] = node;
      if (following === 0) this.tails[level] = node;
    }
    this.note(sequence);
  }

  /** The range deletes in it. */
  get tombstones(): readonly RangeTombstone[] {
    return this.rangeDeletions?.tombstones ?? [];
  }

  /** See {@link RangeTombstones.cover}. */
  cover(data: Uint8Array, start: number, end: number, limit: number): number {
    return this.rangeDeletions === undefined ? 0 : this.rangeDeletions.cover(data, start, end, limit);
  }

  /** What this memtable says of `key` as of `sequence`. The value is a copy. */
  get(key: Uint8Array, sequence: number): LookupResult {
    if (this.count_ === 0) return undefined;
    const cover = this.cover(key, 0, key.length, sequence);
    const nothing = cover > 0 ? null : undefined;
    const node = this.find(key, sequence);
    if (node === 0) return nothing;
    const keyAt = this.nodes[node + KEY_AT] as number;
    const keyEnd = keyAt + (this.nodes[node + KEY_LENGTH] as number);
    if (compareRanges(this.bytes, keyAt, keyEnd, key, 0, key.length) !== 0) return nothing;
    if (this.type(node) === EntryType.DELETION || (cover > 0 && this.sequence(node) < cover)) return null;
    const valueAt = this.nodes[node + VALUE_AT] as number;
    return this.values.copy(this.bytes, valueAt, valueAt + (this.nodes[node + VALUE_LENGTH] as number));
  }

  /** An iterator over the entries, those included that are added while it is in use. */
  iterator(): InternalIterator {
    return new MemtableIterator(this);
  }

  /** The first node at or after (`key`, `sequence`); 0 when there is none. */
  find(key: Uint8Array, sequence: number): number {
    return this.descend(key, 0, key.length, sequence, false);
  }

  /** The last node before (`key`, `sequence`); 0 when there is none. */
  findBefore(key: Uint8Array, keyStart: number, keyEnd: number, sequence: number): number {
    this.descend(key, keyStart, keyEnd, sequence, true);
    return this.before[0] as number;
  }

  firstNode(): number {
    return this.nodes[HEAD + LINKS] as number;
  }

  lastNode(): number {
    return this.tails[0] as number;
  }

  nextNode(node: number): number {
    return this.nodes[node + LINKS] as number;
  }

  /** Stands an iterator on a node. */
  load(node: number, iterator: InternalIterator): void {
    const { bytes, nodes } = this;
    const keyAt = nodes[node + KEY_AT] as number;
    const keyEnd = keyAt + (nodes[node + KEY_LENGTH] as number);
    const entry = iterator.entry;
    entry.keyData = bytes;
    entry.keyStart = keyAt;
    entry.keyEnd = keyEnd;
    entry.valueData = bytes;
    entry.valueStart = nodes[node + VALUE_AT] as number;
    entry.valueEnd = entry.valueStart + (nodes[node + VALUE_LENGTH] as number);
    entry.sequence = this.sequence(node);
    entry.type = this.type(node);
  }

  /** Makes room for `needed` bytes. */
  private reserve(needed: number): void {
    if (needed <= this.bytes.length) return;
    const full = needed > this.fullBytes * PROMISING_PART ? withSlack(this.fullBytes) : 0;
    this.bytes = withCapacity(this.bytes, this.bytesUsed, Math.max(needed, full));
  }

  private addRangeDeletion(tombstone: RangeTombstone): void {
    (this.rangeDeletions ??= new RangeTombstoneList()).add(tombstone);
    this.rangeDeletionBytes += tombstone.from.length + tombstone.to.length + RANGE_DELETION_OVERHEAD;
    this.note(tombstone.sequence);
  }

  private note(sequence: number): void {
    if (this.count_ === 0 || sequence < this.smallestSequence_) this.smallestSequence_ = sequence;
    if (sequence > this.largestSequence_) this.largestSequence_ = sequence;
    this.count_++;
  }

  private sequence(node: number): number {
    const high = (this.nodes[node + SEQUENCE_HIGH_AND_TYPE] as number) >>> 8;
    return ((this.nodes[node + SEQUENCE_LOW] as number) >>> 0) + high * TWO_32;
  }

  private type(node: number): number {
    return (this.nodes[node + SEQUENCE_HIGH_AND_TYPE] as number) & 0xff;
  }

  /**
   * Goes down the levels to the first node at or after a position; with `record`, notes the way in `before`.
   *
   * The nodes on both sides of the position so far have some bytes in common with it; every node between them has at
   * least the fewer of these, so that comparisons begin behind them. Keys often share long prefixes.
   */
  private descend(key: Uint8Array, keyStart: number, keyEnd: number, sequence: number, record: boolean): number {
    const { nodes, before } = this;
    let node = HEAD;
    let sharedBelow = 0;
    let sharedAbove = 0;
    // The node found too large on the level above is often the next on this one too: no need to compare it again.
    let tooLarge = 0;
    for (let level = this.height - 1; level >= 0; level--) {
      let following = nodes[node + LINKS + level] as number;
      while (following !== tooLarge && following !== 0) {
        const known = sharedBelow < sharedAbove ? sharedBelow : sharedAbove;
        const order = this.compareNode(following, key, keyStart, keyEnd, sequence, known);
        if (order >= 0) {
          sharedAbove = this.shared;
          break;
        }
        sharedBelow = this.shared;
        node = following;
        following = nodes[node + LINKS + level] as number;
      }
      tooLarge = following;
      if (record) before[level] = node;
    }
    return nodes[node + LINKS] as number;
  }

  /** Orders a node against a position, which share `known` bytes: negative when the node comes first. */
  private compareNode(
    node: number,
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    sequence: number,
    known: number,
  ): number {
    const { nodes, bytes } = this;
    const keyAt = nodes[node + KEY_AT] as number;
    const nodeLength = nodes[node + KEY_LENGTH] as number;
    const length = keyEnd - keyStart;
    const limit = nodeLength < length ? nodeLength : length;
    let i = known;
    while (i < limit && bytes[keyAt + i] === key[keyStart + i]) i++;
    this.shared = i;
    if (i < limit) return (bytes[keyAt + i] as number) - (key[keyStart + i] as number);
    return nodeLength !== length ? nodeLength - length : sequence - this.sequence(node);
  }

  private newNode(height: number): number {
    const node = this.nodesUsed;
    const end = node + LINKS + height;
    if (end > this.nodes.length) {
      const grown = new Int32Array(Math.max(end, this.nodes.length * 2));
      grown.set(this.nodes);
      this.nodes = grown;
    }
    this.nodesUsed = end;
    return node;
  }

  /** A height with geometric distribution, from a generator of the list's own (xorshift32): balance needs no secret. */
  private drawHeight(): number {
    let x = this.randomState;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.randomState = x;
    let height = 1;
    let bits = x >>> 0;
    while (height < MAX_HEIGHT && (bits & ((1 << BRANCHING_BITS) - 1)) === 0) {
      height++;
      bits >>>= BRANCHING_BITS;
    }
    return height;
  }
}

class MemtableIterator extends InternalIterator {
  private readonly table: Memtable;
  private node = 0;

  constructor(table: Memtable) {
    super();
    this.entry = new Entry(NO_BYTES);
    this.table = table;
  }

  override first(): undefined {
    this.moveTo(this.table.firstNode());
  }

  override last(): undefined {
    this.moveTo(this.table.lastNode());
  }

  override seek(key: Uint8Array, sequence: number): undefined {
    this.moveTo(this.table.find(key, sequence));
  }

  override next(): undefined {
    this.moveTo(this.table.nextNode(this.node));
  }

  override previous(): undefined {
    const { keyData, keyStart, keyEnd, sequence } = this.entry;
    this.moveTo(this.table.findBefore(keyData, keyStart, keyEnd, sequence));
  }

  override close(): void {
    this.valid = false;
  }

  private moveTo(node: number): void {
    this.node = node;
    this.valid = node !== 0;
    if (this.valid) this.table.load(node, this);
  }
}

/** A little more than a memtable needed, for one that does not end at the same byte. */
function withSlack(used: number): number {
  return Math.max(LEAST_BYTES, used + (used >>> 4));
}
