/** Buckets from one power of two to the next: what a bucket's middle stands for is off by 1/64 (1.6 %) at most. */
const PER_OCTAVE = 32;

/** The largest value that can be counted: sums of it stay exact. */
export const LARGEST_VALUE = 2 ** 52;

/** A sum's low part is below this; the high part counts how often it was carried. */
const CARRY = 2 ** 50;

/** 1, 2, 4... */
const POWERS: readonly number[] = powersOfTwo(53);

/** A distribution as plain data, as short as it is: what crosses threads and stands in reports. */
export interface DistributionData {
  readonly count: number;
  /** [times that 2^50 was carried, the rest]: exact, however much is added up. */
  readonly sum: [number, number];
  /** 0 when nothing was counted. */
  readonly min: number;
  readonly max: number;
  /** "12 13*4 90": the numbers of the buckets that hold something, each with how much when that is more than one. */
  readonly buckets: string;
}

/** A value that cannot be counted, or data that no distribution gave. */
export class DistributionError extends Error {
  override readonly name = "DistributionError";
}

/**
 * Counts whole numbers from 0 to 2^52, in memory that does not grow with how many there are: HdrHistogram's buckets, with
 * widths that double with each power of two. Count, sum, least and greatest are exact; a quantile is at most 1.6 % off, and
 * exact below 64. Merging is adding, so that parts come to the same in whatever order they are put together.
 */
export class Distribution {
  private counted = 0;
  private high = 0;
  private low = 0;
  private least = 0;
  private most = 0;
  private readonly buckets = new Map<number, number>();

  /** What the data describes. @throws DistributionError */
  static of(data: DistributionData): Distribution {
    const distribution = new Distribution();
    distribution.merge(data);
    return distribution;
  }

  get count(): number {
    return this.counted;
  }

  /** Exact below 2^53. */
  get sum(): number {
    return this.high * CARRY + this.low;
  }

  /** 0 when nothing was counted, as {@link max} and {@link mean}. */
  get min(): number {
    return this.least;
  }

  get max(): number {
    return this.most;
  }

  get mean(): number {
    return this.counted === 0 ? 0 : this.sum / this.counted;
  }

  /** @throws DistributionError for what is no whole number from 0 to {@link LARGEST_VALUE} */
  add(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > LARGEST_VALUE) {
      throw new DistributionError(`${value} cannot be counted: it must be a whole number from 0 to 2^52`);
    }
    this.widen(value, value);
    this.counted++;
    this.addSum(0, value);
    this.addTo(bucketOf(value), 1);
  }

  /** Adds what another counted. @throws DistributionError for data that no distribution gave */
  merge({ count, sum: [high, low], min, max, buckets }: DistributionData): void {
    if (count === 0) return;
    const found = parseBuckets(buckets);
    const total = found.reduce((sum, [, many]) => sum + many, 0);
    if (total !== count) throw new DistributionError(`the buckets '${buckets}' hold ${total} values, not ${count}`);
    this.widen(min, max);
    this.counted += count;
    this.addSum(high, low);
    for (const [bucket, many] of found) this.addTo(bucket, many);
  }

  /**
   * The least value that no more than a share of the values are above, by nearest rank.
   *
   * @param share from 0, the least, to 1, the greatest
   * @returns undefined when nothing was counted
   */
  quantile(share: number): number | undefined {
    if (this.counted === 0) return undefined;
    if (share <= 0) return this.least;
    if (share >= 1) return this.most;
    const rank = Math.ceil(share * this.counted);
    let passed = 0;
    for (const [bucket, many] of this.inOrder()) {
      passed += many;
      if (passed >= rank) return Math.min(this.most, Math.max(this.least, middleOf(bucket)));
    }
    return this.most;
  }

  get data(): DistributionData {
    const buckets = this.inOrder().map(([bucket, many]) => (many === 1 ? `${bucket}` : `${bucket}*${many}`));
    const { counted, high, low, least, most } = this;
    return { count: counted, sum: [high, low], min: least, max: most, buckets: buckets.join(" ") };
  }

  private widen(least: number, most: number): void {
    this.least = this.counted === 0 ? least : Math.min(this.least, least);
    this.most = Math.max(this.most, most);
  }

  private addSum(high: number, low: number): void {
    const sum = this.low + low;
    const carried = Math.floor(sum / CARRY);
    this.high += high + carried;
    this.low = sum - carried * CARRY;
  }

  private addTo(bucket: number, many: number): void {
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0) + many);
  }

  private inOrder(): [bucket: number, many: number][] {
    return [...this.buckets].sort(([a], [b]) => a - b);
  }
}

function bucketOf(value: number): number {
  if (value < 2 * PER_OCTAVE) return value;
  const top = value < 2 ** 32 ? 31 - Math.clz32(value) : 63 - Math.clz32(Math.floor(value / 2 ** 32));
  const shift = top - 5;
  return shift * PER_OCTAVE + Math.floor(value / (POWERS[shift] as number));
}

/** What stands for all values of a bucket. */
function middleOf(bucket: number): number {
  if (bucket < 2 * PER_OCTAVE) return bucket;
  const shift = Math.floor(bucket / PER_OCTAVE) - 1;
  const width = POWERS[shift] as number;
  return (bucket - shift * PER_OCTAVE) * width + Math.floor(width / 2);
}

function parseBuckets(text: string): [bucket: number, many: number][] {
  return text.split(" ").map((part) => {
    const [, bucket = "", many = "1"] = /^(\d{1,4})(?:\*([1-9]\d{0,15}))?$/.exec(part) ?? [];
    if (bucket === "" || Number(bucket) > bucketOf(LARGEST_VALUE)) {
      throw new DistributionError(`'${part}' is no bucket of a distribution`);
    }
    return [Number(bucket), Number(many)];
  });
}

function powersOfTwo(count: number): number[] {
  const powers = [1];
  while (powers.length < count) powers.push((powers[powers.length - 1] as number) * 2);
  return powers;
}
