import type { RandomStream } from "../../host/random.ts";

/** Bits behind the point of a mantissa: its square is still exact in a double. */
const MANTISSA_BITS = 25;
const ONE = 1 << MANTISSA_BITS;
/** Bits behind the point of a logarithm. */
const LOG_BITS = 24;
const LOG_ONE = 1 << LOG_BITS;
/** What makes the weight of rank 1 from a mantissa of 1: 2^31, of which a millionth is still a number of some digits. */
const WEIGHT_SCALE = 64;
/** What a table of numbers may take. */
const MOST_RANKS = 1_000_000;

/**
 * Ranks 0, 1, 2... drawn in proportion to 1 / (rank + 1)^theta: the Zipfian distribution of Gray et al., "Quickly
 * Generating Billion-Record Synthetic Databases" (SIGMOD 1994), which YCSB uses with theta 0.99.
 *
 * Gray's method and YCSB's draw by powers of floating-point numbers, which engines round differently. Here the shares are
 * whole numbers, added up in a table and found by bisection. Powers come from logarithms in fixed point, by products
 * and halvings alone; a share differs from the exact one by less than 3 in a million of it, and by less than one of 2^31
 * parts of the first.
 */
export class ZipfianTable {
  /** Ranks in the table. */
  readonly size: number;
  /** At each rank the sum of the weights up to it, itself included. */
  private readonly sums: Float64Array;

  /**
   * @param theta in hundredths, 0 (all alike) to 500; default 99
   * @throws RangeError for a size that is not whole or not within 1 to 1,000,000, or such a theta
   */
  constructor(size: number, theta = 99) {
    if (!Number.isSafeInteger(size) || size < 1 || size > MOST_RANKS) {
      throw new RangeError(`a Zipfian table has 1 to ${MOST_RANKS} ranks, not ${size}`);
    }
    if (!Number.isSafeInteger(theta) || theta < 0 || theta > 500) {
      throw new RangeError(`theta is a whole number of hundredths from 0 to 500, not ${theta}`);
    }
    this.size = size;
    this.sums = new Float64Array(size);
    const roots = halfRoots();
    let sum = 0;
    for (let rank = 0; rank < size; rank++) {
      sum += weight(rank + 1, theta, roots);
      this.sums[rank] = sum;
    }
  }

  /**
   * A rank below `count`: the first so many ranks of a table are those of a smaller one.
   *
   * @throws RangeError when the table has not so many ranks
   */
  draw(random: RandomStream, count = this.size): number {
    const total = this.sums[count - 1];
    if (total === undefined) throw new RangeError(`a Zipfian table of ${this.size} ranks cannot draw from ${count}`);
    const point = random.below(total);
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.sums[middle] as number) > point) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** The weight of a rank from 1 on: 2^31 / rank^theta, at least 1. */
function weight(rank: number, theta: number, roots: readonly number[]): number {
  const exponent = Math.floor((binaryLogarithm(rank) * theta) / 100);
  let mantissa = ONE;
  for (const [index, root] of roots.entries()) {
    const bit = Math.floor((exponent % LOG_ONE) / (LOG_ONE >>> (index + 1))) % 2;
    if (bit === 1) mantissa = Math.floor((mantissa * root) / ONE);
  }
  let scaled = mantissa * WEIGHT_SCALE;
  for (let halvings = Math.floor(exponent / LOG_ONE); halvings > 0 && scaled > 0; halvings--) {
    scaled = Math.floor(scaled / 2);
  }
  return Math.max(1, scaled);
}

/** The logarithm to base 2, in units of 2^-24: squaring a number doubles its logarithm, one bit at a time. */
function binaryLogarithm(value: number): number {
  let exponent = 0;
  let power = 1;
  while (power * 2 <= value) {
    power *= 2;
    exponent++;
  }
  let mantissa = Math.floor((value * ONE) / power);
  let fraction = 0;
  for (let bit = 0; bit < LOG_BITS; bit++) {
    mantissa = Math.floor((mantissa * mantissa) / ONE);
    fraction *= 2;
    if (mantissa >= 2 * ONE) {
      fraction++;
      mantissa = Math.floor(mantissa / 2);
    }
  }
  return exponent * LOG_ONE + fraction;
}

/** 2^(-1/2), 2^(-1/4), 2^(-1/8)... as mantissas: each the square root of the one before. */
function halfRoots(): number[] {
  const roots: number[] = [];
  let value = ONE / 2;
  for (let bit = 0; bit < LOG_BITS; bit++) {
    value = wholeSquareRoot(value * ONE);
    roots.push(value);
  }
  return roots;
}

/** The largest whole number whose square is not above `square`, by Newton's method. */
function wholeSquareRoot(square: number): number {
  let root = 2 * ONE;
  for (;;) {
    const next = Math.floor((root + Math.floor(square / root)) / 2);
    if (next >= root) return root;
    root = next;
  }
}
