import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Distribution, DistributionError, LARGEST_VALUE } from "../../../scenarios/metrics/distribution.ts";

/** Values of every size, small ones as likely as large ones. */
const value = fc
  .tuple(fc.integer({ min: 0, max: 52 }), fc.maxSafeInteger())
  .map(([bits, draw]) => Math.abs(draw) % 2 ** bits);

function distributionOf(values: readonly number[]): Distribution {
  const distribution = new Distribution();
  for (const each of values) distribution.add(each);
  return distribution;
}

describe("a distribution", () => {
  test("has exact counts, sums and ends, and quantiles within 1.6 % of the exact ones", () => {
    const property = fc.property(
      fc.array(value, { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, share) => {
        const distribution = distributionOf(values);
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil(share * values.length) - 1)] ?? 0;
        const found = distribution.quantile(share) ?? -1;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact / 64);
        if (exact < 64) expect(found).toBe(exact);
        expect([distribution.count, distribution.min, distribution.max]).toEqual([
          values.length,
          sorted[0],
          sorted.at(-1),
        ]);
        const sum = values.reduce((total, each) => total + BigInt(each), 0n);
        const [high, low] = distribution.data.sum;
        expect(BigInt(high) * 2n ** 50n + BigInt(low)).toBe(sum);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  test("comes to the same bytes however its values were dealt and its parts put together", () => {
    const property = fc.property(
      fc.array(fc.tuple(value, fc.integer({ min: 0, max: 4 })), { maxLength: 100 }),
      fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }),
      (dealt, order) => {
        const whole = distributionOf(dealt.map(([each]) => each));
        const merged = new Distribution();
        for (const part of order) {
          merged.merge(distributionOf(dealt.filter(([, to]) => to === part).map(([each]) => each)).data);
        }
        expect(JSON.stringify(merged.data)).toBe(JSON.stringify(whole.data));
        expect(JSON.stringify(Distribution.of(whole.data).data)).toBe(JSON.stringify(whole.data));
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  test("of nothing has no quantile", () => {
    const nothing = new Distribution();
    expect([nothing.quantile(0.5), nothing.mean, nothing.count]).toEqual([undefined, 0, 0]);
    expect(nothing.data).toEqual({ count: 0, sum: [0, 0], min: 0, max: 0, buckets: "" });
  });

  test("refuses what is no whole number, too large, or not its own data", () => {
    const distribution = new Distribution();
    for (const wrong of [-1, 0.5, NaN, Infinity, LARGEST_VALUE + 1]) {
      expect(() => distribution.add(wrong)).toThrow(DistributionError);
    }
    distribution.add(LARGEST_VALUE);
    const data = distributionOf([1, 1, 500]).data;
    expect(() => Distribution.of({ ...data, count: 2 })).toThrow("hold 3 values, not 2");
    for (const buckets of ["", "x", "1*0", "9999", "1  2"]) {
      expect(() => Distribution.of({ ...data, buckets })).toThrow("is no bucket of a distribution");
    }
  });
});
