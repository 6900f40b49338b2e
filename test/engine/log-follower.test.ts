import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  CorruptionError,
  type Database,
  defaultEngineParts,
  type EngineOptions,
  type EngineParts,
  InvalidOptionError,
  LogMissingError,
  openDatabase,
  openReadOnlyDatabase,
  type ReadOnlyDatabase,
} from "../../engine/index.ts";
import type { FollowLog } from "../../engine/options.ts";
import type { FollowedLogs } from "../../engine/log-follower.ts";
import { bytes, text, TINY } from "./support/bytes.ts";
import { MemoryDisk } from "./support/memory-disk.ts";
import { MemoryHost } from "./support/memory-host.ts";

const DIRECTORY = "/db";

describe("a read-only instance that follows the log", () => {
  let disk: MemoryDisk;
  let primary: Database;

  const open = async (options: Partial<EngineOptions> = TINY, parts: Partial<EngineParts> = {}): Promise<Database> => {
    const fs = disk.mount();
    const settings = { host: new MemoryHost(fs, 1), fs, directory: DIRECTORY, options };
    primary = await openDatabase({ ...settings, parts: { ...defaultEngineParts, ...parts } });
    return primary;
  };
  const follow = (followLog: FollowLog, parts: Partial<EngineParts> = {}): Promise<ReadOnlyDatabase> => {
    const fs = disk.mount();
    return openReadOnlyDatabase({
      host: new MemoryHost(fs, 1),
      fs,
      directory: DIRECTORY,
      options: { ...TINY, followLog },
      parts: { ...defaultEngineParts, ...parts },
    });
  };
  const contentOf = async (database: ReadOnlyDatabase | Database): Promise<(string | undefined)[]> => {
    const iterator = database.iterator();
    const entries = await iterator.take(10_000);
    iterator.close();
    return entries.map(([key, value]) => `${text(key)}=${text(value)}`);
  };
  /** What is there after so many of the writes 1, 2, 3... of {@link writeNext}. */
  const after = (writes: number): string[] => {
    const content = new Map<string, string>();
    for (let i = 1; i <= writes; i++) {
      if (i % 10 === 9) for (const key of [...content.keys()]) if (key >= "k3" && key < "k6") content.delete(key);
      if (i % 10 !== 9) content.set(`k${i % 8}`, `${i}-`.repeat(i % 13));
    }
    return [...content].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}=${value}`);
  };
  const writeNext = (sync = false): Promise<void> => {
    const i = primary.lastSequence + 1;
    if (i % 10 === 9) return primary.deleteRange(bytes("k3"), bytes("k6"), { sync });
    return primary.put(bytes(`k${i % 8}`), bytes(`${i}-`.repeat(i % 13)), { sync });
  };

  beforeEach(() => {
    disk = new MemoryDisk();
  });

  it("sees every write that the log has, or only what the log says is durable", async () => {
    await open({ ...TINY, writeBufferBytes: 100_000 });
    for (let i = 0; i < 5; i++) await writeNext();
    const all = await follow("all");
    const synced = await follow("synced");
    const none = await follow("no");
    expect([all.lastSequence, synced.lastSequence]).toEqual([5, 0]);
    expect(await contentOf(all)).toEqual(after(5));
    expect(await contentOf(synced)).toEqual([]);
    expect(await contentOf(none)).toEqual([]);
    await writeNext(true);
    // The log says how far it was synced with its next record.
    expect(await synced.refresh()).toBe(false);
    await writeNext();
    expect(await synced.refresh()).toBe(true);
    expect(await synced.refresh()).toBe(false);
    expect([synced.lastSequence, await contentOf(synced)]).toEqual([6, after(6)]);
    await all.refresh();
    expect(text(await all.get(bytes("k7")))).toBe("7-".repeat(7));
    await primary.flush();
    await synced.refresh();
    expect([synced.lastSequence, await contentOf(synced)]).toEqual([7, after(7)]);
    for (const reader of [all, synced, none]) await reader.close();
    await primary.close();
    await expect(follow("some" as "all")).rejects.toThrow(InvalidOptionError);
  });

  it("serves a prefix of the writes at any moment, through rotations, flushes, compactions and restarts", async () => {
    const action = fc.constantFrom(
      "write",
      "write",
      "write",
      "write",
      "write",
      "sync",
      "refresh",
      "race",
      "flush",
      "compact",
      "reopen",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 120, size: "max" }), async (actions) => {
        disk = new MemoryDisk();
        await open({ ...TINY, writeBufferBytes: 300 });
        const all = await follow("all");
        const synced = await follow("synced");
        const check = async (): Promise<void> => {
          expect(await contentOf(all)).toEqual(after(all.lastSequence));
          expect(await contentOf(synced)).toEqual(after(synced.lastSequence));
        };
        for (const each of actions) {
          if (each === "write" || each === "sync") await writeNext(each === "sync");
          else if (each === "refresh") {
            // Else tables could go while the readers read them.
            await primary.settled();
            await all.refresh();
            await synced.refresh();
            expect(all.lastSequence).toBe(primary.lastSequence);
            expect(synced.lastSequence).toBeLessThanOrEqual(all.lastSequence);
          } else if (each === "race") {
            const writes = (async () => {
              for (let i = 0; i < 30; i++) await writeNext(i % 4 === 0);
            })();
            // Tables may go while they are read, and logs while they are looked for; refreshing again helps.
            for (const reader of [all, synced]) {
              for (let i = 0; i < 3; i++) await reader.refresh().catch(() => false);
            }
            await writes;
            await primary.settled();
            await all.refresh();
            await synced.refresh();
          } else if (each === "flush") await primary.flush();
          else if (each === "compact") await primary.compactRange();
          else {
            await primary.close();
            await open({ ...TINY, writeBufferBytes: 300 });
          }
          if (each === "compact" || each === "flush" || each === "race") await primary.settled();
          if (each !== "refresh" && each !== "race") continue;
          await check();
        }
        await primary.settled();
        await all.refresh();
        await synced.refresh();
        await check();
        await all.verify();
        await all.close();
        await synced.close();
        await primary.close();
      }),
      { numRuns: Number(process.env["METAMORPHIC_RUNS"] ?? 20) },
    );
  });

  it("serves nothing that a power loss takes back, when it asks for what is synced", async () => {
    let served = 0;
    for (let round = 0; round < 40; round++) {
      disk = new MemoryDisk();
      await open({ ...TINY, writeBufferBytes: 400 });
      const reader = await follow("synced");
      for (let i = 0; i < round; i++) {
        await writeNext((i * 7) % 5 === 0);
        await reader.refresh();
      }
      await primary.settled();
      await reader.refresh();
      const promised = reader.lastSequence;
      served += promised;
      disk.powerLoss();
      await open();
      const found = JSON.stringify(await contentOf(primary));
      let kept = round;
      while (JSON.stringify(after(kept)) !== found && kept >= promised) kept--;
      expect(kept).toBeGreaterThanOrEqual(promised);
      await primary.close();
    }
    expect(served).toBeGreaterThan(200);
  });

  it("reads the manifest again when a log was flushed and deleted in between", async () => {
    await open({ ...TINY, writeBufferBytes: 100_000 });
    let calls = 0;
    let always = false;
    class Late extends defaultEngineParts.LogFollower {
      override async catchUp(first: number, known: FollowedLogs): Promise<FollowedLogs> {
        if (calls++ === 1 || always) {
          await writeNext();
          await primary.flush();
          await primary.settled();
        }
        return super.catchUp(first, known);
      }
    }
    await writeNext();
    const reader = await follow("all", { LogFollower: Late });
    expect(calls).toBe(1);
    await reader.refresh();
    expect(calls).toBe(3);
    expect(await contentOf(reader)).toEqual(after(2));
    always = true;
    await expect(reader.refresh()).rejects.toThrow(LogMissingError);
    expect(await contentOf(reader)).toEqual(after(2));
    always = false;
    await reader.refresh();
    expect(await contentOf(reader)).toEqual(after(primary.lastSequence));
    await reader.close();
    await primary.close();
  });

  it("does not go on with a log while the one before it is not all there", async () => {
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    class Waits extends defaultEngineParts.FlushJob {
      protected override async syncDirectory(): Promise<void> {
        await gate;
        return super.syncDirectory();
      }
    }
    await open({ ...TINY, writeBufferBytes: 300 }, { FlushJob: Waits });
    const logs = (): string[] => disk.namesIn(DIRECTORY).filter((name) => name.endsWith(".log"));
    while (logs().length < 2) await writeNext();
    const path = `${DIRECTORY}/${logs()[0]}`;
    const whole = disk.contentOf(path);
    // What a machine with a stale attribute cache sees of the older log: nothing, some records, part of one.
    const lengths = [...Array(whole.length).keys()].filter((length) => length % 9 === 0);
    for (const length of lengths) {
      disk.damage(path, () => whole.slice(0, length));
      const reader = await follow("all");
      const seen = reader.lastSequence;
      expect(seen).toBeLessThan(primary.lastSequence);
      expect(await contentOf(reader)).toEqual(after(seen));
      disk.damage(path, () => whole);
      await reader.refresh();
      expect(await contentOf(reader)).toEqual(after(primary.lastSequence));
      await reader.close();
    }
    expect(lengths.length).toBeGreaterThan(20);
    release();
    await primary.close();
  });

  it("takes damage below what was synced for corruption, and a torn end for what is still to come", async () => {
    await open({ ...TINY, writeBufferBytes: 100_000 });
    for (let i = 0; i < 6; i++) await writeNext(true);
    const path = `${DIRECTORY}/${disk.namesIn(DIRECTORY).find((name) => name.endsWith(".log"))}`;
    const whole = disk.contentOf(path);
    disk.damage(path, (content) => content.map((byte, at) => (at === 25 ? byte ^ 1 : byte)));
    await expect(follow("all")).rejects.toThrow(CorruptionError);
    disk.damage(path, () => whole.slice(0, -3));
    const reader = await follow("all");
    expect(reader.lastSequence).toBe(5);
    disk.damage(path, () => whole);
    expect(await reader.refresh()).toBe(true);
    expect(await contentOf(reader)).toEqual(after(6));
    const writes = disk.calls.filter(({ operation }) => operation !== "read" && operation !== "stat").length;
    await reader.refresh();
    await reader.close();
    const since = disk.calls.filter(({ operation }) => operation !== "read" && operation !== "stat").slice(writes);
    expect(since.every(({ operation }) => ["open", "readdir", "close"].includes(operation))).toBe(true);
    await primary.close();
  });
});
