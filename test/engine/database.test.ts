import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  compareBytes,
  CorruptionError,
  type Database,
  DatabaseClosedError,
  DatabaseExistenceError,
  DatabaseLockedError,
  type EngineOptions,
  InvalidOptionError,
  openDatabase,
  WriteBatch,
} from "../../engine/index.ts";
import { bytes, text, TINY } from "./support/bytes.ts";
import { DISKS, type Machine, type TestDisk } from "./support/disks.ts";

const DIRECTORY = "/db";

describe.each(DISKS)("database on a disk: $name", (provider) => {
  let disk: TestDisk;
  let machine: Machine;
  let database: Database;

  const open = async (options: Partial<EngineOptions> = TINY): Promise<Database> => {
    database = await openDatabase({ host: machine.host, fs: machine.fs, directory: DIRECTORY, options });
    return database;
  };
  const kill = async (options: Partial<EngineOptions> = TINY): Promise<Database> => {
    machine = await disk.restart();
    return open(options);
  };
  const kinds = (kind: string): number => machine.events.filter((event) => event.kind === kind).length;

  beforeEach(async () => {
    disk = provider.create();
    machine = await disk.restart();
    await open();
  });
  afterEach(async () => {
    await database.close();
    await disk.dispose();
  });

  it("gives back what was put, and nothing for what was deleted", async () => {
    await database.put(bytes("a"), bytes("1"));
    await database.put(bytes("b"), bytes(""));
    await database.put(bytes(""), bytes("empty key"));
    await database.delete(bytes("a"));
    expect(await database.get(bytes("a"))).toBeUndefined();
    expect(text(await database.get(bytes("b")))).toBe("");
    expect(text(await database.get(bytes("")))).toBe("empty key");
    expect(await database.get(bytes("c"))).toBeUndefined();
  });

  it("keeps its content through kill and close, with many tables on several levels", async () => {
    for (let i = 0; i < 400; i++) await database.put(bytes(`key${(i * 37) % 200}`), bytes(`value${i}-`.repeat(4)));
    await database.settled();
    expect(kinds("compaction-finished")).toBeGreaterThan(3);
    expect(database.version.levels.filter((files) => files.length > 0).length).toBeGreaterThan(1);
    await kill();
    const check = async (): Promise<void> => {
      for (let key = 0; key < 200; key++) {
        const last = [...Array(400).keys()].filter((i) => (i * 37) % 200 === key).at(-1);
        expect(text(await database.get(bytes(`key${key}`)))).toBe(`value${last}-`.repeat(4));
      }
    };
    await check();
    await database.close();
    await open();
    await check();
  });

  it("stores large keys and values whole", async () => {
    const key = new Uint8Array(70_000).fill(7);
    const value = new Uint8Array(300_000).map((_, i) => i * i);
    await database.put(key, value, { sync: true });
    await kill();
    expect(compareBytes((await database.get(key)) as Uint8Array, value)).toBe(0);
    await database.flush();
    expect(compareBytes((await database.get(key)) as Uint8Array, value)).toBe(0);
  });

  it("gives bytes that belong to the caller, and copies what it is given", async () => {
    const key = bytes("key");
    const value = bytes("value");
    const written = database.put(key, value);
    key.fill(0);
    value.fill(0);
    await written;
    const first = (await database.get(bytes("key"))) as Uint8Array;
    first.fill(0);
    expect(text(await database.get(bytes("key")))).toBe("value");
    await database.flush();
    ((await database.get(bytes("key"))) as Uint8Array).fill(0);
    expect(text(await database.get(bytes("key")))).toBe("value");
  });

  it("writes a batch as one, in its order", async () => {
    const batch = new WriteBatch().put(bytes("a"), bytes("1")).delete(bytes("a")).put(bytes("b"), bytes("2"));
    await database.write(batch, { sync: true });
    expect(await database.get(bytes("a"))).toBeUndefined();
    expect(text(await database.get(bytes("b")))).toBe("2");
    const pending = database.write(batch);
    expect(() => batch.put(bytes("c"), bytes("3"))).toThrow(TypeError);
    await expect(database.write(batch)).rejects.toThrow(TypeError);
    await pending;
    expect(database.lastSequence).toBe(6);
    await database.write(batch.clear());
    expect(database.lastSequence).toBe(6);
  });

  it("takes concurrent writes together and keeps their order", async () => {
    const writes: Promise<void>[] = [];
    for (let i = 0; i < 300; i++) writes.push(database.put(bytes(`k${i % 10}`), bytes(`${i}`), { sync: i % 50 === 0 }));
    await Promise.all(writes);
    for (let i = 0; i < 10; i++) expect(text(await database.get(bytes(`k${i}`)))).toBe(`${290 + i}`);
    expect(database.lastSequence).toBe(300);
  });

  it("reads as of a snapshot, whatever is written, flushed and compacted since", async () => {
    for (let i = 0; i < 60; i++) await database.put(bytes(`k${i}`), bytes("old"));
    const snapshot = database.snapshot();
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 60; i++) {
        await (i % 3 === 0 ? database.delete(bytes(`k${i}`)) : database.put(bytes(`k${i}`), bytes(`new${round}`)));
      }
      await database.compactRange();
    }
    for (let i = 0; i < 60; i++) {
      expect(text(await database.get(bytes(`k${i}`), { snapshot }))).toBe("old");
      expect(text(await database.get(bytes(`k${i}`)))).toBe(i % 3 === 0 ? undefined : "new3");
    }
    const iterator = database.iterator({ snapshot });
    expect((await iterator.take(1_000)).length).toBe(60);
    iterator.close();
    snapshot.release();
    snapshot.release();
    await expect(database.get(bytes("k1"), { snapshot })).rejects.toThrow(DatabaseClosedError);
  });

  it("drops deletions and hidden values only when no snapshot and no deeper level needs them", async () => {
    const entries = (): number => database.version.files().reduce((sum, file) => sum + file.entries, 0);
    for (let i = 0; i < 40; i++) await database.put(bytes(`k${i}`), bytes("x".repeat(30)));
    await database.compactRange();
    await database.compactRange();
    const snapshot = database.snapshot();
    for (let i = 0; i < 40; i++) await database.delete(bytes(`k${i}`));
    await database.compactRange();
    expect(entries()).toBe(80);
    snapshot.release();
    for (let i = 0; i < 40; i++) {
      await (i === 20 ? database.put(bytes("k20"), bytes("again")) : database.delete(bytes(`k${i}`)));
    }
    await database.compactRange();
    expect(entries()).toBe(1);
    expect(text(await database.get(bytes("k20")))).toBe("again");
    await database.delete(bytes("k20"));
    await database.compactRange();
    expect(database.version.files()).toEqual([]);
  });

  it("leaves only live files in its directory", async () => {
    for (let i = 0; i < 300; i++) await database.put(bytes(`k${i % 70}`), bytes("x".repeat(40)));
    await database.flush();
    await database.settled();
    const live = new Set(database.version.files().map((file) => file.name));
    const names = await machine.fs.readdir(DIRECTORY);
    expect(names.filter((name) => name.endsWith(".sst") && !live.has(name))).toEqual([]);
    expect(names.filter((name) => name.endsWith(".log"))).toHaveLength(1);
    expect(names.filter((name) => name.startsWith("MANIFEST-"))).toHaveLength(1);
    expect(names.filter((name) => name.endsWith(".dbtmp"))).toEqual([]);
    expect(kinds("manifest-created")).toBeGreaterThan(1);
  });

  it("keeps the files that an iterator walks over, and deletes them after", async () => {
    for (let i = 0; i < 50; i++) await database.put(bytes(`k${i}`), bytes("x".repeat(40)));
    await database.flush();
    await database.settled();
    const iterator = database.iterator();
    const held = database.version.files().map((file) => file.name);
    for (let i = 0; i < 50; i++) await database.put(bytes(`k${i}`), bytes("y".repeat(40)));
    await database.compactRange();
    const present = async (): Promise<number> => {
      const names = await machine.fs.readdir(DIRECTORY);
      return held.filter((name) => names.includes(name)).length;
    };
    expect(await present()).toBe(held.length);
    const seen = await iterator.take(100);
    expect(seen.map(([, value]) => text(value))).toEqual(Array(50).fill("x".repeat(40)));
    iterator.close();
    await database.put(bytes("k"), bytes(""));
    await database.compactRange();
    expect(await present()).toBe(0);
  });

  it("refuses a second writer, and lets one in after close", async () => {
    const other = await disk.beside();
    const second = { host: other.host, fs: other.fs, directory: DIRECTORY, options: TINY };
    await expect(openDatabase(second)).rejects.toThrow(DatabaseLockedError);
    await database.close();
    const reopened = await openDatabase(second);
    await reopened.close();
  });

  it("refuses what the options forbid, and options that make no sense", async () => {
    await database.close();
    await expect(open({ errorIfExists: true })).rejects.toThrow(DatabaseExistenceError);
    const settings = { host: machine.host, fs: machine.fs };
    await expect(
      openDatabase({ ...settings, directory: "/none", options: { createIfMissing: false } }),
    ).rejects.toThrow(DatabaseExistenceError);
    await expect(openDatabase({ ...settings, directory: "/none", options: { blockBytes: 0 } })).rejects.toThrow(
      InvalidOptionError,
    );
    expect(await machine.fs.readdir("/")).toEqual(["db"]);
    await open();
  });

  it("does nothing after close, and says so", async () => {
    const iterator = database.iterator();
    const snapshot = database.snapshot();
    await database.close();
    await expect(database.get(bytes("a"))).rejects.toThrow(DatabaseClosedError);
    await expect(database.put(bytes("a"), bytes("a"))).rejects.toThrow(DatabaseClosedError);
    await expect(database.flush()).rejects.toThrow(DatabaseClosedError);
    expect(() => database.iterator()).toThrow(DatabaseClosedError);
    expect(() => iterator.next()).toThrow(DatabaseClosedError);
    snapshot.release();
    await database.close();
  });

  it("does not take a directory with tables but without CURRENT for a new database", async () => {
    await database.put(bytes("a"), bytes("1"));
    await database.close();
    await machine.fs.unlink(`${DIRECTORY}/CURRENT`);
    await expect(open()).rejects.toThrow(CorruptionError);
    await machine.fs.readdir(DIRECTORY);
  });

  it("agrees with a map through random operations, restarts and compactions", async () => {
    const key = fc.nat(40).map((n) => `key${n}`);
    const operation = fc.oneof(
      { weight: 30, arbitrary: fc.record({ type: fc.constant("put"), key, value: fc.string({ maxLength: 60 }) }) },
      { weight: 12, arbitrary: fc.record({ type: fc.constant("delete"), key, value: fc.constant("") }) },
      { weight: 15, arbitrary: fc.record({ type: fc.constant("get"), key, value: fc.constant("") }) },
      { weight: 3, arbitrary: fc.record({ type: fc.constant("scan"), key, value: fc.constant("") }) },
      { weight: 2, arbitrary: fc.record({ type: fc.constant("kill"), key, value: fc.constant("") }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant("close"), key, value: fc.constant("") }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant("compact"), key, value: fc.constant("") }) },
    );
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 50, maxLength: 300, size: "max" }), async (operations) => {
        await database.close();
        const directory = `/db${round++}`;
        const options = { ...TINY, writeBufferBytes: 400 };
        const reopen = async (): Promise<void> => {
          database = await openDatabase({ host: machine.host, fs: machine.fs, directory, options });
        };
        await reopen();
        const model = new Map<string, string>();
        for (const { type, key, value } of operations) {
          switch (type) {
            case "put":
              await database.put(bytes(key), bytes(value));
              model.set(key, value);
              break;
            case "delete":
              await database.delete(bytes(key));
              model.delete(key);
              break;
            case "get":
              expect(text(await database.get(bytes(key)))).toBe(model.get(key));
              break;
            case "scan": {
              const iterator = database.iterator({ gte: bytes(key) });
              const found = (await iterator.take(1_000)).map(([k, v]) => [text(k), text(v)]);
              iterator.close();
              expect(found).toEqual([...model].filter(([k]) => k >= key).sort(([a], [b]) => (a < b ? -1 : 1)));
              break;
            }
            case "kill":
              machine = await disk.restart();
              await reopen();
              break;
            case "close":
              await database.close();
              await reopen();
              break;
            default:
              await database.compactRange();
          }
        }
        for (const [k, v] of model) expect(text(await database.get(bytes(k)))).toBe(v);
      }),
      { numRuns: provider.name === "memory" ? 40 : 6 },
    );
  });
});
