import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import {
  LogClosedError,
  LogCorruptionError,
  LogFailedError,
  LogOrderError,
  LogTrimmedError,
} from "../../../topologies/replication/log-errors.ts";
import type { ReplicatedLog } from "../../../topologies/replication/replicated-log.ts";
import { FileSystemError } from "../../../host/file-system-error.ts";
import { DISKS, type TestDisk } from "../../engine/support/disks.ts";
import { MemoryDisk } from "../../engine/support/memory-disk.ts";
import { MemoryHost } from "../../engine/support/memory-host.ts";
import { DIRECTORY, entry, LogModel, openLog, readLog, told } from "./support/logs.ts";

function machineOf(disk: MemoryDisk): { host: MemoryHost; fs: ReturnType<MemoryDisk["mount"]> } {
  const fs = disk.mount();
  return { host: new MemoryHost(fs, 1), fs };
}

async function filled(disk: MemoryDisk, count: number, epoch = 1): Promise<ReplicatedLog> {
  const log = await openLog(machineOf(disk));
  for (let lsn = 1; lsn <= count; lsn++) {
    await log.append([entry(epoch, lsn)]);
    await log.sync();
  }
  return log;
}

function segments(disk: MemoryDisk): string[] {
  return disk.namesIn(DIRECTORY);
}

describe.each(DISKS)("replicated log on a $name", (provider) => {
  const disks: TestDisk[] = [];
  afterEach(async () => {
    for (const disk of disks.splice(0)) await disk.dispose();
  });

  it("does what a list of entries would, through cuts, drops, resets and reopening", async () => {
    const action = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          kind: fc.constant("append"),
          count: fc.integer({ min: 1, max: 4 }),
          size: fc.nat(150),
          raise: fc.nat(5),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constant("sync"),
          count: fc.constant(0),
          size: fc.constant(0),
          raise: fc.constant(0),
        }),
      },
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constantFrom("truncate", "drop", "read", "reset", "reopen"),
          count: fc.nat(12),
          size: fc.nat(80),
          raise: fc.nat(5),
        }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
        const disk = provider.create();
        disks.push(disk);
        const model = new LogModel();
        let log = await openLog(await disk.restart());
        let epoch = 1;
        for (const { kind, count, size, raise } of actions) {
          if (raise === 0) epoch++;
          const { lsn } = model.last;
          switch (kind) {
            case "append": {
              const entries = Array.from({ length: count }, (_, i) => entry(epoch, lsn + 1 + i, "x".repeat(size)));
              model.entries.push(...entries);
              const appending = log.append(entries);
              if (size % 2 === 0) await appending;
              break;
            }
            case "sync":
              await log.sync();
              expect(log.synced).toBe(lsn);
              break;
            case "truncate":
              model.truncateAfter(Math.max(model.base.lsn, lsn - count));
              await log.truncateAfter(model.last.lsn);
              expect(log.synced).toBeGreaterThanOrEqual(Math.min(log.synced, model.last.lsn));
              break;
            case "drop": {
              const limit = model.base.lsn + count;
              await log.dropBefore(limit);
              expect(log.first).toBeLessThanOrEqual(Math.max(limit, model.base.lsn + 1));
              model.drop(model.at(log.base.lsn));
              break;
            }
            case "reset":
              if (count > 3) break;
              model.reset({ epoch, lsn: lsn + size - 40 < 0 ? 0 : lsn + size - 40 });
              await log.reset(model.base);
              break;
            case "read":
              expect(await readLog(log)).toEqual(model.told);
              break;
            case "reopen":
              await log.close();
              log = await openLog(await disk.restart());
              expect(log.synced).toBe(lsn);
              break;
          }
          expect(log.last).toEqual(model.last);
          expect(log.base).toEqual(model.base);
          expect(log.epochs()).toEqual(model.boundaries);
          for (const each of model.entries) expect(log.epochAt(each.lsn)).toBe(each.epoch);
          if (kind === "reopen") expect(await readLog(log)).toEqual(model.told);
        }
        expect(await readLog(log)).toEqual(model.told);
        await log.close();
      }),
      { numRuns: provider.name === "memory" ? 150 : 10 },
    );
  });
});

