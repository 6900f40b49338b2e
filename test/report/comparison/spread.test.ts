import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spreadOf } from "../../../report/comparison/spread.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe("the spread of seeds", () => {
  test("of no values there is none, and of one it is that", () => {
    expect(spreadOf([])).toBeUndefined();
    expect(spreadOf([7])).toEqual({ count: 1, least: 7, greatest: 7, median: 7, interval: undefined });
  });

  test("the median of an even number lies between the middle two", () => {
    expect(spreadOf([4, 1, 3, 2])?.median).toBe(2.5);
  });

  test("places of the interval are those that tables of order statistics have for 95 %", () => {
    // Of so many values, the place of the lower end, counted from 1.
    for (const [count, place] of [
      [6, 1],
      [8, 1],
      [9, 2],
      [12, 3],
      [20, 6],
      [30, 10],
      [100, 40],
    ] as const) {
      expect(spreadOf(upTo(count))?.interval, `of ${count}`).toEqual([place, count + 1 - place]);
    }
    expect(spreadOf(upTo(5))?.interval).toBeUndefined();
  });

  test("whatever their order, values lie between the ends, and the median within its interval", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 60 }), (values) => {
        const spread = spreadOf(values);
        expect(spread).toEqual(spreadOf([...values].reverse()));
        if (spread === undefined) throw new Error("there are values");
        const { least, greatest, median, interval = [least, greatest] } = spread;
        expect([least, interval[0], median, interval[1], greatest]).toEqual(
          [least, interval[0], median, interval[1], greatest].sort((a, b) => a - b),
        );
      }),
    );
  });
});
