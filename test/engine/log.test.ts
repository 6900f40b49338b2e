import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CorruptionError } from "../../engine/index.ts";
import { LOG_BLOCK_BYTES, LOG_HEADER_BYTES } from "../../engine/log-format.ts";
import { LogReader, type LogTail } from "../../engine/log-reader.ts";
import { LogWriter } from "../../engine/log-writer.ts";
import { OpenFlag } from "../../host/file-system.ts";
import { sameBytes } from "./support/bytes.ts";
import { MemoryDisk } from "./support/memory-disk.ts";

const PATH = "/log";
const SECTOR_BYTES = 512;

async function writer(disk: MemoryDisk, number = 7): Promise<LogWriter> {
  const handle = await disk.mount().open(PATH, OpenFlag.WRITE | OpenFlag.CREATE);
  return new LogWriter(handle, "log", number);
}

async function reader(disk: MemoryDisk, tail: LogTail, number = 7): Promise<LogReader> {
  return new LogReader(await disk.mount().open(PATH, OpenFlag.READ), "log", number, tail);
}

async function readAll(source: LogReader): Promise<Uint8Array[]> {
  const records: Uint8Array[] = [];
  for (let record = await source.next(); record !== undefined; record = await source.next())
    records.push(record.slice());
  return records;
}

function record(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (seed * 31 + i * 7) & 0xff;
  return bytes;
}

/** Sizes around every edge: empty, small, exactly filling a block, leaving less than a header, spanning blocks. */
const sizes = fc.oneof(
  fc.nat(300),
  fc.integer({ min: LOG_BLOCK_BYTES - 3 * LOG_HEADER_BYTES, max: LOG_BLOCK_BYTES + 10 }),
  fc.integer({ min: 60_000, max: 100_000 }),
);

