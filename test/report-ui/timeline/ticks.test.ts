import { expect, test } from "vitest";
import { distance } from "../../../report-ui/timeline/distance.ts";
import { ticksOf } from "../../../report-ui/timeline/ticks.ts";

test.each([
  [{ from: -1e6, to: 100e6 }, "time", ["0 ms", "20 ms", "40 ms", "60 ms", "80 ms", "100 ms"]],
  [{ from: 0, to: 20e9 }, "time", ["0 s", "5 s", "10 s", "15 s", "20 s"]],
  [{ from: 1_000_000, to: 1_000_200 }, "time", ["1.00000 ms", "1.00005 ms", "1.00010 ms", "1.00015 ms", "1.00020 ms"]],
  [{ from: -1, to: 2000 }, "rank", ["#0", "#500", "#1,000", "#1,500", "#2,000"]],
  [{ from: 3.2, to: 6.1 }, "rank", ["#4", "#5", "#6"]],
] as const)("%o in %s", (range, kind, labels) => {
  expect(ticksOf(range, kind, 5).map(({ label }) => label)).toEqual(labels);
});

test("a pointer is as far from a line as from its nearest point", () => {
  expect(distance(5, 3, 0, 0, 10, 0)).toBe(3);
  expect(distance(-3, 4, 0, 0, 10, 0)).toBe(5);
  expect(distance(3, 4, 0, 0, 0, 0)).toBe(5);
});
