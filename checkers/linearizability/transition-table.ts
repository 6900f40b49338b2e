/** In place of a next state: the transition has not been looked at. */
export const UNSEEN = -2;

const EMPTY = -1;
const SMALLEST = 256;

/** Remembers where each kind of operation leads from each state: open addressing in one typed array. */
export class TransitionTable {
  /** State, kind and next state, one after the other. */
  private slots = new Int32Array(3 * SMALLEST).fill(EMPTY);
  private mask = SMALLEST - 1;
  private count = 0;

  get bytes(): number {
    return this.slots.byteLength;
  }

  clear(): void {
    if (this.count === 0) return;
    if (this.mask >= 16 * SMALLEST) {
      this.slots = new Int32Array(3 * SMALLEST);
      this.mask = SMALLEST - 1;
    }
    this.slots.fill(EMPTY);
    this.count = 0;
  }

  /** The next state, a negative number when there is none; UNSEEN when that is not known yet. */
  get(state: number, kind: number): number {
    const { slots, mask } = this;
    let at = placeOf(state, kind) & mask;
    for (;;) {
      const slot = 3 * at;
      const found = slots[slot] as number;
      if (found === EMPTY) return UNSEEN;
      if (found === state && slots[slot + 1] === kind) return slots[slot + 2] as number;
      at = (at + 1) & mask;
    }
  }

  /** For a transition that was UNSEEN. */
  add(state: number, kind: number, next: number): void {
    if (2 * ++this.count > this.mask) this.grow();
    this.put(state, kind, next);
  }

  private put(state: number, kind: number, next: number): void {
    const { slots, mask } = this;
    let at = placeOf(state, kind) & mask;
    while (slots[3 * at] !== EMPTY) at = (at + 1) & mask;
    slots[3 * at] = state;
    slots[3 * at + 1] = kind;
    slots[3 * at + 2] = next;
  }

  private grow(): void {
    const old = this.slots;
    this.mask = 2 * this.mask + 1;
    this.slots = new Int32Array(3 * (this.mask + 1)).fill(EMPTY);
    for (let slot = 0; slot < old.length; slot += 3) {
      if (old[slot] !== EMPTY) this.put(old[slot] as number, old[slot + 1] as number, old[slot + 2] as number);
    }
  }
}

function placeOf(state: number, kind: number): number {
  const mixed = Math.imul(state, 0x9e3779b1) ^ Math.imul(kind, 0x85ebca77);
  return mixed ^ (mixed >>> 15);
}
