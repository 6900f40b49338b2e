import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BlockCache } from "../../engine/block-cache.ts";
import { bloomMayContain, BloomFilterBuilder } from "../../engine/bloom-filter.ts";
import { EngineContext } from "../../engine/context.ts";
import { compareBytes, CorruptionError, defaultEngineParts, UnsupportedFormatError } from "../../engine/index.ts";
import { Entry, EntryType, MAX_SEQUENCE } from "../../engine/internal-key.ts";
import { resolveOptions } from "../../engine/options.ts";
import { putFixed32 } from "../../engine/coding.ts";
import { crc32c, maskCrc } from "../../engine/crc32c.ts";
import { FOOTER_BYTES } from "../../engine/table-format.ts";
import { Table } from "../../engine/table.ts";
import { TableBuilder } from "../../engine/table-builder.ts";
import { TableFile } from "../../engine/table-file.ts";
import { SequentialTableIterator, TableIterator } from "../../engine/table-iterator.ts";
import { OpenFlag } from "../../host/file-system.ts";
import { bytes, TINY } from "./support/bytes.ts";
import { MemoryDisk } from "./support/memory-disk.ts";
import { MemoryHost } from "./support/memory-host.ts";
import { walkBackwards, walkForwards } from "./support/walk.ts";

interface Row {
  readonly key: Uint8Array;
  readonly sequence: number;
  readonly value: Uint8Array | undefined;
}

function contextOn(disk: MemoryDisk): EngineContext {
  const fs = disk.mount();
  return new EngineContext(new MemoryHost(fs, 1), fs, "/", resolveOptions(TINY), defaultEngineParts);
}

async function build(context: EngineContext, rows: readonly Row[], number = 5): Promise<TableFile> {
  const handle = await context.fs.open(context.path("000005.sst"), OpenFlag.WRITE | OpenFlag.CREATE);
  const builder = new TableBuilder(context, number, handle);
  for (const { key, sequence, value } of rows) {
    const entry = new Entry(key);
    entry.keyEnd = key.length;
    entry.sequence = sequence;
    entry.type = value === undefined ? EntryType.DELETION : EntryType.VALUE;
    entry.valueData = value ?? key;
    entry.valueEnd = value?.length ?? 0;
    await builder.add(entry);
  }
  return new TableFile(await builder.finish());
}

async function openTable(context: EngineContext, file: TableFile, cacheBytes = 1_000): Promise<Table> {
  const handle = await context.fs.open(context.path(file.name), OpenFlag.READ);
  const table = new Table(context, file, handle, new BlockCache(cacheBytes));
  await table.load();
  return table;
}

