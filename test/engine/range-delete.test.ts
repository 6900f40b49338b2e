import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { type Database, type EngineOptions, openDatabase, WriteBatch } from "../../engine/index.ts";
import { type RangeTombstone, RangeTombstoneList, RangeTombstones } from "../../engine/range-tombstones.ts";
import { bytes, text, TINY } from "./support/bytes.ts";
import { contentOf } from "./support/ledger.ts";
import { MemoryDisk } from "./support/memory-disk.ts";
import { MemoryHost } from "./support/memory-host.ts";

const key = fc.nat(12).map((n) => bytes(String.fromCharCode(97 + n)));
const tombstone = fc.record({ from: key, to: key, sequence: fc.integer({ min: 1, max: 30 }) });

function naiveCover(tombstones: readonly RangeTombstone[], k: string, limit: number): number {
  const covering = tombstones.filter(
    ({ from, to, sequence }) => (text(from) as string) <= k && k < (text(to) as string) && sequence <= limit,
  );
  return Math.max(0, ...covering.map(({ sequence }) => sequence));
}

describe("range tombstones", () => {
  const list = fc.uniqueArray(tombstone, { selector: ({ sequence }) => sequence, maxLength: 30 });

  it("find the newest that covers a key, as a search through all does", () => {
    fc.assert(
      fc.property(list, fc.nat(31), (tombstones, limit) => {
        const fragments = new RangeTombstones(tombstones);
        const growing = new RangeTombstoneList();
        for (const [i, each] of tombstones.entries()) {
          growing.add(each);
          const k = bytes("e");
          expect(growing.cover(k, 0, 1, limit)).toBe(naiveCover(tombstones.slice(0, i + 1), "e", limit));
        }
        for (let n = 0; n < 14; n++) {
          const k = String.fromCharCode(97 + n);
          expect(fragments.cover(bytes(`.${k}.`), 1, 2, limit)).toBe(naiveCover(tombstones, k, limit));
          expect(growing.cover(bytes(k), 0, 1, limit)).toBe(naiveCover(tombstones, k, limit));
        }
      }),
    );
  });

  it("say the same when they are cut in two, and are no more than before when whole", () => {
    fc.assert(
      fc.property(list, key, (tombstones, cut) => {
        const whole = new RangeTombstones(tombstones);
        const pieces = whole.within();
        expect(pieces.length).toBe(
          tombstones.filter(({ from, to }) => (text(from) as string) < (text(to) as string)).length,
        );
        const halves = [whole.within(undefined, cut), whole.within(cut)];
        for (const [i, half] of halves.entries()) {
          for (let n = 0; n < 14; n++) {
            const k = String.fromCharCode(97 + n);
            const inside = i === 0 ? k < (text(cut) as string) : k >= (text(cut) as string);
            expect(naiveCover(half, k, 31)).toBe(inside ? naiveCover(tombstones, k, 31) : 0);
          }
        }
      }),
    );
  });
});

