import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Database,
  DatabaseExistenceError,
  openDatabase,
  openReadOnlyDatabase,
  type ReadOnlyDatabase,
  TableMissingError,
} from "../../engine/index.ts";
import type { FileHandle, FileSystem } from "../../host/file-system.ts";
import { FileSystemError } from "../../host/file-system-error.ts";
import { bytes, text, TINY } from "./support/bytes.ts";
import { DISKS, type Machine, type TestDisk } from "./support/disks.ts";

const DIRECTORY = "/db";

describe.each(DISKS)("read-only instance on a disk: $name", (provider) => {
  let disk: TestDisk;
  let machine: Machine;
  let reader: Machine;
  let primary: Database;
  let opened: ReadOnlyDatabase[];

  const openReplica = async (): Promise<ReadOnlyDatabase> => {
    const settings = { host: reader.host, fs: reader.fs, directory: DIRECTORY, options: TINY };
    const replica = await openReadOnlyDatabase(settings);
    opened.push(replica);
    return replica;
  };
  const fill = async (from: number, to: number, value: string): Promise<void> => {
    for (let i = from; i < to; i++) await primary.put(bytes(`k${i}`), bytes(value.repeat(20)));
  };
  const seen = async (replica: ReadOnlyDatabase): Promise<(string | undefined)[]> => {
    const iterator = replica.iterator();
    const entries = await iterator.take(1_000);
    iterator.close();
    return entries.map(([key]) => text(key));
  };

  beforeEach(async () => {
    opened = [];
    disk = provider.create();
    machine = await disk.restart();
    reader = await disk.beside();
    primary = await openDatabase({ host: machine.host, fs: machine.fs, directory: DIRECTORY, options: TINY });
  });
  afterEach(async () => {
    for (const replica of opened) await replica.close();
    await primary.close();
    await disk.dispose();
  });

  it("reads CURRENT again when it was replaced after it was opened: what was opened is stale on a shared disk", async () => {
    await fill(0, 5, "v");
    await primary.flush();
    let left = 2;
    /** The same object, but for one method. */
    const altered = <Of extends object>(of: Of, method: keyof Of, instead: unknown): Of =>
      new Proxy(of, {
        get: (target, name) => {
          if (name === method) return instead;
          const value: unknown = Reflect.get(target, name);
          return typeof value === "function" ? (value.bind(target) as unknown) : value;
        },
      });
    const fs = altered(reader.fs, "open", async (...[path, flags]: Parameters<FileSystem["open"]>) => {
      const handle = await reader.fs.open(path, flags);
      if (!path.endsWith("/CURRENT")) return handle;
      return altered(handle, "read", (...read: Parameters<FileHandle["read"]>) =>
        left-- > 0 ? Promise.reject(new FileSystemError("ESTALE", "pread", path)) : handle.read(...read),
      );
    });
    const settings = { host: reader.host, fs, directory: DIRECTORY, options: TINY };
    opened.push(await openReadOnlyDatabase(settings));
    expect(left).toBeLessThanOrEqual(0);
    // Not for ever: a disk that never says anything else is passed on.
    left = 100;
    await expect(opened[0]?.refresh()).rejects.toMatchObject({ code: "ESTALE" });
    left = 0;
  });

  it("sees what was flushed, and what is in the memtable only after that", async () => {
    await primary.put(bytes("a"), bytes("1"));
    const replica = await openReplica();
    expect(await replica.get(bytes("a"))).toBeUndefined();
    await primary.flush();
    expect(await replica.get(bytes("a"))).toBeUndefined();
    expect(await replica.refresh()).toBe(true);
    expect(text(await replica.get(bytes("a")))).toBe("1");
    expect(await replica.refresh()).toBe(false);
  });

  it("follows flushes, compactions and new manifests, with the primary's version numbers", async () => {
    const replica = await openReplica();
    const manifests = new Set<string | undefined>();
    for (let round = 0; round < 25; round++) {
      await fill(0, 30, String(round % 10));
      await primary.flush();
      await primary.settled();
      await replica.refresh();
      manifests.add(replica.manifestName);
      expect(replica.version.number).toBe(primary.version.number);
      expect(replica.version.files().map((file) => file.number)).toEqual(
        primary.version.files().map((file) => file.number),
      );
      expect(text(await replica.get(bytes("k7")))).toBe(String(round % 10).repeat(20));
      expect(await seen(replica)).toHaveLength(30);
    }
    expect(manifests.size).toBeGreaterThan(2);
    const versions = machine.events
      .filter((event) => event.kind === "version-installed")
      .map((event) => event["version"]);
    expect(versions).toEqual(versions.map((_, i) => i + 1));
  });

  it("catches up however many manifests it has missed, restarts of the primary included", async () => {
    const replica = await openReplica();
    for (let round = 0; round < 3; round++) {
      await primary.close();
      primary = await openDatabase({ host: machine.host, fs: machine.fs, directory: DIRECTORY, options: TINY });
      await fill(round * 10, round * 10 + 10, "v");
      await primary.compactRange();
    }
    await replica.refresh();
    expect(await seen(replica)).toHaveLength(30);
    expect(replica.version.number).toBe(primary.version.number);
  });

  it("says which table of which version is missing when the primary has deleted it", async () => {
    await fill(0, 40, "a");
    await primary.flush();
    await primary.settled();
    const replica = await openReplica();
    const held = replica.version.number;
    const names = replica.version.files().map((file) => file.name);
    await fill(0, 40, "b");
    await primary.compactRange();
    const error = await replica.get(bytes("k5")).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TableMissingError);
    expect((error as TableMissingError).versionNumber).toBe(held);
    expect(names).toContain((error as TableMissingError).file);
    const iterator = replica.iterator();
    await expect(iterator.take(1_000)).rejects.toThrow(TableMissingError);
    iterator.close();
    expect(reader.events.filter((event) => event.kind === "table-missing").length).toBeGreaterThanOrEqual(2);
    await replica.refresh();
    expect(text(await replica.get(bytes("k5")))).toBe("b".repeat(20));
    expect(await seen(replica)).toHaveLength(40);
  });

  it("creates, changes and deletes nothing, closing included", async () => {
    await fill(0, 30, "a");
    await primary.flush();
    await primary.settled();
    const stat = async (): Promise<string[]> => {
      const names = await machine.fs.readdir(DIRECTORY);
      const sizes = await Promise.all(names.map(async (name) => (await machine.fs.stat(`${DIRECTORY}/${name}`)).size));
      return names.map((name, i) => `${name} ${sizes[i]}`);
    };
    const before = await stat();
    const replica = await openReplica();
    expect(await seen(replica)).toHaveLength(30);
    await replica.refresh();
    await replica.close();
    await replica.close();
    expect(await stat()).toEqual(before);
  });

  it("refuses a directory without a database", async () => {
    await expect(openReadOnlyDatabase({ host: reader.host, fs: reader.fs, directory: "/none" })).rejects.toThrow(
      DatabaseExistenceError,
    );
  });
});
