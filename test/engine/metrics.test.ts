import { describe, expect, it } from "vitest";
import { openDatabase } from "../../engine/index.ts";
import { bytes, TINY } from "./support/bytes.ts";
import { MemoryDisk } from "./support/memory-disk.ts";
import { MemoryHost } from "./support/memory-host.ts";

describe("metrics", () => {
  it("say how the database is and what it did", async () => {
    const disk = new MemoryDisk();
    const fs = disk.mount();
    const host = new MemoryHost(fs, 1);
    const options = { ...TINY, slowdownDelay: 0, bloomBitsPerKey: 10, maxOpenTables: 100 };
    const database = await openDatabase({ host, fs, directory: "/db", options });
    expect(database.metrics()).toMatchObject({
      writeAmplification: 0,
      readAmplification: 0,
      spaceAmplification: 0,
      changes: 0,
      groupSize: 0,
    });
    await Promise.all(
      [...Array(40).keys()].map((i) => database.put(bytes(`k${i}`), bytes("v".repeat(60)), { sync: i % 20 === 0 })),
    );
    const early = database.metrics();
    expect(early.changes).toBe(40);
    expect(early.groupSize).toBeGreaterThan(1);
    expect(early.logSyncs).toBeGreaterThanOrEqual(1);
    expect(early.memtableBytes + early.immutableBytes).toBeGreaterThan(0);
    for (let i = 0; i < 200; i++) await database.put(bytes(`k${i % 50}`), bytes("v".repeat(60)));
    const snapshot = database.snapshot();
    await database.compactRange();
    await database.settled();
    const { levels, ...written } = database.metrics();
    expect(levels.map(({ files }) => files)).toEqual(levels.map((_, level) => database.version.level(level).length));
    const stored = database.version.files().reduce((sum, file) => sum + file.size, 0);
    expect(levels.reduce((sum, { bytes: each }) => sum + each, 0)).toBe(stored);
    expect(written.writtenBytes).toBeGreaterThan(240 * 62);
    expect(written.writeAmplification).toBeGreaterThan(2);
    expect(written.spaceAmplification).toBeGreaterThanOrEqual(1);
    expect(written.flushes).toBe(host.events.filter(({ kind }) => kind === "flush-finished").length);
    expect(written.compactions + written.movedTables).toBe(
      host.events.filter(({ kind }) => kind === "compaction-finished").length,
    );
    expect(levels.reduce((sum, each) => sum + each.compactionBytesWritten, 0)).toBeGreaterThan(0);
    expect(written.snapshots).toBe(1);
    const stalls = host.events.filter(({ kind }) => kind === "write-stall");
    expect(Object.values(written.stalls).reduce((sum, { count }) => sum + count, 0)).toBe(stalls.length);
    snapshot.release();

    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 50; i++) await database.get(bytes(`k${i}`));
      for (let i = 0; i < 50; i++) await database.get(bytes(`k${i}x`));
    }
    const read = database.metrics();
    expect(read.gets).toBe(200);
    expect(read.readAmplification).toBeGreaterThan(0);
    expect(read.filter.useful).toBeGreaterThan(50);
    expect(read.filter.falsePositives).toBeLessThan(10);
    expect(read.blockCache.hits).toBeGreaterThan(0);
    expect(read.blockCache.misses).toBeGreaterThan(0);
    expect(read.blockCache.bytes).toBeLessThanOrEqual(2_048);
    expect(read.blockBytesRead).toBeGreaterThan(read.blockCache.misses);
    expect(read.tableCache.open).toBe(database.version.files().length);

    // Files are kept while they are verified.
    const verifying = database.verify();
    await database.put(bytes("k"), bytes("w"));
    await database.flush();
    expect(database.metrics().obsoleteFiles).toBeGreaterThan(0);
    await verifying;
    await database.settled();
    await database.close();
  });
});
