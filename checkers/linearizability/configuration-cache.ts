const CHUNK_BITS = 16;
/** Numbers in a chunk of the store. */
const CHUNK = 1 << CHUNK_BITS;
const SMALLEST = 1024;
/** In front of the bits of an entry: its hash, its state, the first word of its bits, how many words there are. */
const HEADER = 4;

/**
 * The configurations from which the search found no way on: which operations were taken, and the state they led to. An open
 * hash table in one typed array refers to entries in chunks of a store, so that it grows without garbage.
 *
 * Of the required operations only the words of the bit set from the first that is not full to the last that is not empty
 * are kept, of the others all.
 */
export class ConfigurationCache {
  size = 0;
  private slots = new Int32Array(SMALLEST);
  private chunks: Int32Array[] = [];
  private used = 0;
  private mask = SMALLEST - 1;

  get bytes(): number {
    return 4 * (this.slots.length + this.chunks.length * CHUNK);
  }

  /** Bytes that one more entry may take at once. */
  get nextBytes(): number {
    return 4 * CHUNK + (2 * (this.size + 1) > this.mask ? 2 * this.slots.byteLength : 0);
  }

  clear(): void {
    if (this.size === 0) return;
    if (this.slots.length > 16 * SMALLEST) {
      this.slots = new Int32Array(SMALLEST);
      this.mask = SMALLEST - 1;
    } else {
      this.slots.fill(0);
    }
    this.chunks.length = Math.min(this.chunks.length, 1);
    this.size = 0;
    this.used = 0;
  }

  /**
   * Whether the configuration is known. Of `bits`, the words from `first` up to `last` are those that tell required operations
   * apart, and those from `rest` up to `end` tell the others.
   */
  has(hash: number, state: number, bits: Uint32Array, first: number, last: number, rest: number, end: number): boolean {
    const { slots, mask } = this;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = slots[at] as number;
      if (slot === 0) return false;
      const chunk = this.chunks[(slot - 1) >>> CHUNK_BITS] as Int32Array;
      let entry = (slot - 1) & (CHUNK - 1);
      if (chunk[entry] !== hash || chunk[entry + 1] !== state) continue;
      if (chunk[entry + 2] !== first || chunk[entry + 3] !== last - first) continue;
      entry += HEADER;
      let word = first;
      while (word < last && chunk[entry] === ((bits[word] as number) | 0)) {
        word++;
        entry++;
      }
      if (word < last) continue;
      word = rest;
      while (word < end && chunk[entry] === ((bits[word] as number) | 0)) {
        word++;
        entry++;
      }
      if (word === end) return true;
    }
  }

  /** A configuration that is not known yet; the arguments are those of `has`. */
  add(hash: number, state: number, bits: Uint32Array, first: number, last: number, rest: number, end: number): void {
    const length = HEADER + last - first + end - rest;
    if (length > CHUNK) throw new RangeError(`an entry of ${length} numbers does not fit`);
    if ((this.used & (CHUNK - 1)) + length > CHUNK) this.used = (this.used | (CHUNK - 1)) + 1;
    const place = this.used;
    const index = place >>> CHUNK_BITS;
    if (index === this.chunks.length) this.chunks.push(new Int32Array(CHUNK));
    const chunk = this.chunks[index] as Int32Array;
    let entry = place & (CHUNK - 1);
    chunk[entry++] = hash;
    chunk[entry++] = state;
    chunk[entry++] = first;
    chunk[entry++] = last - first;
    for (let word = first; word < last; word++) chunk[entry++] = bits[word] as number;
    for (let word = rest; word < end; word++) chunk[entry++] = bits[word] as number;
    this.used = place + length;
    if (2 * ++this.size > this.mask) this.grow();
    this.put(hash, place + 1);
  }

  private put(hash: number, slot: number): void {
    let at = hash & this.mask;
    while (this.slots[at] !== 0) at = (at + 1) & this.mask;
    this.slots[at] = slot;
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Int32Array(2 * old.length);
    this.mask = this.slots.length - 1;
    for (const slot of old) {
      if (slot !== 0)
        this.put((this.chunks[(slot - 1) >>> CHUNK_BITS] as Int32Array)[(slot - 1) & (CHUNK - 1)] as number, slot);
    }
  }
}
