import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KeyLocks, type LockMode } from "../../topologies/key-locks.ts";

/** Lets everything go on that is not waiting for a lock. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await undefined;
}

describe("locks on keys", () => {
  test("are had by one alone, or by any number of those that share", async () => {
    const locks = new KeyLocks();
    expect(locks.tryAcquire(["a", "b"], "exclusive")).toBe(true);
    expect(locks.tryAcquire(["b"], "shared")).toBe(false);
    expect(locks.tryAcquire(["b", "c"], "exclusive")).toBe(false);
    expect(locks.tryAcquire(["c"], "shared")).toBe(true);
    expect(locks.tryAcquire(["c"], "shared")).toBe(true);
    expect(locks.tryAcquire(["c"], "exclusive")).toBe(false);
    locks.release(["a", "b"]);
    locks.release(["c"]);
    expect(locks.tryAcquire(["c"], "exclusive")).toBe(false);
    locks.release(["c"]);
    expect(locks.tryAcquire(["a", "c"], "exclusive")).toBe(true);
    locks.release(["a", "c"]);
    expect(locks.size).toBe(0);
    expect(() => locks.release(["a"])).toThrow(RangeError);
  });

  test("are had in the order in which they were asked for: who shares passes nobody who waits to have it alone", async () => {
    const locks = new KeyLocks();
    const order: string[] = [];
    locks.tryAcquire(["k"], "shared");
    const ask = (name: string, mode: LockMode) => locks.acquire(["k"], mode).then(() => order.push(name));
    const asked = [
      ask("alone 1", "exclusive"),
      ask("shared 1", "shared"),
      ask("shared 2", "shared"),
      ask("alone 2", "exclusive"),
      ask("shared 3", "shared"),
    ];
    expect(locks.tryAcquire(["k"], "shared")).toBe(false);
    const after = [
      ["alone 1"],
      ["alone 1", "shared 1", "shared 2"],
      ["alone 1", "shared 1", "shared 2"],
      ["alone 1", "shared 1", "shared 2", "alone 2"],
      ["alone 1", "shared 1", "shared 2", "alone 2", "shared 3"],
    ];
    for (const expected of after) {
      locks.release(["k"]);
      await settle();
      expect(order).toEqual(expected);
    }
    await Promise.all(asked);
    locks.release(["k"]);
    expect(locks.size).toBe(0);
  });

  test("never end in a deadlock, nor let two have what one must have alone, whatever is asked for and given back when", async () => {
    const wish = fc.record({
      keys: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1 }),
      mode: fc.constantFrom<LockMode>("shared", "exclusive"),
      turns: fc.nat(8),
      late: fc.nat(8),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(wish, { maxLength: 20 }), async (wishes) => {
        const locks = new KeyLocks();
        const held = new Map<string, LockMode[]>();
        let done = 0;
        const clients = wishes.map(async ({ keys, mode, turns, late }) => {
          const sorted = [...keys].sort();
          for (let turn = 0; turn < late; turn++) await undefined;
          if (!locks.tryAcquire(sorted, mode)) await locks.acquire(sorted, mode);
          for (const key of sorted) {
            const holders = held.get(key) ?? [];
            expect(mode === "shared" ? holders.every((other) => other === "shared") : holders.length === 0).toBe(true);
            held.set(key, [...holders, mode]);
          }
          for (let turn = 0; turn < turns; turn++) await undefined;
          for (const key of sorted) held.set(key, (held.get(key) ?? []).slice(1));
          locks.release(sorted);
          done++;
        });
        for (let round = 0; round < 40 && done < wishes.length; round++) await settle();
        expect(done).toBe(wishes.length);
        await Promise.all(clients);
        expect(locks.size).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});
