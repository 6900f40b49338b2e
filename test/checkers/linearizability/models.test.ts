import { describe, expect, test } from "vitest";
import type { HistoryValue } from "../../../checkers/history.ts";
import { checkLinearizable } from "../../../checkers/linearizability/check-linearizable.ts";
import { ModelError, type LinearizabilityModel } from "../../../checkers/linearizability/model.ts";
import { done, history, type Line } from "./histories.ts";

const verdict = (model: LinearizabilityModel, lines: readonly Line[], init?: HistoryValue) =>
  checkLinearizable(history(...lines), model, { init }).verdict;

describe("register", () => {
  test("reads see the last write, or one that is open", () => {
    const open: Line[] = [...done(0, "write", 1), [0, "invoke", "write", 2]];
    expect(verdict("register", [...open, ...done(1, "read", 1), ...done(1, "read", 2)])).toBe("valid");
    expect(verdict("register", [...open, ...done(1, "read", 2), ...done(1, "read", 1)])).toBe("invalid");
  });

  test("holds null at first, or the initial value", () => {
    expect(verdict("register", done(0, "read", null))).toBe("valid");
    expect(verdict("register", done(0, "read", 7))).toBe("invalid");
    expect(verdict("register", done(0, "read", 7), 7)).toBe("valid");
    expect(verdict("register", done(0, "read", null), 7)).toBe("invalid");
  });

  test("a failed write did not happen; one of unknown outcome may at any later time, once", () => {
    const write = (type: "fail" | "info"): Line[] => [
      ...done(1, "write", 1),
      [0, "invoke", "write", 2],
      [0, type, "write", 2],
      ...done(1, "read", 1),
    ];
    expect(verdict("register", [...write("fail"), ...done(1, "read", 2)])).toBe("invalid");
    expect(verdict("register", [...write("info"), ...done(1, "read", 2)])).toBe("valid");
    expect(verdict("register", [...write("info"), ...done(1, "read", 2), ...done(1, "read", 1)])).toBe("invalid");
  });

  test("reads without an answer constrain nothing", () => {
    const lines: Line[] = [
      ...done(0, "write", 1),
      [1, "invoke", "read"],
      [1, "info", "read"],
      [2, "invoke", "read"],
      [2, "fail", "read"],
    ];
    expect(verdict("register", lines)).toBe("valid");
  });

  test("keys are judged apart, values of any form by what they hold", () => {
    const lines: Line[] = [
      [0, "invoke", "write", { a: [1], b: null }, "x"],
      [0, "ok", "write", { a: [1], b: null }, "x"],
      [0, "invoke", "read", undefined, "x"],
      [0, "ok", "read", { b: null, a: [1] }, "x"],
      [0, "invoke", "read", undefined, "y"],
      [0, "ok", "read", null, "y"],
    ];
    const result = checkLinearizable(history(...lines), "register");
    expect([result.verdict, result.partitions]).toEqual(["valid", 2]);
    expect(verdict("register", [...done(0, "write", 1), ...done(0, "read", "1")])).toBe("invalid");
  });
});

test("cas-register: a cas needs the value that it replaces", () => {
  expect(verdict("cas-register", [...done(0, "write", 1), ...done(1, "cas", [1, 2]), ...done(0, "read", 2)])).toBe(
    "valid",
  );
  expect(verdict("cas-register", [...done(0, "write", 1), ...done(1, "cas", [3, 2])])).toBe("invalid");
  const twice: Line[] = [...done(0, "write", 1), [0, "invoke", "cas", [1, 2]], [1, "invoke", "cas", [1, 2]]];
  expect(verdict("cas-register", [...twice, [0, "ok", "cas", [1, 2]], [1, "fail", "cas", [1, 2]]])).toBe("valid");
  expect(verdict("cas-register", [...twice, [0, "ok", "cas", [1, 2]], [1, "ok", "cas", [1, 2]]])).toBe("invalid");
});

test("multi-register: a transaction reads and writes all its registers at once", () => {
  const write: Line[] = done(0, "txn", [
    ["w", "x", 1],
    ["w", "y", 1],
  ]);
  expect(
    verdict("multi-register", [
      ...write,
      ...done(1, "txn", [
        ["r", "x", 1],
        ["r", "y", 1],
      ]),
    ]),
  ).toBe("valid");
  const torn: Line[] = [
    [
      0,
      "invoke",
      "txn",
      [
        ["w", "x", 1],
        ["w", "y", 1],
      ],
    ],
    ...done(
      1,
      "txn",
      [
        ["r", "x", 1],
        ["r", "y", null],
      ],
      [
        ["r", "x", null],
        ["r", "y", null],
      ],
    ),
    [
      0,
      "ok",
      "txn",
      [
        ["w", "x", 1],
        ["w", "y", 1],
      ],
    ],
  ];
  expect(verdict("multi-register", torn)).toBe("invalid");
  // Knossos's form, and an initial value for each register.
  expect(verdict("multi-register", [...done(0, "write", { x: 1 }), ...done(1, "read", { x: 1, y: 5 })], { y: 5 })).toBe(
    "valid",
  );
  const apart = checkLinearizable(
    history(...done(0, "write", { x: 1 }), ...done(0, "write", { y: 1 })),
    "multi-register",
  );
  expect(apart.partitions).toBe(2);
});

