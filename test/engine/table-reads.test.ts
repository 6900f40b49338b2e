import { describe, expect, it } from "vitest";
import { type Database, InvalidOptionError, openDatabase } from "../../engine/index.ts";
import type { TableReads } from "../../engine/options.ts";
import { MappedReadError } from "../../engine/table-reads.ts";
import { FileSystemError } from "../../host/file-system-error.ts";
import { OpenFlag, type FileHandle, type FileSystem } from "../../host/file-system.ts";
import { bytes, text, TINY } from "./support/bytes.ts";
import { DISKS } from "./support/disks.ts";
import { contentOf } from "./support/ledger.ts";
import { MemoryDisk } from "./support/memory-disk.ts";
import { MemoryHost } from "./support/memory-host.ts";

async function fill(database: Database): Promise<void> {
  for (let i = 0; i < 400; i++) await database.put(bytes(`k${(i * 37) % 90}`), bytes(`${i}`.padEnd(i % 50)));
  await database.flush();
}

/** The same file system, which tells of each read and may refuse it. */
function watched(fs: FileSystem, onRead: (path: string, flags: number) => void): FileSystem {
  return altered(fs, "open", async (path: string, flags: number): Promise<FileHandle> => {
    const handle = await fs.open(path, flags);
    return altered(handle, "read", (...given: Parameters<FileHandle["read"]>) => {
      onRead(path, flags);
      return handle.read(...given);
    });
  });
}

/** The same object, but for one method. */
function altered<Of extends object>(of: Of, method: keyof Of, instead: unknown): Of {
  return new Proxy(of, {
    get: (target, name) => {
      if (name === method) return instead;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

describe.each(DISKS)("tables on a disk: $name", (provider) => {
  it.each<TableReads>(["buffered", "direct", "mapped"])("%s reads find the same", async (tableReads) => {
    const disk = provider.create();
    const { host, fs } = await disk.restart();
    const options = { ...TINY, blockCacheBytes: 0 };
    const written = await openDatabase({ host, fs, directory: "/db", options });
    await fill(written);
    const expected = await contentOf(written);
    await written.close();
    const database = await openDatabase({ host, fs, directory: "/db", options: { ...options, tableReads } });
    expect(await contentOf(database)).toEqual(expected);
    for (const [key, value] of expected) expect(text(await database.get(bytes(key)))).toBe(value);
    await fill(database);
    await database.verify();
    await database.close();
    await disk.dispose();
  });
});

describe("how tables are read", () => {
  const opened = async (tableReads: TableReads, onRead: (path: string, flags: number) => void) => {
    const host = new MemoryHost(new MemoryDisk().mount(), 1);
    const fs = watched(host.fs(), (path, flags) => {
      if (path.endsWith(".sst")) onRead(path, flags);
    });
    const options = { ...TINY, blockCacheBytes: 0, maxOpenTables: 100, tableReads };
    const database = await openDatabase({ host, fs, directory: "/db", options });
    await fill(database);
    await database.settled();
    return { host, database };
  };

  it("directly: each time anew, past the cache", async () => {
    let reads = 0;
    let direct = true;
    const { database } = await opened("direct", (_path, flags) => {
      reads++;
      direct &&= (flags & OpenFlag.DIRECT) !== 0;
    });
    await database.get(bytes("k1"));
    const before = reads;
    await database.get(bytes("k1"));
    expect(reads).toBeGreaterThan(before);
    expect(direct).toBe(true);
  });

  it("mapped: a page that was touched costs nothing any more", async () => {
    let reads = 0;
    const { database } = await opened("mapped", () => void reads++);
    await database.get(bytes("k1"));
    const before = reads;
    for (let i = 0; i < 10; i++) await database.get(bytes("k1"));
    expect(reads).toBe(before);
  });

  it("mapped: a page that cannot be read is the process's end", async () => {
    let gone = false;
    const { host, database } = await opened("mapped", (path) => {
      if (gone) throw new FileSystemError("ESTALE", "pread", path);
    });
    const fatal: unknown[] = [];
    host.fatal = (error: unknown) => void fatal.push(error);
    gone = true;
    for (let i = 0; i < 90; i++) await database.get(bytes(`k${i}`)).catch(() => undefined);
    expect(fatal[0]).toBeInstanceOf(MappedReadError);
  });

  it("in a way that there is not: refused", async () => {
    const host = new MemoryHost(new MemoryDisk().mount(), 1);
    const options = { tableReads: "guessed" as TableReads };
    const opening = openDatabase({ host, fs: host.fs(), directory: "/db", options });
    await expect(opening).rejects.toThrow(InvalidOptionError);
  });
});

it("without concurrency, a flush and a compaction never run at the same time", async () => {
  const host = new MemoryHost(new MemoryDisk().mount(), 1);
  const options = { ...TINY, concurrentBackground: false };
  const database = await openDatabase({ host, fs: host.fs(), directory: "/db", options });
  for (let round = 0; round < 4; round++) await fill(database);
  await database.settled();
  let underway = 0;
  for (const { kind } of host.events) {
    if (kind === "flush-started" || kind === "compaction-started") underway++;
    if (kind === "flush-finished" || kind === "compaction-finished") underway--;
    expect(underway).toBeLessThanOrEqual(1);
  }
  expect(host.events.some(({ kind }) => kind === "compaction-started")).toBe(true);
  await database.close();
});
