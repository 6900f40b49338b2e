import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  CheckpointTargetError,
  CorruptionError,
  type Database,
  DatabaseFailedError,
  openDatabase,
  openReadOnlyDatabase,
} from "../../engine/index.ts";
import { FileSystemError } from "../../host/file-system-error.ts";
import { bytes, text, TINY } from "./support/bytes.ts";
import { DISKS, type Machine, type TestDisk } from "./support/disks.ts";
import { contentOf } from "./support/ledger.ts";
import { MemoryDisk } from "./support/memory-disk.ts";
import { MemoryHost } from "./support/memory-host.ts";

async function fill(database: Database, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) {
    if (i % 7 === 6) await database.delete(bytes(`k${(i * 37) % 60}`));
    else await database.put(bytes(`k${(i * 37) % 60}`), bytes(`value${i}`.repeat(3)));
  }
}

function openAt(machine: Pick<Machine, "host" | "fs">, directory: string): Promise<Database> {
  return openDatabase({ host: machine.host, fs: machine.fs, directory, options: { ...TINY, createIfMissing: false } });
}

describe.each(DISKS)("checkpoint on a disk: $name", (provider) => {
  let disk: TestDisk;
  let machine: Machine;
  let database: Database;

  beforeEach(async () => {
    disk = provider.create();
    machine = await disk.restart();
    database = await openDatabase({ host: machine.host, fs: machine.fs, directory: "/db", options: TINY });
  });
  afterEach(async () => {
    await database.close();
    await disk.dispose();
  });

  it("opens elsewhere with what was there at its sequence number, and goes its own way", async () => {
    await fill(database, 0, 250);
    const snapshot = database.snapshot();
    const expected = await contentOf(database);
    expect(await database.checkpoint("/copy")).toBe(snapshot.sequence);
    await fill(database, 250, 400);
    await database.compactRange();
    const copy = await openAt(machine, "/copy");
    expect(copy.lastSequence).toBe(snapshot.sequence);
    expect(await contentOf(copy)).toEqual(expected);
    await copy.verify();
    const here = await contentOf(database);
    await fill(copy, 1_000, 1_300);
    await copy.compactRange();
    expect(await contentOf(database)).toEqual(here);
    await database.verify();
    await copy.checkpoint("/copy2");
    const grandchild = await openAt(machine, "/copy2");
    expect(await contentOf(grandchild)).toEqual(await contentOf(copy));
    await grandchild.close();
    await copy.close();
    const replica = await openReadOnlyDatabase({ host: machine.host, fs: machine.fs, directory: "/copy" });
    expect((await replica.verify()).tables).toBeGreaterThan(0);
    await replica.close();
    snapshot.release();
  });

  it("is made while writes go on, of a moment between two of them", async () => {
    const writing = (async () => {
      for (let i = 0; i < 400; i++) await database.put(bytes(`k${i % 50}`), bytes(`${i}`.padEnd(30)));
    })();
    const sequences: number[] = [];
    for (let i = 0; i < 4; i++) sequences.push(await database.checkpoint(`/copy${i}`));
    await writing;
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    for (const [i, sequence] of sequences.entries()) {
      const copy = await openAt(machine, `/copy${i}`);
      const expected = new Map<string, string>();
      for (let write = 0; write < sequence; write++) expected.set(`k${write % 50}`, `${write}`.padEnd(30));
      expect(await contentOf(copy)).toEqual(expected);
      await copy.close();
    }
  });

  it("refuses a name that is taken, and leaves what is there alone", async () => {
    await database.put(bytes("a"), bytes("1"));
    await machine.fs.mkdir("/taken");
    await expect(database.checkpoint("/taken")).rejects.toThrow(CheckpointTargetError);
    await expect(database.checkpoint("/db")).rejects.toThrow(CheckpointTargetError);
    await expect(database.checkpoint("/nowhere/copy")).rejects.toMatchObject({ code: "ENOENT" });
    expect(await machine.fs.readdir("/")).toEqual(["db", "taken"]);
    expect(text(await database.get(bytes("a")))).toBe("1");
  });
});

