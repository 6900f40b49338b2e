import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HistoryValue, Operation } from "../../checkers/history.ts";
import { classifySnapshots, type ClassifiedRead } from "../../checkers/snapshot-reads.ts";

const change = (position: number, key: string, value: string | null): Operation => ({
  index: position,
  process: 0,
  f: value === null ? "delete" : "write",
  key,
  input: value ?? undefined,
  value: value ?? undefined,
  outcome: "ok",
  invoked: position * 10,
  completed: position * 10 + 1,
  start: position,
  end: position,
  error: undefined,
  node: "primary",
  position,
});

const scan = (invoked: number): Operation => ({
  ...change(1000, "", null),
  f: "scan",
  key: undefined,
  invoked,
  completed: invoked + 1,
  position: undefined,
});

function classified(
  changes: readonly Operation[],
  found: Readonly<Record<string, HistoryValue>>,
  invoked = 10_000,
): ClassifiedRead | undefined {
  return classifySnapshots(changes, [{ read: scan(invoked), found: new Map(Object.entries(found)) }])[0];
}

const CHANGES = [change(1, "a", "a1"), change(2, "b", "b2"), change(3, "a", "a3"), change(4, "c", "c4")];

describe("a read of several registers", () => {
  test.each([
    ["all that was written is current", { a: "a3", b: "b2", c: "c4" }, "current", 4],
    ["a state of the past is a stale prefix, at its newest position", { a: "a1", b: "b2", c: null }, "stale-prefix", 2],
    ["nothing at all is the state before the first write", { a: null, b: null, c: null }, "stale-prefix", 0],
    ["what is left out and nothing else differs is partial", { a: "a3", b: null, c: "c4" }, "partial", 4],
    ["old beside what came after its replacement is mixed", { a: "a1", b: "b2", c: "c4" }, "mixed", undefined],
  ] as const)("%s", (_what, found, kind, position) => {
    expect(classified(CHANGES, found)).toMatchObject({ kind, position });
  });

  test("that began before a write was acknowledged need not have seen it", () => {
    expect(classified(CHANGES, { a: "a3", b: "b2", c: null }, 41)?.kind).toBe("current");
    expect(classified(CHANGES, { a: "a3", b: "b2", c: null }, 42)?.kind).toBe("stale-prefix");
  });

  test("of which something was deleted is whole without it", () => {
    expect(classified([...CHANGES, change(5, "b", null)], { a: "a3", b: null, c: "c4" })?.kind).toBe("current");
  });

  test("says which keys it left out", () => {
    expect(classified(CHANGES, { a: "a3", b: null, c: "c4" })?.missing).toEqual(["b"]);
  });

  test("is left out of account when what it found was written by nobody, or nobody knows where it stands", () => {
    expect(classified(CHANGES, { a: "x", b: "b2", c: "c4" })).toBeUndefined();
    const unknown = { ...change(9, "c", "c9"), outcome: "info", position: undefined } as const;
    expect(classified([...CHANGES, unknown], { a: "a3", b: "b2", c: "c4" })).toBeUndefined();
  });

  test("is told as a search through all positions tells it", () => {
    const keys = ["a", "b", "c"];
    const changes = fc.array(fc.tuple(fc.constantFrom(...keys), fc.boolean()), { maxLength: 8 });
    const picks = fc.array(fc.nat(8), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(changes, picks, (drawn, from) => {
        const written = drawn.map(([key, remove], at) => change(at + 1, key, remove ? null : `${key}${at}`));
        const stateAt = (position: number, key: string): string | null => {
          const last = written.findLast((each) => each.key === key && (each.position ?? 0) <= position);
          return last?.f === "write" ? (last.value as string) : null;
        };
        const found = Object.fromEntries(keys.map((key, at) => [key, stateAt(from[at] ?? 0, key)]));
        const positions = Array.from({ length: written.length + 1 }, (_, at) => at);
        const whole = positions.filter((at) => keys.every((key) => stateAt(at, key) === found[key]));
        const partial = positions.some((at) =>
          keys.every((key) => found[key] === null || stateAt(at, key) === found[key]),
        );
        const { kind, position } = classified(written, found) as ClassifiedRead;
        if (whole.length > 0)
          expect([position, kind === "current" || kind === "stale-prefix"]).toEqual([whole.at(-1), true]);
        else expect(kind).toBe(partial ? "partial" : "mixed");
      }),
    );
  });
});
