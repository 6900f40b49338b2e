import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MarkTree, type Intervals } from "../../../report-ui/timeline/mark-tree.ts";

interface Seen {
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly mark: number;
  readonly flags: number;
}

function walk(tree: MarkTree, from: number, to: number, coarse: number): Seen[] {
  const seen: Seen[] = [];
  tree.walk(from, to, coarse, (first, last, count, mark, flags) => seen.push({ first, last, count, mark, flags }));
  return seen;
}

/** Intervals in order of their start. */
const intervals = fc
  .array(fc.tuple(fc.nat(1000), fc.nat(60), fc.nat(3)), { maxLength: 120 })
  .map((drawn): Intervals => {
    const sorted = drawn.sort(([one], [other]) => one - other);
    return {
      count: sorted.length,
      start: sorted.map(([start]) => start),
      end: sorted.map(([start, length]) => start + length),
      weight: sorted.map(([, , weight]) => weight),
    };
  });

const overlapping = ({ count, start, end }: Intervals, from: number, to: number): number[] =>
  Array.from({ length: count }, (_none, mark) => mark).filter(
    (mark) => (start[mark] ?? 0) <= to && (end[mark] ?? 0) >= from,
  );

describe("levels of detail", () => {
  test("find, at the finest, exactly the marks that overlap the window, in order", () => {
    fc.assert(
      fc.property(intervals, fc.nat(1000), fc.nat(400), (marks, from, length) => {
        const tree = new MarkTree(marks);
        const seen = walk(tree, from, from + length, -1);
        expect(seen.map(({ mark }) => mark)).toEqual(overlapping(marks, from, from + length));
        expect(tree.countIn(from, from + length, 1000)).toBe(seen.length);
      }),
    );
  });

  test("lose no mark and no weight when they are coarse", () => {
    fc.assert(
      fc.property(intervals, fc.nat(300), (marks, coarse) => {
        const seen = walk(new MarkTree(marks), -Infinity, Infinity, coarse);
        expect(seen.reduce((sum, { count }) => sum + count, 0)).toBe(marks.count);
        let next = 0;
        for (const { first, last, count, mark } of seen) {
          const group = Array.from({ length: count }, (_none, at) => next + at);
          next += count;
          expect(first).toBe(Math.min(...group.map((each) => marks.start[each] ?? 0)));
          expect(last).toBe(Math.max(...group.map((each) => marks.end[each] ?? 0)));
          expect(marks.weight[mark]).toBe(Math.max(...group.map((each) => marks.weight[each] ?? 0)));
          if (count > 1) expect(last - first).toBeLessThanOrEqual(coarse);
        }
      }),
    );
  });

  test("carry what is selected up to every level", () => {
    fc.assert(
      fc.property(intervals, fc.nat(1000), fc.integer({ min: -1, max: 300 }), (marks, chosen, coarse) => {
        const tree = new MarkTree(marks);
        tree.flag((mark) => (mark % 7 === chosen % 7 ? 1 : 0));
        let next = 0;
        for (const { count, flags } of walk(tree, -Infinity, Infinity, coarse)) {
          const group = Array.from({ length: count }, (_none, at) => next + at);
          next += count;
          expect(flags).toBe(group.some((mark) => mark % 7 === chosen % 7) ? 1 : 0);
        }
        const flagged: number[] = [];
        tree.walk(200, 700, -1, (_first, _last, _count, mark) => flagged.push(mark), 1);
        expect(flagged).toEqual(overlapping(marks, 200, 700).filter((mark) => mark % 7 === chosen % 7));
        expect(tree.countIn(200, 700, 1000, 1)).toBe(flagged.length);
      }),
    );
  });

  test("stay small however many marks there are", () => {
    const count = 100_000;
    const start = Float64Array.from({ length: count }, (_none, mark) => mark);
    const tree = new MarkTree({ count, start, end: start, weight: new Uint8Array(count) });
    // A window of a thousand pixels: what takes no more than one of them is found as one.
    expect(walk(tree, 0, count, count / 1000).length).toBeLessThan(4 * 1000);
  });

  test("count no further than they are asked to", () => {
    const start = Float64Array.from({ length: 50 }, (_none, mark) => mark);
    const tree = new MarkTree({ count: 50, start, end: start, weight: new Uint8Array(50) });
    expect(tree.countIn(0, 50, 10)).toBe(11);
    expect(new MarkTree({ count: 0, start: [], end: [], weight: [] }).countIn(0, 1, 10)).toBe(0);
  });
});
