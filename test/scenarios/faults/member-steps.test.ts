import { expect, test } from "vitest";
import { comingElectorates } from "../../../scenarios/faults/member-steps.ts";

const NODES = ["a", "b", "c", "d"];

test("an electorate stays possible until a step is done, and what the step makes of it is possible too", () => {
  expect(comingElectorates([["a", "b"]], [{ host: "c", change: "joins" }], NODES)).toEqual([
    ["a", "b"],
    ["a", "b", "c"],
  ]);
  expect(comingElectorates([["a", "b", "c"]], [{ host: "b", change: "leaves" }], NODES)).toEqual([
    ["a", "b", "c"],
    ["a", "c"],
  ]);
});

test("of two steps either may be done first, or alone", () => {
  const steps = [
    { host: "a", change: "leaves" },
    { host: "b", change: "leaves" },
  ] as const;
  expect(comingElectorates([["a", "b", "c"]], steps, NODES)).toEqual([["a", "b", "c"], ["b", "c"], ["a", "c"], ["c"]]);
});

test("any that is no member may come in the place of one that is replaced", () => {
  expect(comingElectorates([["a", "b"]], [{ host: "a", change: "is-replaced" }], NODES)).toEqual([
    ["a", "b"],
    ["a", "b", "c"],
    ["b", "c"],
    ["a", "b", "d"],
    ["b", "d"],
  ]);
});

test("the last is not let go", () => {
  expect(comingElectorates([["a"]], [{ host: "a", change: "leaves" }], NODES)).toEqual([["a"]]);
});
