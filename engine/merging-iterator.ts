import { InternalIterator } from "./internal-iterator.ts";
import type { Pending } from "./maybe-promise.ts";

/**
 * Walks over the entries of several iterators as if they were one: a heap of those that are valid, the next entry on
 * top.
 */
export class MergingIterator extends InternalIterator {
  private readonly children: readonly InternalIterator[];
  private readonly heap: InternalIterator[] = [];
  /** 1 while moving forwards, with the smallest entry on top; -1 backwards, with the largest. */
  private direction = 1;

  constructor(children: readonly InternalIterator[]) {
    super();
    this.children = children;
  }

  /** The child whose entry it stands on. */
  get top(): InternalIterator | undefined {
    return this.heap[0];
  }

  override first(): Pending {
    return this.moveAll(1, (child) => child.first());
  }

  override last(): Pending {
    return this.moveAll(-1, (child) => child.last());
  }

  override seek(key: Uint8Array, sequence: number): Pending {
    return this.moveAll(1, (child) => child.seek(key, sequence));
  }

  override next(): Pending {
    if (this.direction !== 1) return this.turn(1);
    const pending = (this.heap[0] as InternalIterator).next();
    if (pending === undefined) {
      this.settleTop();
      return undefined;
    }
    this.valid = false;
    return pending.then(this.settle);
  }

  override previous(): Pending {
    if (this.direction !== -1) return this.turn(-1);
    const pending = (this.heap[0] as InternalIterator).previous();
    if (pending === undefined) {
      this.settleTop();
      return undefined;
    }
    this.valid = false;
    return pending.then(this.settle);
  }

  override close(): void {
    this.valid = false;
    for (const child of this.children) child.close();
  }

  private readonly settle = (): void => {
    this.settleTop();
  };

  /** Moves every child, and orders them anew. Those that must wait, wait together. */
  private moveAll(direction: number, move: (child: InternalIterator) => Pending): Pending {
    this.valid = false;
    this.direction = direction;
    let waiting: Promise<void>[] | undefined;
    for (const child of this.children) {
      const pending = move(child);
      if (pending !== undefined) (waiting ??= []).push(pending);
    }
    if (waiting === undefined) {
      this.build();
      return undefined;
    }
    return Promise.all(waiting).then(() => {
      this.build();
    });
  }

  /**
   * Turns round: the child on top moves away from its entry, all others to the nearest entry on the other side of it,
   * where they may never have been.
   */
  private async turn(direction: number): Promise<void> {
    const top = this.heap[0] as InternalIterator;
    const at = top.entry.copyInternalKey();
    this.valid = false;
    this.direction = direction;
    for (const child of this.children) {
      if (child === top) continue;
      // The first entry at or after the position; no other child has that very entry.
      await child.seek(at.userKey, at.sequence);
      if (direction === 1) continue;
      if (child.valid) await child.previous();
      else await child.last();
    }
    await (direction === 1 ? top.next() : top.previous());
    this.build();
  }

  private build(): void {
    const { heap } = this;
    heap.length = 0;
    for (const child of this.children) if (child.valid) heap.push(child);
    for (let i = (heap.length >>> 1) - 1; i >= 0; i--) this.sift(i);
    this.exposeTop();
  }

  /** Restores order after the child on top has moved. */
  private settleTop(): void {
    const { heap } = this;
    if (!(heap[0] as InternalIterator).valid) {
      const last = heap.pop() as InternalIterator;
      if (heap.length > 0) heap[0] = last;
    }
    if (heap.length > 1) this.sift(0);
    this.exposeTop();
  }

  private exposeTop(): void {
    const top = this.heap[0];
    this.valid = top !== undefined;
    if (top !== undefined) this.entry = top.entry;
  }

  private sift(from: number): void {
    const { heap, direction } = this;
    const moved = heap[from] as InternalIterator;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = child + 1;
      if (right < heap.length && this.precedes(heap[right] as InternalIterator, heap[child] as InternalIterator)) {
        child = right;
      }
      const candidate = heap[child] as InternalIterator;
      if (candidate.entry.compare(moved.entry) * direction >= 0) break;
      heap[at] = candidate;
      at = child;
    }
    heap[at] = moved;
  }

  private precedes(a: InternalIterator, b: InternalIterator): boolean {
    return a.entry.compare(b.entry) * this.direction < 0;
  }
}