describe("checkpoint", () => {
  const DIRECTORY = "/db";
  const machineOf = (disk: MemoryDisk): Pick<Machine, "host" | "fs"> => {
    const fs = disk.mount();
    return { host: new MemoryHost(fs, 1), fs };
  };
  const begin = async (disk: MemoryDisk): Promise<Database> => {
    const machine = machineOf(disk);
    const database = await openDatabase({ ...machine, directory: DIRECTORY, options: TINY });
    await fill(database, 0, 60);
    await database.settled();
    await database.put(bytes("never synced here"), bytes("yes"));
    await database.settled();
    return database;
  };

  it("gives tables a second name, and copies them where that is not to be had", async () => {
    for (const links of [true, false]) {
      const disk = new MemoryDisk();
      disk.onCall = ({ operation, path }) => {
        if (operation === "link" && !links) throw new FileSystemError("ENOTSUP", operation, path);
      };
      const database = await begin(disk);
      const expected = await contentOf(database);
      await database.checkpoint("/copy");
      const table = database.version.files()[0]?.name as string;
      expect((await disk.mount().stat(`/copy/${table}`)).links).toBe(links ? 2 : 1);
      const copy = await openAt(machineOf(disk), "/copy");
      expect(await contentOf(copy)).toEqual(expected);
      await copy.close();
      await database.close();
    }
  });

  it("is whole and durable, or not there, wherever power is lost; and can be made after", async () => {
    let total = 0;
    for (let k = 1; ; k++) {
      const disk = new MemoryDisk();
      const database = await begin(disk);
      const expected = await contentOf(database);
      let calls = 0;
      let died: () => void = () => {};
      const dead = new Promise<"dead">((resolve) => {
        died = () => resolve("dead");
      });
      disk.afterCall = () => {
        if (++calls !== k) return;
        disk.powerLoss();
        died();
      };
      const end = await Promise.race([database.checkpoint("/copy"), dead]);
      disk.afterCall = () => {};
      if (end !== "dead") disk.powerLoss();
      const there = disk.namesIn("/").includes("copy");
      if (end !== "dead") expect(there).toBe(true);
      if (there) {
        const copy = await openAt(machineOf(disk), "/copy");
        expect(await contentOf(copy), `power lost after call ${k}`).toEqual(expected);
        await copy.verify();
        await copy.close();
      }
      const again = await openAt(machineOf(disk), DIRECTORY);
      await again.checkpoint("/other");
      if (!there) await again.checkpoint("/copy");
      expect(disk.namesIn("/")).toEqual(["copy", "db", "other"]);
      await again.close();
      if (end !== "dead") break;
      total = k;
    }
    expect(total).toBeGreaterThan(12);
  });

  it("leaves nothing behind when a call fails, and the database unharmed", async () => {
    let failed = 0;
    for (let k = 1; ; k++) {
      const disk = new MemoryDisk();
      const database = await begin(disk);
      let calls = 0;
      disk.onCall = ({ operation, path }) => {
        if (++calls === k) throw new FileSystemError("EIO", operation, path);
      };
      const error = await database.checkpoint("/copy").then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      disk.onCall = () => {};
      await database.put(bytes("still"), bytes("here"), { sync: true });
      await database.verify();
      if (error === undefined && calls < k) {
        await database.close();
        break;
      }
      failed++;
      const names = disk.namesIn("/").filter((name) => name !== "db");
      // The last call syncs the name that is there already.
      if (names.length > 0) expect(names).toEqual(["copy"]);
      await database.close();
    }
    expect(failed).toBeGreaterThan(12);
  });

  it("never gives out a damaged log", async () => {
    const disk = new MemoryDisk();
    const database = await begin(disk);
    const log = disk.namesIn(DIRECTORY).find((name) => name.endsWith(".log")) as string;
    disk.damage(`${DIRECTORY}/${log}`, (content) => content.map((byte, at) => (at === 30 ? byte ^ 4 : byte)));
    await expect(database.checkpoint("/copy")).rejects.toThrow(CorruptionError);
    expect(disk.namesIn("/")).toEqual(["db"]);
    await database.close();
  });

  it("is refused by a database that failed", async () => {
    const disk = new MemoryDisk();
    const database = await begin(disk);
    disk.onCall = ({ operation, path }) => {
      if (operation === "sync") throw new FileSystemError("EIO", operation, path);
    };
    await expect(database.put(bytes("a"), bytes("b"), { sync: true })).rejects.toThrow(DatabaseFailedError);
    disk.onCall = () => {};
    await expect(database.checkpoint("/copy")).rejects.toThrow(DatabaseFailedError);
    await database.close().catch(() => undefined);
  });
});
