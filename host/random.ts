/**
 * A stream of random draws. Every consumer has a stream of its own, named by its purpose, so that a new consumer moves no
 * other's draws.
 */
export abstract class RandomStream {
  /** A whole number, uniform in [0, 2^32). */
  abstract uint32(): number;

  /**
   * A whole number, uniform in [0, bound).
   *
   * @param bound at least 1, at most 2^53
   * @throws RangeError when the bound is outside that range or not whole
   */
  below(bound: number): number {
    if (!Number.isSafeInteger(bound) || bound < 1) {
      throw new RangeError(`random bound must be a whole number of at least 1, got ${bound}`);
    }
    if (bound <= 0x1_0000_0000) {
      // Draws at or above the largest multiple of the bound are rejected: keeping them would favour small results.
      const limit = 0x1_0000_0000 - (0x1_0000_0000 % bound);
      for (;;) {
        const draw = this.uint32();
        if (draw < limit) return draw % bound;
      }
    }
    const span = 0x20_0000_0000_0000;
    const limit = span - (span % bound);
    for (;;) {
      const draw = (this.uint32() >>> 11) * 0x1_0000_0000 + this.uint32();
      if (draw < limit) return draw % bound;
    }
  }

  /** A whole number, uniform in [low, high], both ends included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True with probability `numerator / denominator`. Always draws, so that a changed probability moves no later draw. */
  chance(numerator: number, denominator: number): boolean {
    return this.below(denominator) < numerator;
  }

  /**
   * One of the items, each equally likely.
   *
   * @throws RangeError when there are no items
   */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("cannot pick from no items");
    return items[this.below(items.length)] as T;
  }

  /** The same items in random order, as a new array. */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      const moved = shuffled[last] as T;
      shuffled[last] = shuffled[other] as T;
      shuffled[other] = moved;
    }
    return shuffled;
  }
}
