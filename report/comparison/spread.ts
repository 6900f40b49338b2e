/** How values of several seeds lie. */
export interface Spread {
  readonly count: number;
  readonly least: number;
  readonly greatest: number;
  readonly median: number;
  /**
   * Two of the values, between which the median of all seeds there could be lies with at least 95 % confidence, whatever their
   * distribution; undefined where there are too few values to say.
   */
  readonly interval: readonly [number, number] | undefined;
}

const CONFIDENCE = 0.95;

/** @returns undefined for no values */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const count = sorted.length;
  if (count === 0) return undefined;
  const at = (index: number): number => sorted[index] as number;
  const left = intervalRank(count);
  return {
    count,
    least: at(0),
    greatest: at(count - 1),
    median: count % 2 === 1 ? at((count - 1) / 2) : (at(count / 2 - 1) + at(count / 2)) / 2,
    interval: left === undefined ? undefined : [at(left), at(count - 1 - left)],
  };
}

/**
 * The greatest place from which on, and up to which from the other end, values enclose the median with the confidence: each
 * value is below it with probability 1/2, so that how many are is binomial.
 */
function intervalRank(count: number): number | undefined {
  // The chance that no more than so many of the values are below the median, for one end of the interval.
  let [chance, outside] = [1, 0];
  for (let times = 0; times < count; times++) chance /= 2;
  let rank: number | undefined;
  for (let below = 0; below < count / 2 - 1; below++) {
    outside += chance;
    if (2 * outside > 1 - CONFIDENCE) break;
    rank = below;
    chance *= (count - below) / (below + 1);
  }
  return rank;
}