test("kv: put, append, get and delete", () => {
  const appended: Line[] = [...done(0, "put", "a"), ...done(1, "append", "b")];
  expect(verdict("kv", [...appended, ...done(0, "get", "ab")])).toBe("valid");
  expect(verdict("kv", [...appended, ...done(0, "get", "a")])).toBe("invalid");
  expect(verdict("kv", [...done(0, "append", "b"), ...done(0, "read", "b")])).toBe("valid");
  expect(verdict("kv", [...done(0, "write", 1), ...done(0, "delete"), ...done(0, "read", null)])).toBe("valid");
  expect(verdict("kv", [...done(0, "write", 1), ...done(0, "delete"), ...done(0, "read", 1)])).toBe("invalid");
  expect(verdict("kv", done(0, "get", ""))).toBe("valid");
  expect(verdict("kv", done(0, "read", ""))).toBe("invalid");
});

test("set: a read tells all elements, in any order", () => {
  expect(verdict("set", [...done(0, "add", 1), ...done(0, "add", 2), ...done(1, "read", [2, 1])])).toBe("valid");
  expect(verdict("set", [...done(0, "add", 1), ...done(1, "read", [])])).toBe("invalid");
  const open: Line[] = [
    [0, "invoke", "add", 1],
    [1, "invoke", "add", 2],
    [2, "invoke", "read"],
    [3, "invoke", "read"],
  ];
  expect(verdict("set", [...open, [2, "ok", "read", [1]], [3, "ok", "read", [1, 2]]])).toBe("valid");
  // Each element's history is in order by itself.
  expect(verdict("set", [...open, [2, "ok", "read", [1]], [3, "ok", "read", [2]]])).toBe("invalid");
  expect(verdict("set", done(0, "read", [9]), [9])).toBe("valid");
});

test("counter: add, increment and decrement", () => {
  const lines = [...done(0, "add", 5), ...done(0, "increment"), ...done(0, "decrement", 2)];
  expect(verdict("counter", [...lines, ...done(0, "read", 4)])).toBe("valid");
  expect(verdict("counter", [...lines, ...done(0, "read", 5)])).toBe("invalid");
  expect(verdict("counter", [...lines, ...done(0, "read", 14)], 10)).toBe("valid");
});

test("queue: first in, first out; null is an empty queue", () => {
  const two = [...done(0, "enqueue", 1), ...done(0, "enqueue", 2)];
  const take = (value: HistoryValue) => done(1, "dequeue", value, null);
  expect(verdict("queue", [...two, ...take(1), ...take(2), ...take(null)])).toBe("valid");
  expect(verdict("queue", [...two, ...take(2), ...take(1)])).toBe("invalid");
  expect(verdict("queue", [...two, ...take(1), ...take(null)])).toBe("invalid");
  // Who never learnt what was dequeued may have taken the first.
  const lost: Line[] = [
    [2, "invoke", "dequeue"],
    [2, "info", "dequeue"],
  ];
  expect(verdict("queue", [...two, ...lost, ...take(2), ...take(null)])).toBe("valid");
  expect(verdict("queue", [...take(8), ...take(9)], [8, 9])).toBe("valid");
});

test("stack: last in, first out; null is an empty stack", () => {
  const two = [...done(0, "push", 1), ...done(0, "push", 2)];
  const take = (value: HistoryValue) => done(1, "pop", value, null);
  expect(verdict("stack", [...two, ...take(2), ...take(1), ...take(null)])).toBe("valid");
  expect(verdict("stack", [...two, ...take(1), ...take(2)])).toBe("invalid");
  expect(verdict("stack", [...take(9), ...take(8)], [8, 9])).toBe("valid");
});

test("mutex: nobody acquires what is held", () => {
  expect(verdict("mutex", [...done(0, "acquire"), ...done(0, "release"), ...done(1, "acquire")])).toBe("valid");
  expect(verdict("mutex", [...done(0, "acquire"), ...done(1, "acquire")])).toBe("invalid");
  // Who never learnt of a release may have made it.
  const unknown: Line[] = [...done(0, "acquire"), [0, "invoke", "release"], [0, "info", "release"]];
  expect(verdict("mutex", [...unknown, ...done(1, "acquire")])).toBe("valid");
  expect(verdict("mutex", done(0, "release"), true)).toBe("valid");
});

describe("what a model cannot read is an error that names the operation", () => {
  const cases: readonly (readonly [LinearizabilityModel, Line[], RegExp])[] = [
    ["register", done(0, "cas", [1, 2]), /register: operation 1 \(cas\): no such function; there are read, write/],
    ["cas-register", done(0, "cas", 3), /operation 1 \(cas\): needs a pair/],
    ["register", done(0, "write"), /operation 1 \(write\): has no value/],
    ["kv", done(0, "append", 3), /operation 1 \(append\): needs a string/],
    ["set", done(0, "read", 3), /operation 1 \(read\): needs a list/],
    ["counter", done(0, "add", "x"), /operation 1 \(add\): needs a number/],
    ["counter", done(0, "add", 0.5), /operation 1 \(add\): needs a whole number/],
    ["multi-register", done(0, "txn", 3), /operation 1 \(txn\): needs a list/],
  ];
  for (const [model, lines, message] of cases) {
    test(`${model}: ${lines[0]?.[2] ?? ""}`, () => {
      const first =
        model === "mutex" ? [] : done(9, model === "counter" ? "increment" : "read", model === "set" ? [] : null);
      const known = model === "multi-register" ? done(9, "txn", []) : first;
      const check = () => checkLinearizable(history(...known, ...lines), model);
      expect(check).toThrow(ModelError);
      expect(check).toThrow(message);
    });
  }

  test("an initial value of the wrong form", () => {
    expect(() => checkLinearizable([], "queue", { init: 3 })).toThrow(/queue: the initial value must be a list/);
  });
});
