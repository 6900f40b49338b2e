import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operationsOf } from "../../../checkers/history.ts";
import { checkLinearizable } from "../../../checkers/linearizability/check-linearizable.ts";
import { LINEARIZABILITY_MODELS } from "../../../checkers/linearizability/model.ts";
import { isLinearizable } from "./brute-force.ts";
import { randomHistories } from "./random-histories.ts";

const HISTORIES = 5_000;

describe("small random histories are judged as by trying every order", () => {
  for (const model of LINEARIZABILITY_MODELS) {
    test(model, () => {
      const verdicts = { valid: 0, invalid: 0, unknown: 0 };
      const outcomes = { ok: 0, fail: 0, info: 0 };
      const property = fc.property(randomHistories(model), (history) => {
        const operations = operationsOf(history);
        const result = checkLinearizable(operations, model);
        verdicts[result.verdict]++;
        for (const { outcome } of operations) outcomes[outcome]++;
        expect(result.verdict).toBe(isLinearizable(operations, model) ? "valid" : "invalid");

        // The operation that is blamed is the first with whose completion there is no order.
        if (result.verdict === "valid" || model === "multi-register") return;
        expect(result.violations.length).toBe(result.longest.length);
        for (const { key, unplaced, order } of result.longest) {
          const blamed = operations[unplaced[0] ?? -1];
          if (blamed === undefined) throw new Error("nobody is blamed");
          const onKey = operations.filter((operation) => operation.key === key);
          const knownBy = (entry: number) =>
            onKey
              .filter(({ start }) => start <= entry)
              // What completes later may have happened, and then it answered so.
              .map((one) => (one.end <= entry ? one : { ...one, end: Infinity }));
          expect(isLinearizable(knownBy(blamed.end), model)).toBe(false);
          const before = onKey.filter(({ outcome, end }) => outcome === "ok" && end < blamed.end);
          expect(order).toEqual(expect.arrayContaining(before.map(({ index }) => index)));
        }
      });
      fc.assert(property, { numRuns: HISTORIES, seed: 4 });
      expect(Math.min(verdicts.valid, verdicts.invalid)).toBeGreaterThan(HISTORIES / 10);
      expect(Math.min(outcomes.fail, outcomes.info)).toBeGreaterThan(HISTORIES / 10);
    });
  }
});