const rows = fc
  .uniqueArray(
    fc.record({
      key: fc.uint8Array({ maxLength: 12, max: 5 }),
      sequence: fc.integer({ min: 1, max: 2 ** 50 }),
      value: fc.option(fc.uint8Array({ maxLength: 60 }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 120, selector: ({ key, sequence }) => `${key.join()} ${sequence}` },
  )
  .map((list) => list.sort((a, b) => compareBytes(a.key, b.key) || b.sequence - a.sequence));

describe("table", () => {
  it("gives back its entries: by key as of any sequence number, and in order, both ways", async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom(0, 300, 100_000), async (list, cacheBytes) => {
        const context = contextOn(new MemoryDisk());
        const file = await build(context, list);
        expect(file).toMatchObject({
          entries: list.length,
          deletions: list.filter(({ value }) => value === undefined).length,
          smallestSequence: Math.min(...list.map(({ sequence }) => sequence)),
          largestSequence: Math.max(...list.map(({ sequence }) => sequence)),
        });
        expect(file.smallest.userKey).toEqual(list[0]?.key);
        expect(file.largest.userKey).toEqual(list.at(-1)?.key);
        const table = await openTable(context, file, cacheBytes);
        for (const { key, sequence, value } of list) {
          expect(await table.get(key, sequence)).toEqual(value ?? null);
          const older = list.find((row) => compareBytes(row.key, key) === 0 && row.sequence < sequence);
          expect(await table.get(key, sequence - 1)).toEqual(older === undefined ? undefined : (older.value ?? null));
        }
        const absent = new Uint8Array([9, 9]);
        expect(await table.get(absent, MAX_SEQUENCE)).toBeUndefined();

        for (const make of [
          (pinned: Table) => new TableIterator(pinned),
          (pinned: Table) => new SequentialTableIterator(pinned, 256),
        ]) {
          table.pin();
          const iterator = make(table);
          expect(await walkForwards(iterator, rowOf)).toEqual(list);
          expect((await walkBackwards(iterator, rowOf)).reverse()).toEqual(list);
          for (const { key, sequence } of list.slice(0, 10)) {
            await iterator.seek(key, sequence);
            expect(rowOf(iterator.entry)).toMatchObject({ key, sequence });
          }
          await iterator.seek(new Uint8Array([255]), 0);
          expect(iterator.valid).toBe(false);
          iterator.close();
        }
        await table.close();
      }),
      { numRuns: 80 },
    );
  });

  it("is not taken for another table, nor for one in a newer format", async () => {
    const row = { key: bytes("a"), sequence: 1, value: bytes("b") };
    const disk = new MemoryDisk();
    const context = contextOn(disk);
    const file = await build(context, [row]);
    const whole = disk.contentOf("/000005.sst");

    await build(contextOn(disk), [row], 6);
    await expect(openTable(context, file)).rejects.toThrow("holds table 6");

    disk.damage("/000005.sst", () => {
      const newer = whole.slice();
      const footer = newer.length - FOOTER_BYTES;
      putFixed32(newer, footer + 52, 2);
      putFixed32(newer, footer + 56, maskCrc(crc32c(newer, footer, footer + 56)));
      return newer;
    });
    await expect(openTable(context, file)).rejects.toThrow(UnsupportedFormatError);

    for (const length of [whole.length - 1, FOOTER_BYTES - 1, 0]) {
      disk.damage("/000005.sst", () => whole.slice(0, length));
      await expect(openTable(context, file)).rejects.toThrow(CorruptionError);
    }
  });

  it("closes its file only when its last reader has gone", async () => {
    const disk = new MemoryDisk();
    const context = contextOn(disk);
    const file = await build(context, [{ key: bytes("a"), sequence: 1, value: bytes("b") }]);
    const table = await openTable(context, file, 0);
    table.pin();
    const iterator = new TableIterator(table);
    const closes = disk.count("close");
    const closing = table.close();
    await iterator.first();
    expect(iterator.valid).toBe(true);
    expect(disk.count("close")).toBe(closes);
    iterator.close();
    await closing;
    expect(disk.count("close")).toBe(closes + 1);
  });
});

function rowOf(entry: Entry): Row {
  const value = entry.type === EntryType.DELETION ? undefined : entry.copyValue();
  return { key: entry.copyKey(), sequence: entry.sequence, value };
}

describe("Bloom filter", () => {
  it("admits every key that it was built of, and about one in a hundred others", () => {
    const builder = new BloomFilterBuilder(10);
    const key = (i: number): Uint8Array => bytes(`key ${i * 7}`);
    for (let i = 0; i < 10_000; i++) builder.add(key(i), 0, key(i).length);
    const filter = builder.finish();
    expect(filter.length).toBeLessThan(12_600);
    for (let i = 0; i < 10_000; i++) expect(bloomMayContain(filter, key(i))).toBe(true);
    let admitted = 0;
    for (let i = 0; i < 10_000; i++) if (bloomMayContain(filter, bytes(`other ${i}`))) admitted++;
    expect(admitted).toBeLessThan(200);
  });
});

describe("block cache", () => {
  it("keeps within its bytes, and gives up what was not used for longest", async () => {
    const context = contextOn(new MemoryDisk());
    const list = Array.from({ length: 60 }, (_, i) => ({
      key: bytes(`key${String(i).padStart(3, "0")}`),
      sequence: 1,
      value: new Uint8Array(50),
    }));
    const file = await build(context, list);
    const table = await openTable(context, file, 600);
    const hot = list[0]?.key as Uint8Array;
    for (const { key } of list) {
      await table.get(key, 1);
      await table.get(hot, 1);
    }
    expect(table.get(hot, 1)).not.toBeInstanceOf(Promise);
    expect(table.get(list[30]?.key as Uint8Array, 1)).toBeInstanceOf(Promise);
    expect(
      [...Array(table.index.blockCount).keys()].filter((i) => table.cachedBlock(i) !== undefined).length,
    ).toBeLessThan(5);
    await table.close();
  });
});