describe("log", () => {
  it("gives back the records of any sizes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sizes, { maxLength: 12 }), async (lengths) => {
        const disk = new MemoryDisk();
        const log = await writer(disk);
        const written = lengths.map((length, i) => record(length, i));
        for (const each of written) await log.append(each);
        expect(log.offset).toBe(disk.contentOf(PATH).length);
        expect(sameBytes(await readAll(await reader(disk, "complete")), written)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("reads a prefix of the records when the un-synced end is torn in any way", async () => {
    const damage = fc.record({
      cut: fc.double({ min: 0, max: 1, noNaN: true }),
      holes: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
      sectors: fc.constantFrom(1, 8),
      garbage: fc.nat(255),
    });
    let torn = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(sizes, { minLength: 1, maxLength: 10 }), fc.nat(10), damage, async (lengths, at, d) => {
        const disk = new MemoryDisk();
        const log = await writer(disk);
        const written = lengths.map((length, i) => record(length, i));
        const syncedCount = Math.min(at, written.length);
        for (const [i, each] of written.entries()) {
          if (i === syncedCount) await log.sync();
          await log.append(each);
        }
        const synced = log.syncedOffset;
        disk.damage(PATH, (content) => {
          const end = synced + Math.floor((content.length - synced) * d.cut);
          const result = content.slice(0, d.holes.length > 0 ? content.length : end);
          for (const hole of d.holes) {
            const sector = Math.floor((synced + Math.floor((content.length - synced) * hole)) / SECTOR_BYTES);
            result.fill(d.garbage, Math.max(synced, sector * SECTOR_BYTES), (sector + d.sectors) * SECTOR_BYTES);
          }
          return result;
        });
        const source = await reader(disk, "torn");
        const found = await readAll(source);
        expect(found.length).toBeGreaterThanOrEqual(syncedCount === written.length ? 0 : syncedCount);
        expect(sameBytes(found, written.slice(0, found.length))).toBe(true);
        if (found.length < written.length) torn++;
      }),
      { numRuns: 150 },
    );
    expect(torn).toBeGreaterThan(50);
  });

  it.each([
    ["below a synced offset", true],
    ["of a log at rest, its last record included,", false],
  ])("calls any flipped bit %s corruption, and names file and offset", async (_where, goesOn) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.nat(200), fc.constant(40_000)), { minLength: 1, maxLength: 6 }),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        fc.nat(7),
        async (lengths, where, bit) => {
          const disk = new MemoryDisk();
          const log = await writer(disk);
          for (const [i, length] of lengths.entries()) await log.append(record(length, i));
          await log.sync();
          const synced = log.syncedOffset;
          if (goesOn) await log.append(record(20, 99));
          const offset = Math.floor(synced * where);
          // The zeros that close a block carry nothing.
          if (LOG_BLOCK_BYTES - (offset % LOG_BLOCK_BYTES) < LOG_HEADER_BYTES) return;
          disk.damage(PATH, (content) => {
            content[offset] = (content[offset] as number) ^ (1 << bit);
            return content;
          });
          const error = await readAll(await reader(disk, "torn")).then(
            () => undefined,
            (thrown: unknown) => thrown,
          );
          expect(error).toBeInstanceOf(CorruptionError);
          expect((error as CorruptionError).file).toBe("log");
          expect((error as CorruptionError).offset).toBeLessThanOrEqual(offset);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("calls a torn end of a log that has a successor corruption", async () => {
    const disk = new MemoryDisk();
    const log = await writer(disk);
    await log.append(record(100, 1));
    disk.damage(PATH, (content) => content.slice(0, -1));
    await expect(readAll(await reader(disk, "complete"))).rejects.toThrow(CorruptionError);
    expect(await readAll(await reader(disk, "torn"))).toEqual([]);
  });

  it("ends before blocks of another log in a recycled file", async () => {
    const disk = new MemoryDisk();
    const old = await writer(disk, 6);
    for (let i = 0; i < 5; i++) await old.append(record(90, i));
    const log = await writer(disk, 7);
    await log.append(record(90, 50));
    const source = await reader(disk, "torn");
    expect(await readAll(source)).toEqual([record(90, 50)]);
    expect(source.tornAt).toBe(log.offset);
  });

  it("is not deceived by a copy of a record at another place", async () => {
    const disk = new MemoryDisk();
    const log = await writer(disk);
    await log.append(record(50, 1));
    await log.sync();
    await log.append(record(50, 2));
    const copy = disk.contentOf(PATH).slice(LOG_HEADER_BYTES + 50);
    await log.append(copy);
    const whole = disk.contentOf(PATH);
    disk.damage(PATH, (content) => {
      // The second record is damaged; the only thing behind it that claims a sync beyond it would be the copy.
      content[LOG_HEADER_BYTES + 60] = 0xff;
      return content;
    });
    expect(await readAll(await reader(disk, "torn"))).toEqual([record(50, 1)]);
    disk.damage(PATH, () => new Uint8Array([...whole, ...copy]));
    expect(await readAll(await reader(disk, "torn"))).toHaveLength(3);
  });

  it("lets a follower read on as a log grows, and takes a torn end for 'not yet'", async () => {
    const source = new MemoryDisk();
    const log = await writer(source);
    const written = Array.from({ length: 8 }, (_, i) => record(i === 4 ? 70_000 : 20 * i, i));
    for (const [i, each] of written.entries()) {
      await log.append(each);
      if (i % 3 === 0) await log.sync();
    }
    const whole = source.contentOf(PATH);
    const disk = new MemoryDisk();
    await (await disk.mount().open(PATH, OpenFlag.WRITE | OpenFlag.CREATE)).close();
    const follower = await reader(disk, "growing");
    const found: Uint8Array[] = [];
    for (let length = 0; length <= whole.length; length += 997) {
      disk.damage(PATH, () => whole.slice(0, length));
      found.push(...(await readAll(follower)));
    }
    disk.damage(PATH, () => whole);
    found.push(...(await readAll(follower)));
    expect(sameBytes(found, written)).toBe(true);
  });

  it("tells a follower of corruption, and reads on when the bytes were only stale", async () => {
    const disk = new MemoryDisk();
    const log = await writer(disk);
    await log.append(record(30, 1));
    await log.sync();
    await log.append(record(30, 2));
    const whole = disk.contentOf(PATH);
    disk.damage(PATH, (content) => content.fill(0, 0, 20));
    const follower = await reader(disk, "growing");
    await expect(follower.next()).rejects.toThrow(CorruptionError);
    disk.damage(PATH, () => whole);
    expect(await readAll(follower)).toEqual([record(30, 1), record(30, 2)]);
  });

  it("never appends or syncs again after a failure", async () => {
    const disk = new MemoryDisk();
    const log = await writer(disk);
    await log.append(record(30, 1));
    const failure = new Error("EIO");
    disk.onCall = ({ operation }) => {
      if (operation === "sync") throw failure;
    };
    await expect(log.sync()).rejects.toBe(failure);
    disk.onCall = () => {};
    await expect(log.sync()).rejects.toBe(failure);
    await expect(log.append(record(1, 1))).rejects.toBe(failure);
    expect(disk.count("sync")).toBe(1);
  });
});
