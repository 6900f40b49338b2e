import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitInto, including, lengthOf, panned, zoomed, type Range } from "../../../report-ui/timeline/range.ts";
import { Scales } from "../../../report-ui/timeline/scales.ts";

const WHOLE = { from: -10, to: 1000 };
const LEAST = 4;

const ranges = fc
  .tuple(fc.integer({ min: -10, max: 990 }), fc.integer({ min: 4, max: 900 }))
  .map(([from, length]): Range => fitInto({ from, to: from + length }, WHOLE, LEAST));

function expectWithin({ from, to }: Range): void {
  expect(from).toBeGreaterThanOrEqual(WHOLE.from - 1e-9);
  expect(to).toBeLessThanOrEqual(WHOLE.to + 1e-9);
  expect(to - from).toBeGreaterThanOrEqual(LEAST - 1e-9);
}

describe("a window", () => {
  test("stays within the whole, however it is moved", () => {
    const moves = fc.oneof(
      fc.record({ pan: fc.double({ min: -2000, max: 2000, noNaN: true }) }),
      fc.record({
        zoom: fc.double({ min: 0.01, max: 100, noNaN: true }),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(ranges, fc.array(moves, { maxLength: 12 }), (first, steps) => {
        let range = first;
        for (const step of steps) {
          range =
            "pan" in step
              ? panned(range, WHOLE, step.pan)
              : zoomed(range, WHOLE, LEAST, step.zoom, range.from + step.at * lengthOf(range));
          expectWithin(range);
        }
      }),
    );
  });

  test("keeps what is under the pointer where it is while there is room", () => {
    const range = zoomed({ from: 400, to: 600 }, WHOLE, LEAST, 0.5, 450);
    expect(range).toEqual({ from: 425, to: 525 });
  });

  test("moves no further than it must to include a place", () => {
    expect(including({ from: 100, to: 200 }, WHOLE, 150)).toEqual({ from: 100, to: 200 });
    expect(including({ from: 100, to: 200 }, WHOLE, 300)).toEqual({ from: 210, to: 310 });
    expect(including({ from: 100, to: 200 }, WHOLE, 0)).toEqual({ from: -10, to: 90 });
  });
});

describe("the two scales", () => {
  const scales = new Scales(Float64Array.from([0, 10, 10, 30, 100]));

  test("find the record at a place", () => {
    expect([-1, 0, 9, 10, 29, 500].map((time) => scales.rankAt(time, "time"))).toEqual([-1, 0, 0, 2, 2, 4]);
    expect([0, 2.7, 9].map((rank) => scales.rankAt(rank, "rank"))).toEqual([0, 2, 4]);
  });

  test("show the same stretch", () => {
    expect(scales.convert({ from: 2, to: 3.5 }, "rank", "time")).toEqual({ from: 10, to: 65 });
    expect(scales.convert({ from: 10, to: 65 }, "time", "rank")).toEqual({ from: 2, to: 3.5 });
    expect(scales.convert({ from: 1, to: 2 }, "time", "time")).toEqual({ from: 1, to: 2 });
  });

  test("lead back to where one was, where records are apart", () => {
    const apart = new Scales(Float64Array.from([0, 1, 5, 6, 20, 100]));
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 5, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        (from, to) => {
          const there = apart.convert({ from, to }, "rank", "time");
          const back = apart.convert(there, "time", "rank");
          expect(back.from).toBeCloseTo(from, 6);
          expect(back.to).toBeCloseTo(to, 6);
        },
      ),
    );
  });

  test("of nothing are something to draw", () => {
    const none = new Scales(new Float64Array(0));
    expect(lengthOf(none.whole("time"))).toBeGreaterThan(0);
    expect(lengthOf(none.whole("rank"))).toBeGreaterThan(0);
  });
});