describe("replicated log", () => {
  it("accepts what continues it, and nothing else", async () => {
    const log = await filled(new MemoryDisk(), 2, 3);
    await expect(log.append([entry(3, 4)])).rejects.toThrow(LogOrderError);
    await expect(log.append([entry(3, 2)])).rejects.toThrow(LogOrderError);
    await expect(log.append([entry(2, 3)])).rejects.toThrow(
      "entry 2/3 does not continue a log that ends at 3/2: it must be entry 3 of an epoch of at least 3",
    );
    await expect(log.append([entry(3, 3), entry(3, 5)])).rejects.toThrow(LogOrderError);
    expect(log.last).toEqual({ epoch: 3, lsn: 2 });
    await log.append([entry(3, 3), entry(7, 4)]);
    expect(log.epochs()).toEqual([
      { epoch: 3, first: 1 },
      { epoch: 7, first: 4 },
    ]);
    expect([log.epochAt(0), log.epochAt(3), log.epochAt(4), log.epochAt(5)]).toEqual([0, 3, 7, undefined]);
  });

  it("shares a sync among those who wait", async () => {
    const disk = new MemoryDisk();
    const log = await filled(disk, 1);
    const before = disk.count("sync", (path) => path.endsWith(".log"));
    const done: number[] = [];
    const writers = Array.from({ length: 20 }, async (_, i) => {
      void log.append([entry(1, i + 2, "")]);
      await log.sync();
      expect(log.synced).toBeGreaterThanOrEqual(i + 2);
      done.push(i);
    });
    await Promise.all(writers);
    expect(done).toEqual(writers.map((_, i) => i));
    // The first comes alone; those who came meanwhile go together, with a rotation at most between them.
    expect(disk.count("sync", (path) => path.endsWith(".log")) - before).toBeLessThanOrEqual(6);
  });

  it("reads recent entries from memory and older ones from the disk, as many as fit", async () => {
    const disk = new MemoryDisk();
    const log = await filled(disk, 60);
    expect((await log.entries(60, { maxBytes: 1_000 })).map(told)).toEqual(["1/60 entry 1/60"]);
    const reads = disk.count("read");
    await log.entries(59, { maxBytes: 1_000 });
    expect(disk.count("read")).toBe(reads);
    expect((await log.entries(1, { maxBytes: 1, to: 5 })).map(told)).toEqual(["1/1 entry 1/1"]);
    expect((await log.entries(2, { maxBytes: 1_000, to: 4 })).map(({ lsn }) => lsn)).toEqual([2, 3, 4]);
    expect(await log.entries(61, { maxBytes: 1 })).toEqual([]);
    expect(await readLog(log)).toHaveLength(60);
  });

  it("names what is no longer there", async () => {
    const disk = new MemoryDisk();
    const log = await filled(disk, 60);
    await log.dropBefore(30);
    expect(log.first).toBeLessThanOrEqual(30);
    expect(log.first).toBeGreaterThan(15);
    expect(log.base).toEqual({ epoch: 1, lsn: log.first - 1 });
    expect(log.epochAt(log.base.lsn)).toBe(1);
    await expect(log.entries(log.base.lsn, { maxBytes: 1 })).rejects.toThrow(LogTrimmedError);
    await expect(log.truncateAfter(log.base.lsn - 1)).rejects.toThrow(LogTrimmedError);
    expect(log.failed).toBe(false);
    expect(await readLog(log)).toHaveLength(60 - log.base.lsn);
  });

  it("keeps what somebody has come to need while it drops", async () => {
    const log = await filled(new MemoryDisk(), 60);
    const before = log.base.lsn;
    let needed = 60;
    const dropping = log.dropBefore(() => needed);
    // By then the first segment is on its way out.
    while (log.base.lsn === before) await Promise.resolve();
    needed = log.base.lsn + 1;
    await dropping;
    expect(log.first).toBe(needed);
  });

  it("reads on while entries are dropped and cut", async () => {
    const log = await filled(new MemoryDisk(), 80);
    const reading = Array.from({ length: 40 }, (_, i) =>
      log.entries(i + 1, { maxBytes: 1_000 }).then(
        (entries) =>
          entries.map(told).forEach((each, at) => expect(each).toBe(`1/${i + 1 + at} entry 1/${i + 1 + at}`)),
        (error: unknown) => expect(error).toBeInstanceOf(LogTrimmedError),
      ),
    );
    const cutting = [log.dropBefore(20), log.truncateAfter(33), log.dropBefore(30)];
    const appended = log.append([entry(2, 34)]);
    await Promise.all([...reading, ...cutting, appended]);
    expect(log.last).toEqual({ epoch: 2, lsn: 34 });
    expect((await readLog(log)).at(-1)).toBe("2/34 entry 2/34");
  });

  it("carries out appends, syncs and cuts in the order in which they were called", async () => {
    const disk = new MemoryDisk();
    const log = await filled(disk, 10);
    const done = [log.append([entry(1, 11)]), log.sync(), log.truncateAfter(5), log.append([entry(4, 6)]), log.sync()];
    await Promise.all(done);
    expect(log.synced).toBe(6);
    expect((await readLog(log, 5)).map((line) => line.split(" ")[0])).toEqual(["1/5", "4/6"]);
    disk.powerLoss();
    expect((await openLog(machineOf(disk))).last).toEqual({ epoch: 4, lsn: 6 });
  });

  it("goes on behind a position after a reset", async () => {
    const disk = new MemoryDisk();
    const log = await filled(disk, 40);
    await log.reset({ epoch: 5, lsn: 100 });
    expect([log.first, log.last, log.base]).toEqual([101, { epoch: 5, lsn: 100 }, { epoch: 5, lsn: 100 }]);
    expect(segments(disk)).toHaveLength(1);
    await log.append([entry(5, 101)]);
    disk.powerLoss();
    const again = await openLog(machineOf(disk));
    expect(again.base).toEqual({ epoch: 5, lsn: 100 });
    await again.reset({ epoch: 5, lsn: 7 });
    await again.append([entry(6, 8)]);
    await again.close();
    expect(await readLog(await openLog(machineOf(disk)))).toEqual(["6/8 entry 6/8"]);
  });

  it("is failed for good after a sync failed", async () => {
    const disk = new MemoryDisk();
    const log = await filled(disk, 3);
    disk.onCall = ({ operation, path }) => {
      if (operation === "sync") throw new FileSystemError("EIO", "fsync", path);
    };
    await log.append([entry(1, 4)]);
    const waiting = [log.sync(), log.append([entry(1, 5)]).then(() => log.sync())];
    for (const each of waiting) await expect(each).rejects.toThrow(LogFailedError);
    disk.onCall = () => {};
    expect(log.failed).toBe(true);
    await expect(log.sync()).rejects.toThrow("takes no entries until it is opened again: EIO");
    await expect(log.append([entry(1, 6)])).rejects.toThrow(LogFailedError);
    await expect(log.truncateAfter(1)).rejects.toThrow(LogFailedError);
    expect(log.synced).toBe(3);
    expect((await readLog(log)).length).toBeGreaterThanOrEqual(4);
    await expect(log.close()).rejects.toThrow(LogFailedError);
    disk.powerLoss();
    expect((await openLog(machineOf(disk))).last.lsn).toBe(3);
  });

  it("fails on a full disk, and cuts off the half record when it is opened again", async () => {
    const disk = new MemoryDisk();
    const log = await filled(disk, 3);
    let writes = 0;
    // The memory disk writes some of a long record at first: the rest finds no room.
    disk.onCall = ({ operation, path }) => {
      if (operation === "write" && ++writes === 2) throw new FileSystemError("ENOSPC", "pwrite", path);
    };
    const outcomes: unknown[] = [];
    for (let lsn = 4; lsn < 10 && !log.failed; lsn++) {
      writes = 0;
      await log.append([entry(1, lsn, "y".repeat(70 + lsn))]).catch((error: unknown) => outcomes.push(error));
    }
    expect(outcomes).toHaveLength(1);
    expect(outcomes[0]).toBeInstanceOf(LogFailedError);
    await expect(log.append([entry(1, 20)])).rejects.toThrow(LogFailedError);
    disk.onCall = () => {};
    await log.close().catch(() => undefined);
    const again = await openLog(machineOf(disk));
    const { lsn } = again.last;
    await again.append([entry(2, lsn + 1)]);
    await again.close();
    const last = await openLog(machineOf(disk));
    expect((await readLog(last)).at(-1)).toBe(`2/${lsn + 1} entry 2/${lsn + 1}`);
    expect((await readLog(last)).slice(0, 3)).toEqual(["1/1 entry 1/1", "1/2 entry 1/2", "1/3 entry 1/3"]);
  });

  it("takes nothing after it was closed", async () => {
    const log = await filled(new MemoryDisk(), 2);
    await log.close();
    await expect(log.append([entry(1, 3)])).rejects.toThrow(LogClosedError);
    await expect(log.entries(1, { maxBytes: 1 })).rejects.toThrow(LogClosedError);
    await log.close();
  });

  it("calls damage below what was synced corruption, and leaves it as it is", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat(7),
        fc.nat(20),
        async (where, bit, which) => {
          const disk = new MemoryDisk();
          await filled(disk, 40);
          disk.powerLoss();
          const names = segments(disk);
          const name = names[which % names.length] as string;
          const path = `${DIRECTORY}/${name}`;
          // Of the newest segment, its last record has nothing behind it that would vouch for it.
          const whole = disk.contentOf(path).length;
          const length = name === names.at(-1) ? whole - 40 : whole;
          const offset = Math.floor(length * where);
          if (length < 40) return;
          disk.damage(path, (content) => {
            content[offset] = (content[offset] as number) ^ (1 << bit);
            return content;
          });
          const damaged = disk.contentOf(path);
          const error = await openLog(machineOf(disk)).catch((thrown: unknown) => thrown);
          expect(error).toBeInstanceOf(LogCorruptionError);
          const { segment, offset: at } = error as LogCorruptionError;
          expect(segment).toBe(name);
          expect(at).toBeLessThanOrEqual(offset);
          expect(disk.contentOf(path)).toEqual(damaged);
          expect(segments(disk)).toEqual(names);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("misses a segment from the middle", async () => {
    const disk = new MemoryDisk();
    await filled(disk, 40);
    const names = segments(disk);
    await disk.mount().unlink(`${DIRECTORY}/${names[1] as string}`);
    const error = await openLog(machineOf(disk)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LogCorruptionError);
    expect((error as LogCorruptionError).segment).toBe(names[0]);
    expect((error as LogCorruptionError).sound?.lsn).toBe(Number(names[1]?.slice(0, 12)) - 1);
  });

  it("tells of damage that a reader meets, and goes on appending", async () => {
    const disk = new MemoryDisk();
    const log = await filled(disk, 40);
    disk.damage(`${DIRECTORY}/${segments(disk)[0] as string}`, (content) => content.fill(0, 60, 80));
    await expect(readLog(log)).rejects.toThrow(LogCorruptionError);
    await log.append([entry(1, 41)]);
    await log.sync();
    expect(log.failed).toBe(false);
  });

  it("does not take what is left of a cut for the continuation", async () => {
    const disk = new MemoryDisk();
    const log = await filled(disk, 5);
    const cut = `${DIRECTORY}/${segments(disk).at(-1) as string}`;
    const before = disk.contentOf(cut);
    await log.truncateAfter(3);
    await log.close();
    // As if the file had never become shorter.
    disk.damage(cut, () => before);
    const again = await openLog(machineOf(disk));
    expect(again.last).toEqual({ epoch: 1, lsn: 3 });
    await again.append([entry(2, 4)]);
    await again.close();
    disk.damage(cut, () => before);
    expect(await readLog(await openLog(machineOf(disk)), 3)).toEqual(["1/3 entry 1/3", "2/4 entry 2/4"]);
  });
});
