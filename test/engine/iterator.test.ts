import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Database, type IteratorOptions, openDatabase } from "../../engine/index.ts";
import { bytes, text, TINY } from "./support/bytes.ts";
import { DISKS } from "./support/disks.ts";

const key = fc.nat(30).map((n) => `k${String(n).padStart(2, "0")}`);

const write = fc.record({ key, remove: fc.boolean(), padding: fc.nat(40) });

const step = fc.oneof(
  fc.record({ move: fc.constantFrom("next", "previous"), key: fc.constant("") }),
  fc.record({ move: fc.constantFrom("first", "last"), key: fc.constant("") }),
  fc.record({ move: fc.constant("seek"), key }),
);

const bounds = fc.record({ gte: key, gt: key, lt: key, lte: key, reverse: fc.boolean() }, { requiredKeys: [] });

/** The same walk over a sorted list. */
class Oracle {
  private readonly entries: readonly (readonly [string, string])[];
  private at: number | undefined;

  constructor(content: ReadonlyMap<string, string>, b: { gte?: string; gt?: string; lt?: string; lte?: string }) {
    // Of two lower or upper bounds the inclusive one counts for `gte` and `gt` walks alike: both must hold.
    this.entries = [...content]
      .filter(([k]) => (b.gte === undefined || k >= b.gte) && (b.gt === undefined || k > b.gt))
      .filter(([k]) => (b.lt === undefined || k < b.lt) && (b.lte === undefined || k <= b.lte))
      .sort(([a], [c]) => (a < c ? -1 : 1));
  }

  move(move: string, key: string): void {
    const { entries, at } = this;
    if (move === "first" || (move === "next" && at === undefined)) this.at = 0;
    else if (move === "last" || (move === "previous" && at === undefined)) this.at = entries.length - 1;
    else if (move === "seek") this.at = entries.findIndex(([k]) => k >= key);
    else if (entries[at as number] !== undefined) this.at = (at as number) + (move === "next" ? 1 : -1);
  }

  get current(): readonly [string, string] | undefined {
    return this.at === undefined ? undefined : this.entries[this.at];
  }

  get rest(): readonly (readonly [string, string])[] {
    return this.entries;
  }
}

function encoded(b: { gte?: string; gt?: string; lt?: string; lte?: string; reverse?: boolean }): IteratorOptions {
  return {
    ...(b.gte === undefined ? {} : { gte: bytes(b.gte) }),
    ...(b.gt === undefined ? {} : { gt: bytes(b.gt) }),
    ...(b.lt === undefined ? {} : { lt: bytes(b.lt) }),
    ...(b.lte === undefined ? {} : { lte: bytes(b.lte) }),
    ...(b.reverse === undefined ? {} : { reverse: b.reverse }),
  };
}

describe.each(DISKS)("iterator on a disk: $name", (provider) => {
  const runs = provider.name === "memory" ? 120 : 12;

  const withDatabase = async (run: (database: Database) => Promise<void>): Promise<void> => {
    const disk = provider.create();
    const { host, fs } = await disk.restart();
    const database = await openDatabase({ host, fs, directory: "/db", options: { ...TINY, writeBufferBytes: 500 } });
    try {
      await run(database);
    } finally {
      await database.close();
      await disk.dispose();
    }
  };

  const fill = async (database: Database, writes: readonly { key: string; remove: boolean; padding: number }[]) => {
    const content = new Map<string, string>();
    for (const [i, each] of writes.entries()) {
      if (each.remove && i % 3 === 0) {
        await database.delete(bytes(each.key));
        content.delete(each.key);
      } else {
        const value = `${i}${"x".repeat(each.padding)}`;
        await database.put(bytes(each.key), bytes(value));
        content.set(each.key, value);
      }
    }
    return content;
  };

  it("walks as over a sorted list, in any direction, within any bounds, whatever is written meanwhile", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(write, { maxLength: 150, size: "max" }),
        fc.array(step, { maxLength: 60, size: "max" }),
        bounds,
        async (writes, steps, b) => {
          await withDatabase(async (database) => {
            const content = await fill(database, writes);
            const oracle = new Oracle(content, b);
            const iterator = database.iterator(encoded(b));
            for (const [i, { move, key: target }] of steps.entries()) {
              if (i % 7 === 3) await database.put(bytes(`k${i}`), bytes("later".repeat(9)));
              oracle.move(move, target);
              const valid = await (move === "seek" ? iterator.seek(bytes(target)) : iterator[move]());
              expect(valid).toBe(oracle.current !== undefined);
              if (valid) expect([text(iterator.key), text(iterator.value)]).toEqual(oracle.current);
              // Past either end a walk is over; the two ends are not told apart.
              if (!valid) break;
            }
            iterator.close();
          });
        },
      ),
      { numRuns: runs },
    );
  });

  it("gives all entries by for await and in batches, in both directions", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 120, size: "max" }), bounds, async (writes, b) => {
        await withDatabase(async (database) => {
          const content = await fill(database, writes);
          const expected = [...new Oracle(content, b).rest];
          if (b.reverse === true) expected.reverse();
          const found: (readonly [string | undefined, string | undefined])[] = [];
          for await (const [k, v] of database.iterator(encoded(b))) found.push([text(k), text(v)]);
          expect(found).toEqual(expected);
          const iterator = database.iterator(encoded(b));
          const taken = [...(await iterator.take(3)), ...(await iterator.take(1_000))];
          expect(taken.map(([k, v]) => [text(k), text(v)])).toEqual(expected);
          iterator.close();
        });
      }),
      { numRuns: runs },
    );
  });
});
