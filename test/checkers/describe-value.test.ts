import { expect, test } from "vitest";
import { describeValue } from "../../checkers/describe-value.ts";

test("a value is shown as a sentence can hold it", () => {
  expect(describeValue("a b")).toBe("a b");
  expect(describeValue(7)).toBe("7");
  expect(describeValue(false)).toBe("false");
  expect([describeValue(null), describeValue(undefined)]).toEqual(["nothing", "nothing"]);
  expect(
    describeValue([
      ["r", 1, null],
      ["append", 1, 2],
    ]),
  ).toBe("[[r, 1, null], [append, 1, 2]]");
  expect(describeValue({ 0: 10, 1: -3 })).toBe("{0: 10, 1: -3}");
});
