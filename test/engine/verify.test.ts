import { beforeEach, describe, expect, it } from "vitest";
import {
  CorruptionError,
  type Database,
  DatabaseClosedError,
  openDatabase,
  openReadOnlyDatabase,
  TableMissingError,
} from "../../engine/index.ts";
import { TableBuilder } from "../../engine/table-builder.ts";
import { defaultEngineParts, type EngineParts } from "../../engine/parts.ts";
import { type TableProperties } from "../../engine/table-file.ts";
import type { Compaction } from "../../engine/compaction.ts";
import { CompactionPicker } from "../../engine/compaction-picker.ts";
import type { Version } from "../../engine/version.ts";
import { bytes, TINY } from "./support/bytes.ts";
import { MemoryDisk } from "./support/memory-disk.ts";
import { MemoryHost } from "./support/memory-host.ts";

const DIRECTORY = "/db";

describe("verification", () => {
  let disk: MemoryDisk;

  beforeEach(() => {
    disk = new MemoryDisk();
  });

  const open = (parts: Partial<EngineParts> = {}): Promise<Database> => {
    const fs = disk.mount();
    const settings = { host: new MemoryHost(fs, 1), fs, directory: DIRECTORY, options: TINY };
    return openDatabase({ ...settings, parts: { ...defaultEngineParts, ...parts } });
  };
  const fill = async (database: Database): Promise<void> => {
    for (let i = 0; i < 300; i++) {
      const key = bytes(`k${(i * 37) % 90}`);
      const sync = i % 40 === 39;
      if (i % 9 === 0) await database.delete(key, { sync });
      else await database.put(key, bytes(`value${i}`.repeat(4)), { sync });
    }
    await database.settled();
    await database.put(bytes("in the log"), bytes("only"));
  };
  const failure = (pending: Promise<unknown>): Promise<unknown> =>
    pending.then(
      () => undefined,
      (error: unknown) => error,
    );

  it("finds a sound database sound, says what it read, and disturbs nobody", async () => {
    const database = await open();
    expect(await database.verify()).toEqual({ tables: 0, blocks: 0, entries: 0, tableBytes: 0, logs: 1, records: 0 });
    const writing = fill(database);
    const during = await database.verify();
    await writing;
    expect(during.logs).toBeGreaterThan(0);
    const report = await database.verify();
    const files = database.version.files();
    expect(report.tables).toBe(files.length);
    expect(report.tableBytes).toBe(files.reduce((sum, file) => sum + file.size, 0));
    expect(report.entries).toBe(files.reduce((sum, file) => sum + file.entries, 0));
    expect(report.records).toBeGreaterThan(0);
    expect(report.blocks).toBeGreaterThan(files.length);
    await database.close();
    await expect(database.verify()).rejects.toThrow(DatabaseClosedError);
  });

  it("keeps the files it reads, and lets them go after", async () => {
    const database = await open();
    await fill(database);
    const verifying = database.verify();
    for (let i = 0; i < 90; i++) await database.put(bytes(`k${i}`), bytes("again"));
    await database.compactRange();
    await verifying;
    await database.settled();
    await database.put(bytes("k"), bytes(""));
    await database.flush();
    const live = new Set(database.version.files().map((file) => file.name));
    const stray = disk.namesIn(DIRECTORY).filter((name) => name.endsWith(".sst") && !live.has(name));
    expect(stray).toEqual([]);
    await database.close();
  });

  it("closes only when the verification is done", async () => {
    const database = await open();
    await fill(database);
    const verifying = database.verify();
    await database.close();
    expect((await verifying).tables).toBeGreaterThan(0);
  });

  it("names the file of any flipped byte, although reads are served from caches", async () => {
    const database = await open();
    await fill(database);
    const names = disk.namesIn(DIRECTORY).filter((name) => name !== "LOCK" && !name.endsWith(".dbtmp"));
    expect(new Set(names.map((name) => name.replace(/[0-9]+/, "")))).toEqual(
      new Set(["CURRENT", "MANIFEST-", ".log", ".sst"]),
    );
    let flips = 0;
    for (const name of names) {
      const path = `${DIRECTORY}/${name}`;
      const pristine = disk.contentOf(path);
      const step = Math.max(1, Math.floor(pristine.length / 23));
      for (let at = 0; at < pristine.length; at += step) {
        disk.damage(path, (content) => {
          const damaged = content.slice();
          damaged[at] = (damaged[at] as number) ^ (1 << (at % 8));
          return damaged;
        });
        const error = await failure(database.verify());
        expect(error, `${name} at ${at}`).toBeInstanceOf(CorruptionError);
        expect((error as CorruptionError).file).toBe(name);
        disk.damage(path, () => pristine);
        flips++;
      }
    }
    expect(flips).toBeGreaterThan(100);
    await database.verify();
    await database.close();
  });

  it("notices a file that is too short, too long or gone", async () => {
    const database = await open();
    await fill(database);
    const name = database.version.files()[0]?.name as string;
    const path = `${DIRECTORY}/${name}`;
    const pristine = disk.contentOf(path);
    for (const content of [pristine.slice(0, -1), new Uint8Array([...pristine, 0]), new Uint8Array(0)]) {
      disk.damage(path, () => content);
      expect(await failure(database.verify())).toMatchObject({ name: "CorruptionError", file: name });
    }
    disk.damage(path, () => pristine);
    await disk.mount().unlink(path);
    expect(await failure(database.verify())).toBeInstanceOf(TableMissingError);
    await database.close();
  });

  it.each<[string, (table: TableProperties) => TableProperties]>([
    ["the number of entries", (table) => ({ ...table, entries: table.entries + 1 })],
    ["the number of deletions", (table) => ({ ...table, deletions: table.deletions + 1 })],
    ["the lowest sequence number", (table) => ({ ...table, smallestSequence: table.smallestSequence - 1 })],
    ["the highest sequence number", (table) => ({ ...table, largestSequence: table.largestSequence + 1 })],
    ["the smallest key", (table) => ({ ...table, smallest: { ...table.smallest, userKey: bytes("a") } })],
    ["the largest key", (table) => ({ ...table, largest: { ...table.largest, userKey: bytes("z") } })],
  ])("compares the table with the manifest in %s", async (_, change) => {
    class Misreporting extends TableBuilder {
      override async finish(): Promise<TableProperties> {
        return change(await super.finish());
      }
    }
    const database = await open({ TableBuilder: Misreporting });
    for (let i = 0; i < 10; i++) await database.put(bytes(`k${i}`), bytes("value"));
    await database.flush();
    expect(await failure(database.verify())).toBeInstanceOf(CorruptionError);
    await database.close();
  });

  it("notices a newer version of a key below an older one", async () => {
    class TakesTheNewestAlone extends CompactionPicker {
      override pickRange(version: Version, level: number): Compaction | undefined {
        const picked = super.pickRange(version, level, undefined, undefined);
        return picked === undefined ? undefined : { ...picked, upper: picked.upper.slice(0, 1) };
      }
    }
    const database = await open({ CompactionPicker: TakesTheNewestAlone });
    for (const value of ["old", "new"]) {
      await database.put(bytes("k"), bytes(value));
      await database.flush();
    }
    await database.verify();
    await database.compactRange();
    expect(await failure(database.verify())).toMatchObject({
      name: "CorruptionError",
      detail: "an entry lies above a newer one of its key",
    });
    await database.close();
  });

  it("checks what a read-only instance holds", async () => {
    const database = await open();
    await fill(database);
    await database.flush();
    await database.settled();
    const fs = disk.mount();
    const replica = await openReadOnlyDatabase({
      host: new MemoryHost(fs, 1),
      fs,
      directory: DIRECTORY,
      options: TINY,
    });
    expect(await replica.verify()).toMatchObject({ tables: replica.version.files().length, logs: 0 });
    const file = replica.version.files().at(-1)?.name as string;
    disk.damage(`${DIRECTORY}/${file}`, (content) => content.map((byte, at) => (at === 5 ? byte ^ 1 : byte)));
    expect(await failure(replica.verify())).toMatchObject({ name: "CorruptionError", file });
    await replica.close();
    await database.close();
  });
});
