import { describe, expect, test } from "vitest";
import { checkConvergence, checkReadConvergence } from "../../checkers/convergence.ts";
import { checkDurability } from "../../checkers/durability.ts";
import type { HistoryValue, Operation } from "../../checkers/history.ts";
import { drawing, operation } from "./random-history.ts";
import { sentencesOf } from "./sentences.ts";

type Given = readonly [f: string, value: HistoryValue | undefined, rest?: Partial<Operation>];
const inTurn = (...given: Given[]): Operation[] =>
  given.map(([f, value, rest], at) => operation(at, at, f, value, [at * 10, at * 10 + 5], { key: "x", ...rest }));
const unknown = { outcome: "info", completed: Infinity, end: Infinity } as const;

describe("durability", () => {
  test("lost: no final read finds what was acknowledged last", () => {
    const lost = checkDurability(inTurn(["write", "a"], ["write", "b"], ["read", "a"], ["read", "a"]));
    expect(lost).toMatchObject({
      verdict: "invalid",
      lost: ["x"],
      violations: [{ kind: "lost-write", operations: [2, 1] }],
    });
    expect(sentencesOf(lost)).toEqual([
      "lost write: process 2 at 20 ns finally read a from x, although b, which process 1 wrote, had been acknowledged at 15 ns; no final read found it or anything newer",
    ]);
    expect(checkDurability(inTurn(["write", "a"], ["read", null]))).toMatchObject({ lost: ["x"] });
    expect(checkDurability(inTurn(["write", "a"], ["read", "garbage"]))).toMatchObject({ lost: ["x"] });
    expect(checkDurability(inTurn(["write", "a"], ["write", "b"], ["read", "b"])).verdict).toBe("valid");
  });

  test("stale: one final read finds it, another does not", () => {
    const history = inTurn(["write", "a"], ["write", "b"], ["read", "a"], ["read", "b"]);
    expect(checkDurability(history)).toMatchObject({ verdict: "valid", lost: [], stale: ["x"] });
    const strict = checkDurability(history, { linearizable: true });
    expect(strict.violations).toMatchObject([{ kind: "stale-final-read", operations: [2, 1] }]);
    sentencesOf(strict);
    expect(checkDurability(history, { linearizable: true, since: 30 }).verdict).toBe("valid");
  });

  test("resurrected: what was deleted is there in the end", () => {
    const history = inTurn(["write", "a"], ["delete", undefined], ["read", "a"]);
    const result = checkDurability(history);
    expect(result).toMatchObject({ resurrected: ["x"], lost: [], violations: [{ kind: "resurrected-value" }] });
    sentencesOf(result);
    expect(checkDurability(inTurn(["write", "a"], ["delete", undefined], ["read", null])).verdict).toBe("valid");
  });

  test("never-read: nothing can be said", () => {
    const result = checkDurability(inTurn(["read", null], ["write", "a"]));
    expect(result).toMatchObject({ verdict: "unknown", neverRead: ["x"] });
    sentencesOf(result);
    const other = inTurn(["write", "a"], ["read", "a"], ["write", "b", { key: "y" }]);
    expect(checkDurability(other)).toMatchObject({ verdict: "valid", neverRead: ["y"] });
    expect(checkDurability(inTurn(["read", null])).verdict).toBe("valid");
  });

  test("what is concurrent, open or failed accuses nobody", () => {
    expect(checkDurability(inTurn(["write", "a"], ["write", "b", { outcome: "fail" }], ["read", "a"])).verdict).toBe(
      "valid",
    );
    expect(checkDurability(inTurn(["write", "b", unknown], ["write", "a"], ["read", "b"])).verdict).toBe("valid");
    expect(checkDurability(inTurn(["write", "a"], ["write", "b", unknown], ["read", "a"])).verdict).toBe("valid");
    const concurrent = inTurn(["write", "a", { completed: 12, end: 12 }], ["write", "b"], ["read", "a"]);
    expect(checkDurability(concurrent).verdict).toBe("valid");
    // Once it was read it has happened, so what was written later overwrote it.
    expect(checkDurability(inTurn(["write", "b", unknown], ["read", "b"], ["write", "a"], ["read", "b"])).lost).toEqual(
      ["x"],
    );
  });

  test("of 5,000 runs those are accused whose store forgot what it had acknowledged", () => {
    const tally = { valid: 0, invalid: 0, unknown: 0 };
    for (let seed = 1; seed <= 5_000; seed++) {
      const draw = drawing(seed);
      const [keys, writes] = [["x", "y"], 1 + draw(6)];
      const store = new Map<string, string | null>();
      const forgetAt = draw(2) === 0 ? draw(writes) : -1;
      const given: Given[] = [];
      const forgotten = new Map<string, boolean>();
      for (let at = 0; at < writes; at++) {
        const key = keys[draw(2)] ?? "x";
        const value = draw(4) === 0 ? null : `v${at}`;
        given.push([value === null ? "delete" : "write", value ?? undefined, { key }]);
        const differs = (store.get(key) ?? null) !== value;
        if (at === forgetAt) forgotten.set(key, differs);
        else {
          store.set(key, value);
          forgotten.delete(key);
        }
      }
      for (const key of keys) given.push(["read", store.get(key) ?? null, { key }]);
      const { verdict } = checkDurability(inTurn(...given));
      expect(verdict, `seed ${seed}`).toBe([...forgotten.values()].includes(true) ? "invalid" : "valid");
      tally[verdict]++;
    }
    expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(500);
  });
});

describe("convergence", () => {
  test("of states by key, each key on its own", () => {
    const states = [
      { node: "n1", state: { x: 1, y: [2] } },
      { node: "n2", state: { y: [2], x: 1 } },
    ];
    expect(checkConvergence(states).verdict).toBe("valid");
    const other = checkConvergence([...states, { node: "n3", state: { x: 1 } }]);
    expect(sentencesOf(other)).toEqual([
      "divergence: replicas hold different values of y in the end: n1 → [2], n2 → [2], n3 → nothing",
    ]);
  });

  test("of hashes", () => {
    const hashes = (...states: string[]) => states.map((state, at) => ({ node: `n${at}`, state }));
    expect(checkConvergence(hashes("ab", "ab")).verdict).toBe("valid");
    const other = checkConvergence(hashes("ab", "cd"));
    expect(other.violations).toMatchObject([{ kind: "divergence", message: { id: "anomaly-divergence-state" } }]);
    sentencesOf(other);
  });

  test("of final reads, the last of each node", () => {
    const history = inTurn(
      ["write", "a"],
      ["read", null, { node: "n1" }],
      ["read", "a", { node: "n2" }],
      ["read", "a", { node: "n1" }],
    );
    expect(checkReadConvergence(history)).toMatchObject({ verdict: "valid", keys: 1 });
    const before = checkReadConvergence(history.slice(0, 3));
    expect(before.violations).toMatchObject([{ kind: "divergence", operations: [1, 2] }]);
    sentencesOf(before);
    const alone = checkReadConvergence(history.slice(0, 2));
    expect(alone.verdict).toBe("unknown");
    sentencesOf(alone);
  });

  test("a write that may still happen leaves it open", () => {
    const history = inTurn(
      ["write", "a"],
      ["write", "b", unknown],
      ["read", "a", { node: "n1" }],
      ["read", "b", { node: "n2" }],
    );
    expect(checkReadConvergence(history)).toMatchObject({ verdict: "valid", undecided: ["x"] });
    const third = [...history, operation(4, 4, "read", null, [40, 45], { key: "x", node: "n3" })];
    expect(checkReadConvergence(third)).toMatchObject({ verdict: "invalid", undecided: [] });
  });
});
