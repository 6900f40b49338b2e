import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { judge, models } from "../../checkers/catalogue.ts";
import { operationsOf, type HistoryValue } from "../../checkers/history.ts";

/** A history of one operation that nobody answered. */
const asked = (f: string, value: HistoryValue) =>
  operationsOf([{ process: 0, type: "invoke", f, key: undefined, value, time: 0 }]);

describe.each([...models.values()])("model $name", (model) => {
  test("knows the functions that it lists, and no other", () => {
    for (const f of model.functions) {
      try {
        expect(judge(model, asked(f, null)).verdict).not.toBe("invalid");
      } catch (error) {
        // No value makes sense to all functions.
        expect(error).toHaveProperty("message", expect.not.stringMatching(/no such function|knows no/));
      }
    }
    expect(() => judge(model, asked("frobnicate", null))).toThrow(`model ${model.name} knows no 'frobnicate'`);
  });

  test("is documented, and said in a line", () => {
    const documentation = readFileSync(join(import.meta.dirname, "../../docs/checking.md"), "utf8");
    expect(documentation).toContain(`| \`${model.name}\``);
    for (const f of model.functions) expect(documentation).toContain(`\`${f}\``);
    expect(model.summary.length).toBeLessThan(75);
  });

  test("finds nothing wrong with a history in which nothing happened", () => {
    expect(judge(model, []).verdict).not.toBe("invalid");
  });
});
