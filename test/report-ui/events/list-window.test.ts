import fc from "fast-check";
import { expect, test } from "vitest";
import { scrolledTo, windowOf } from "../../../report-ui/events/list-window.ts";

test("all rows in sight are made, and not many more", () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.integer({ min: 1, max: 900 }), fc.nat(5000), (scrolled, height, count) => {
      const { first, end } = windowOf(scrolled, height, 20, count);
      expect(first).toBeLessThanOrEqual(end);
      expect(end).toBeLessThanOrEqual(count);
      expect(end - first).toBeLessThanOrEqual(height / 20 + 18);
      for (let row = 0; row < count; row += 97) {
        const visible = row * 20 < scrolled + height && row * 20 + 20 > scrolled;
        if (visible) expect(row >= first && row < end).toBe(true);
      }
    }),
  );
});

test("scrolls no further than it must", () => {
  expect(scrolledTo(5, 0, 200, 20)).toBe(0);
  expect(scrolledTo(10, 0, 200, 20)).toBe(20);
  expect(scrolledTo(3, 100, 200, 20)).toBe(60);
  expect(scrolledTo(100, 0, 200, 20)).toBe(1900);
  expect(scrolledTo(0, 1000, 200, 20)).toBe(0);
});
