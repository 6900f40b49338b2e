import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareBytes } from "../../engine/index.ts";
import { type Entry, EntryType } from "../../engine/internal-key.ts";
import { Memtable } from "../../engine/memtable.ts";
import { walkBackwards, walkForwards } from "./support/walk.ts";

const keys = fc.uint8Array({ maxLength: 4, max: 3 });

function add(table: Memtable, sequence: number, key: Uint8Array, value: Uint8Array | undefined): void {
  const type = value === undefined ? EntryType.DELETION : EntryType.VALUE;
  const data = new Uint8Array([...key, ...(value ?? [])]);
  table.add(sequence, type, data, 0, key.length, key.length, data.length);
}

describe("memtable", () => {
  it("answers as of any sequence number, and walks in order both ways", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(keys, fc.option(fc.uint8Array({ maxLength: 8 }), { nil: undefined })), { maxLength: 200 }),
        fc.integer({ min: 1, max: 2 ** 45 }),
        fc.boolean(),
        async (writes, first, sorted) => {
          const table = new Memtable();
          const ordered = sorted ? [...writes].sort(([a], [b]) => compareBytes(a, b)) : writes;
          for (const [i, [key, value]] of ordered.entries()) add(table, first + i, key, value);
          expect(table.count).toBe(writes.length);
          for (const [key] of ordered) {
            for (const asOf of [0, 1, Math.floor(writes.length / 2), writes.length]) {
              const visible = ordered.slice(0, asOf).filter(([k]) => compareBytes(k, key) === 0);
              const last = visible.at(-1);
              const expected = last === undefined ? undefined : (last[1] ?? null);
              expect(table.get(key, first + asOf - 1)).toEqual(expected);
            }
          }
          const expected = ordered
            .map(([key], i) => ({ key, sequence: first + i }))
            .sort((a, b) => compareBytes(a.key, b.key) || b.sequence - a.sequence);
          const iterator = table.iterator();
          const look = (entry: Entry): unknown => ({ key: entry.copyKey(), sequence: entry.sequence });
          expect(await walkForwards(iterator, look)).toEqual(expected);
          expect((await walkBackwards(iterator, look)).reverse()).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("counts the memory that it uses, and little of it when empty", () => {
    const table = new Memtable();
    expect(table.size).toBe(0);
    add(table, 1, new Uint8Array(10), new Uint8Array(1_000));
    expect(table.size).toBeGreaterThan(1_010);
    expect(table.size).toBeLessThan(1_200);
    expect([table.smallestSequence, table.largestSequence]).toEqual([1, 1]);
  });
});
