/** One value over a run: what it was set to, and by which record of the trace. */
export class Track<T> {
  private readonly ranks: number[] = [];
  private readonly values: T[] = [];

  /** Sets the value from a record on. A value that is the same already changes nothing. @returns whether it changed */
  set(rank: number, value: T): boolean {
    if (this.ranks.length > 0 && this.values.at(-1) === value) return false;
    if (this.ranks.at(-1) === rank) {
      this.values[this.values.length - 1] = value;
      return true;
    }
    this.ranks.push(rank);
    this.values.push(value);
    return true;
  }

  /** The value once the record of that rank has happened; undefined before the first. */
  at(rank: number): T | undefined {
    return this.values[countUpTo(this.ranks, rank) - 1];
  }

  /** The last value. */
  get latest(): T | undefined {
    return this.values.at(-1);
  }

  /** The rank at which the value became what it is at `rank`; -1 before the first. */
  since(rank: number): number {
    return this.ranks[countUpTo(this.ranks, rank) - 1] ?? -1;
  }
}

/** How many of the sorted numbers are no greater than `limit`. */
export function countUpTo(sorted: { readonly length: number; readonly [at: number]: number }, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
