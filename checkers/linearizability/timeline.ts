/**
 * Operations in an order of their own, from which they are taken and to which they return in reverse: a doubly linked list over
 * their numbers, in two typed arrays.
 */
export class Timeline {
  /** After each operation the next; -1 at the end. The head stands at the place `size`. */
  next = new Int32Array(16);
  private previous = new Int32Array(16);
  private size = 0;

  /** The first operation, -1 if there is none. */
  get first(): number {
    return this.next[this.size] as number;
  }

  /** Begins anew with operations of the numbers below `size`, in the order of `operations`. */
  load(size: number, operations: Iterable<number>): void {
    if (this.next.length <= size) {
      this.next = new Int32Array(2 * size + 1);
      this.previous = new Int32Array(2 * size + 1);
    }
    this.size = size;
    let last = size;
    for (const operation of operations) {
      this.next[last] = operation;
      this.previous[operation] = last;
      last = operation;
    }
    this.next[last] = -1;
  }

  take(operation: number): void {
    const next = this.next[operation] as number;
    const previous = this.previous[operation] as number;
    this.next[previous] = next;
    if (next >= 0) this.previous[next] = previous;
  }

  /** Only for the operation that was taken last of those that have not returned. */
  putBack(operation: number): void {
    const next = this.next[operation] as number;
    this.next[this.previous[operation] as number] = operation;
    if (next >= 0) this.previous[next] = operation;
  }
}