describe("deleteRange", () => {
  let disk: MemoryDisk;

  beforeEach(() => {
    disk = new MemoryDisk();
  });

  const open = (options: Partial<EngineOptions> = TINY): Promise<Database> => {
    const fs = disk.mount();
    return openDatabase({ host: new MemoryHost(fs, 1), fs, directory: "/db", options });
  };
  const fill = async (database: Database, value: string): Promise<void> => {
    for (let i = 10; i < 60; i++) await database.put(bytes(`k${i}`), bytes(value.padEnd(30)));
  };
  const keysOf = async (database: Database): Promise<string[]> => [...(await contentOf(database)).keys()];
  const expected = (without: (i: number) => boolean): string[] =>
    [...Array(50).keys()]
      .map((i) => i + 10)
      .filter((i) => !without(i))
      .map((i) => `k${i}`);

  it("removes from one key to before another, and takes its turn within a batch", async () => {
    const database = await open();
    await fill(database, "a");
    const batch = new WriteBatch()
      .put(bytes("k20"), bytes("before"))
      .deleteRange(bytes("k20"), bytes("k30"))
      .put(bytes("k25"), bytes("after"));
    expect(batch.operations()[1]).toEqual({ type: "deleteRange", from: bytes("k20"), to: bytes("k30") });
    expect(await database.write(batch)).toBe(53);
    expect(await keysOf(database)).toEqual(expected((i) => i >= 20 && i < 30 && i !== 25));
    expect(text(await database.get(bytes("k25")))).toBe("after");
    expect(await database.get(bytes("k20"))).toBeUndefined();
    expect(text(await database.get(bytes("k30")))).toBeDefined();
    await expect(database.deleteRange(bytes("b"), bytes("b"))).rejects.toThrow(RangeError);
    expect(() => new WriteBatch().deleteRange(bytes("b"), bytes("a"))).toThrow(RangeError);
    await database.close();
  });

  it("survives kill, flush and compaction, and costs nothing once all it hid is gone", async () => {
    let database = await open();
    await fill(database, "a");
    await database.compactRange();
    await database.deleteRange(bytes("k15"), bytes("k50"), { sync: true });
    disk.powerLoss();
    database = await open();
    const left = expected((i) => i >= 15 && i < 50);
    expect(await keysOf(database)).toEqual(left);
    expect(database.version.files().some((file) => file.rangeDeletions > 0)).toBe(true);
    await database.verify();
    await database.compactRange();
    expect(await keysOf(database)).toEqual(left);
    expect(database.version.files().some((file) => file.rangeDeletions > 0)).toBe(false);
    expect(database.version.files().reduce((sum, file) => sum + file.entries, 0)).toBe(left.length);
    await database.deleteRange(bytes(""), bytes("z"));
    await database.compactRange();
    expect(database.version.files()).toEqual([]);
    await database.close();
  });

  it("goes down as a table of its own, over what it hides below", async () => {
    const options = { ...TINY, level0CompactionTrigger: 2, level1Bytes: 1_000_000 };
    const database = await open(options);
    await fill(database, "a");
    await database.flush();
    await database.settled();
    for (let level = 0; level < 2; level++) await database.compactRange();
    const deepest = database.version.levels.findLastIndex((files) => files.length > 0);
    expect(deepest).toBeGreaterThanOrEqual(1);
    const snapshot = database.snapshot();
    // Two flushes make level 0 full, and nothing but range deletes is in them.
    await database.deleteRange(bytes("k10"), bytes("k40"));
    await database.flush();
    await database.deleteRange(bytes("k35"), bytes("k55"));
    await database.flush();
    await database.settled();
    expect(database.version.level(0)).toEqual([]);
    expect(await keysOf(database)).toEqual(expected((i) => i < 55));
    expect(await database.get(bytes("k12"))).toBeUndefined();
    expect(text(await database.get(bytes("k12"), { snapshot }))).toBe("a".padEnd(30));
    await database.verify();
    snapshot.release();
    await database.compactRange();
    expect(await keysOf(database)).toEqual(expected((i) => i < 55));
    await database.close();
  });

  it("leaves every snapshot what it saw, between two range deletes too", async () => {
    const database = await open();
    const snapshots = [];
    for (const value of ["a", "b", "c"]) {
      await fill(database, value);
      snapshots.push(database.snapshot());
      await database.deleteRange(bytes("k20"), bytes("k40"));
      snapshots.push(database.snapshot());
      await database.compactRange();
    }
    for (const [i, snapshot] of snapshots.entries()) {
      const value = await database.get(bytes("k30"), { snapshot });
      expect(text(value)).toBe(i % 2 === 0 ? "abc"[i / 2]?.padEnd(30) : undefined);
      const iterator = database.iterator({ snapshot });
      expect((await iterator.take(100)).length).toBe(i % 2 === 0 ? 50 : 30);
      iterator.close();
      snapshot.release();
    }
    await database.verify();
    await database.close();
  });

  it("may cover more than fits a table: every table has its part", async () => {
    const database = await open({ ...TINY, tableBytes: 200 });
    await fill(database, "a");
    await database.compactRange();
    const snapshot = database.snapshot();
    await database.deleteRange(bytes("k00"), bytes("k99"));
    await fill(database, "b");
    await database.compactRange();
    const parts = database.version.files().filter((file) => file.rangeDeletions > 0);
    expect(parts.length).toBeGreaterThan(3);
    await database.verify();
    const iterator = database.iterator({ snapshot });
    expect((await iterator.take(100)).map(([, value]) => text(value)?.trim())).toEqual(Array(50).fill("a"));
    iterator.close();
    expect([...(await contentOf(database)).values()].map((value) => value.trim())).toEqual(Array(50).fill("b"));
    snapshot.release();
    await database.close();
  });
});
