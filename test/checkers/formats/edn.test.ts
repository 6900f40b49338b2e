import { toEDNString } from "edn-data";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseEdn, parseLeadingEdn } from "../../../checkers/formats/edn.ts";
import { HistoryFormatError } from "../../../checkers/formats/format-error.ts";
import type { HistoryValue } from "../../../checkers/history.ts";

describe("EDN becomes plain data", () => {
  test.each<[string, HistoryValue | undefined]>([
    ["nil", null],
    ["true", true],
    ["-12", -12],
    ["+5", 5],
    ["-0", 0],
    ["7N", 7],
    ["9007199254740991", 9_007_199_254_740_991],
    // Beyond, neighbours could not be told apart as numbers.
    ["9007199254740993", "9007199254740993"],
    ["-123456789012345678901234567890N", "-123456789012345678901234567890"],
    ["1.5", 1.5],
    ["2.50M", 2.5],
    ["-1e3", -1000],
    ["1/2", "1/2"],
    ['#object[java.lang.Object 0x7f3a "x"]', ["java.lang.Object", "0x7f3a", "x"]],
    [":r", "r"],
    [":jepsen.client/ok", "jepsen.client/ok"],
    ["::local", "local"],
    ["some-symbol", "some-symbol"],
    ["-", "-"],
    ["##Inf", "##Inf"],
    ['"a\\nb\\u00e9\\"\\\\"', 'a\nbé"\\'],
    ['"long enough to be a slice of the whole text"', "long enough to be a slice of the whole text"],
    ["\\a", "a"],
    ["\\newline", "\n"],
    ["[\\( \\[ 1]", ["(", "[", 1]],
    ["(1, 2, 3)", [1, 2, 3]],
    ["#{3 1 2 10}", [1, 2, 3, 10]],
    ["#{:b :a nil}", ["a", "b", null]],
    ["{:a 1, 2 {nil [3]}, [4 5] 6}", { a: 1, "2": { null: [3] }, "[4,5]": 6 }],
    ['#inst "2024-01-01T00:00:00Z"', "2024-01-01T00:00:00Z"],
    ["#jepsen.history.Op{:index 0, :value [1 nil]}", { index: 0, value: [1, null] }],
    ["#clojure.lang.MapEntry [1 2]", [1, 2]],
    ["[1 #_ 2 #_ #_ 3 4 5]", [1, 5]],
    ["; nothing\n  ,, ", undefined],
    ["[1 ; one ] \n 2]", [1, 2]],
    ["#_ {:a 1}", undefined],
  ])("%s", (text, value) => {
    expect(parseEdn(text)).toEqual(value);
  });

  test("a map may have a key that objects use for something else", () => {
    const value = parseEdn("{:__proto__ 1 :constructor 2}") as Record<string, number>;
    expect(Object.entries(value)).toEqual([
      ["__proto__", 1],
      ["constructor", 2],
    ]);
  });

  test("what follows the first value is given back", () => {
    expect(parseLeadingEdn("[1 4]\tdid not answer: [")).toEqual({ value: [1, 4], rest: "\tdid not answer: [" });
    expect(parseLeadingEdn("  ")).toEqual({ value: undefined, rest: "" });
  });

  test("what a writer of EDN wrote is read as it was", () => {
    const scalar = fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      // The writer does not escape; text with escapes has tests of its own.
      fc.string({ unit: "grapheme" }).filter((text) => !/["\\]/.test(text)),
    );
    const { value } = fc.letrec<{ value: HistoryValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        scalar,
        fc.array(tie("value"), { maxLength: 5 }),
        fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9-]{0,15}$/), tie("value"), { maxKeys: 5 }),
      ),
    }));
    const written = (part: HistoryValue): Parameters<typeof toEDNString>[0] => {
      if (part === null || typeof part !== "object") return part;
      if (Array.isArray(part)) return (part as readonly HistoryValue[]).map(written);
      return { map: Object.entries(part).map(([name, field]) => [{ key: name }, written(field)]) };
    };
    fc.assert(
      fc.property(value, (part) => {
        expect(parseEdn(toEDNString(written(part)))).toEqual(part);
      }),
      { numRuns: 500 },
    );
  });
});

describe("what is not EDN is refused, with its line", () => {
  test.each([
    ["{:a 1", 1, "} is missing at the end"],
    ["[1 2}", 1, "} does not close what is open"],
    ["\n{:a}", 2, "key a has no value"],
    ["{:a 1 :a 2}", 1, "key a stands twice"],
    ["5 6", 1, "a second value"],
    ["{:a 1}}", 1, "} does not close"],
    ['[1\n"abc', 2, '" is missing at the end'],
    ['"\\x"', 1, "there is no \\x in text"],
    ["12abc", 1, "12abc is no number"],
    ["\\nothing", 1, "there is no character \\nothing"],
    ["[1 :]", 1, ": is followed by no name"],
    ["[#tag]", 1, "] does not close"],
    ["#tag", 1, "nothing follows #tag"],
    ["[1 #_]", 1, "] does not close"],
    ["# 1", 1, "# is followed by no tag"],
    ["[".repeat(5_000), 1, "nested more than 100 deep"],
    ["#a ".repeat(5_000), 1, "nested more than 100 deep"],
  ])("%#: %s", (text, line, reason) => {
    let error: unknown;
    try {
      parseEdn(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(HistoryFormatError);
    expect((error as HistoryFormatError).line).toBe(line);
    expect((error as HistoryFormatError).reason).toContain(reason);
  });

  test("whatever the text, there is a value or an error of format", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(fc.constantFrom(...'[](){}#_:;"\\ \n,n1-u0/'.split(""))).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, (content) => {
        try {
          parseEdn(content);
        } catch (error) {
          expect(error).toBeInstanceOf(HistoryFormatError);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
