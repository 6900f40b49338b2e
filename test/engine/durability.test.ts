import { describe, expect, it } from "vitest";
import {
  CorruptionError,
  type Database,
  DatabaseFailedError,
  defaultEngineParts,
  type EngineParts,
  openDatabase,
  UnsupportedFormatError,
  WriteBatch,
} from "../../engine/index.ts";
import { LogWriter } from "../../engine/log-writer.ts";
import { encodeVersionEdit } from "../../engine/version-edit.ts";
import { EMPTY_STATE, snapshotEdit } from "../../engine/version-state.ts";
import { FileSystemError } from "../../host/file-system-error.ts";
import { OpenFlag } from "../../host/file-system.ts";
import { bytes, text, TINY } from "./support/bytes.ts";
import { contentOf, Ledger } from "./support/ledger.ts";
import { type DiskCall, MemoryDisk } from "./support/memory-disk.ts";
import { MemoryHost } from "./support/memory-host.ts";

const DIRECTORY = "/db";

function open(disk: MemoryDisk, options = TINY, parts?: EngineParts): Promise<Database> {
  const fs = disk.mount();
  return openDatabase({
    host: new MemoryHost(fs, 1),
    fs,
    directory: DIRECTORY,
    options,
    ...(parts === undefined ? {} : { parts }),
  });
}

/** Writes with and without sync, through flushes and compactions; ends where the disk dies. */
async function workload(database: Database, ledger: Ledger): Promise<void> {
  for (let i = 0; i < 90; i++) {
    const key = `k${(i * 7) % 20}`;
    const sync = i % 5 === 4;
    const value = i % 11 === 10 ? undefined : `${i}-${"x".repeat(30)}`;
    ledger.begin([key, value]);
    if (value === undefined) await database.delete(bytes(key), { sync });
    else await database.put(bytes(key), bytes(value), { sync });
    ledger.acknowledge(sync);
  }
  await database.settled();
}

type Death = "kill" | "power loss";

function die(disk: MemoryDisk, death: Death): void {
  if (death === "kill") disk.kill();
  else disk.powerLoss();
}

/**
 * Runs until the `k`-th call on the disk, and lets the disk die right after it. @returns whether it got through before
 * that
 */
async function until(disk: MemoryDisk, k: number, death: Death, run: () => Promise<unknown>): Promise<boolean> {
  let calls = 0;
  let died: () => void = () => {};
  const dead = new Promise<boolean>((resolve) => {
    died = () => resolve(false);
  });
  disk.afterCall = () => {
    calls++;
    if (calls !== k) return;
    die(disk, death);
    died();
  };
  const finished = await Promise.race([run().then(() => true), dead]);
  disk.afterCall = () => {};
  if (finished) die(disk, death);
  return finished;
}

async function check(
  disk: MemoryDisk,
  ledger: Ledger,
  death: Death,
  where: string,
  parts?: EngineParts,
): Promise<void> {
  const recovered = await open(disk, TINY, parts);
  const kept = death === "kill" ? "acknowledged" : "synced";
  expect(ledger.settle(await contentOf(recovered), kept), where).toBeUndefined();
  await recovered.put(bytes("after"), bytes("1"), { sync: true });
  await recovered.close();
}

/** Dies at every call of the workload in turn, recovers, and checks. @returns how many calls there are */
async function dieEverywhere(death: Death, parts?: EngineParts): Promise<number> {
  for (let k = 1; ; k++) {
    const disk = new MemoryDisk();
    const ledger = new Ledger();
    const options = { ...TINY, writeBufferBytes: 400 };
    const finished = await until(disk, k, death, async () => workload(await open(disk, options, parts), ledger));
    await check(disk, ledger, death, `${death} after call ${k}`, parts);
    if (finished) return k;
  }
}

describe("durability", () => {
  it("recovers a prefix with every synced write, wherever power is lost", async () => {
    expect(await dieEverywhere("power loss")).toBeGreaterThan(300);
  });

  it("recovers every write that was acknowledged, wherever the process is killed", async () => {
    expect(await dieEverywhere("kill")).toBeGreaterThan(300);
  });

  it.each(["kill", "power loss"] as const)("recovers although recovery itself ends by %s, anywhere", async (death) => {
    for (let k = 40; k < 320; k += 23) {
      for (let j = 1, finished = false; !finished; j++) {
        const disk = new MemoryDisk();
        const ledger = new Ledger();
        const options = { ...TINY, writeBufferBytes: 400 };
        await until(disk, k, death, async () => workload(await open(disk, options), ledger));
        finished = await until(disk, j, death, () => open(disk));
        await check(disk, ledger, death, `${death} after call ${k}, and call ${j} of the recovery`);
      }
    }
  });

  it.each([
    [
      "the log",
      {
        LogWriter: class extends LogWriter {
          protected override syncFile = () => Promise.resolve();
        },
      },
    ],
    [
      "the new log's name",
      {
        WriteAheadLog: class extends defaultEngineParts.WriteAheadLog {
          protected override syncNewName = () => Promise.resolve();
        },
      },
    ],
    [
      "the table",
      {
        TableBuilder: class extends defaultEngineParts.TableBuilder {
          protected override syncFile = () => Promise.resolve();
        },
      },
    ],
    [
      "the table's name",
      {
        FlushJob: class extends defaultEngineParts.FlushJob {
          protected override syncDirectory = () => Promise.resolve();
        },
        WriteAheadLog: class extends defaultEngineParts.WriteAheadLog {
          protected override syncNewName = () => Promise.resolve();
        },
      },
    ],
    [
      "the manifest's edit",
      {
        VersionSet: class extends defaultEngineParts.VersionSet {
          protected override syncManifest = () => Promise.resolve();
        },
      },
    ],
    [
      "the content of CURRENT and the names before the rename",
      {
        CurrentFile: class extends defaultEngineParts.CurrentFile {
          protected override writeTemporary = async (path: string, content: Uint8Array) => {
            const handle = await this.context.fs.open(path, OpenFlag.WRITE | OpenFlag.CREATE);
            await handle.write(content, 0, content.length, 0);
            await handle.close();
          };
        },
      },
    ],
    [
      "the rename of CURRENT",
      {
        CurrentFile: class extends defaultEngineParts.CurrentFile {
          protected override syncAfterRename = () => Promise.resolve();
        },
        WriteAheadLog: class extends defaultEngineParts.WriteAheadLog {
          protected override syncNewName = () => Promise.resolve();
        },
      },
    ],
    [
      "the parent directory",
      {
        Recovery: class extends defaultEngineParts.Recovery {
          protected override syncParentDirectory = () => Promise.resolve();
        },
      },
    ],
  ] as [string, Partial<EngineParts>][])("notices when %s is not synced", async (_what, replaced) => {
    const parts = { ...defaultEngineParts, ...replaced };
    await expect(dieEverywhere("power loss", parts)).rejects.toThrow();
  });

  const failing = (call: DiskCall, operation: string, part: string): void => {
    if (call.operation === operation && call.path.includes(part))
      throw new FileSystemError("EIO", operation, call.path);
  };

  it.each([
    ["sync", ".log"],
    ["write", ".log"],
    ["write", ".sst"],
    ["sync", ".sst"],
    ["close", ".sst"],
    ["sync", "MANIFEST"],
    ["write", "MANIFEST"],
  ])("stops for good after a failed %s of %s, deletes nothing, and recovers", async (operation, part) => {
    const disk = new MemoryDisk();
    const database = await open(disk);
    const acknowledged = new Map<string, string>();
    for (let i = 0; i < 10; i++) {
      await database.put(bytes(`k${i}`), bytes(`${i}`), { sync: true });
      acknowledged.set(`k${i}`, `${i}`);
    }
    disk.onCall = (call) => failing(call, operation, part);
    const failure = await (async () => {
      for (let i = 10; ; i++) {
        await database.put(bytes(`k${i}`), bytes("x".repeat(100)), { sync: true });
        acknowledged.set(`k${i}`, "x".repeat(100));
      }
    })().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DatabaseFailedError);
    disk.onCall = () => {};
    const unlinks = disk.count("unlink");
    const syncs = disk.count("sync", (path) => path.includes(part));
    await expect(database.put(bytes("a"), bytes("b"))).rejects.toThrow(DatabaseFailedError);
    await expect(database.flush()).rejects.toThrow(DatabaseFailedError);
    for (const [key, value] of acknowledged) expect(text(await database.get(bytes(key)))).toBe(value);
    await database.close();
    expect(disk.count("unlink")).toBe(unlinks);
    expect(disk.count("sync", (path) => path.includes(part))).toBe(syncs);
    disk.powerLoss();
    const recovered = await open(disk);
    for (const [key, value] of acknowledged) expect(text(await recovered.get(bytes(key)))).toBe(value);
    await recovered.close();
  });

  it("acknowledges no synced write beside a sync of the log that fails, although the system tells of that only once", async () => {
    const disk = new MemoryDisk();
    let fail: () => void = () => {};
    const told = new Promise<void>((resolve) => (fail = resolve));
    let syncs = 0;
    const parts = {
      ...defaultEngineParts,
      LogWriter: class extends LogWriter {
        protected override async syncFile(): Promise<void> {
          if (!this.name.endsWith(".log")) return super.syncFile();
          syncs++;
          await told;
          if (syncs === 1) throw new FileSystemError("EIO", "fdatasync", this.name);
          return super.syncFile();
        }
      },
    };
    const database = await open(disk, { ...TINY, walBytesPerSync: 100 }, parts);
    await database.put(bytes("a"), bytes("x".repeat(200)));
    expect(syncs).toBe(1);
    const outcome = database.put(bytes("b"), bytes("1"), { sync: true }).catch((error: unknown) => error);
    for (let i = 0; i < 200; i++) await Promise.resolve();
    fail();
    expect(await outcome).toBeInstanceOf(DatabaseFailedError);
    await expect(database.put(bytes("c"), bytes("2"))).rejects.toThrow(DatabaseFailedError);
    await database.close();
    expect(syncs).toBe(1);
  });

  it("syncs the log as it fills, so that a rotation finds little left", async () => {
    const disk = new MemoryDisk();
    const database = await open(disk, { ...TINY, writeBufferBytes: 100_000, walBytesPerSync: 300 });
    for (let i = 0; i < 30; i++) await database.put(bytes(`k${i}`), bytes("x".repeat(80)));
    expect(disk.count("sync", (path) => path.endsWith(".log"))).toBeGreaterThan(5);
    disk.powerLoss();
    const recovered = await open(disk);
    const kept = await contentOf(recovered);
    expect(kept.size).toBeGreaterThan(25);
    expect([...kept.keys()].sort()).toEqual(Array.from({ length: kept.size }, (_, i) => `k${i}`).sort());
    await recovered.close();
  });

  it("passes on the error of a close that did not write back", async () => {
    const disk = new MemoryDisk();
    const database = await open(disk);
    await database.put(bytes("a"), bytes("1"));
    disk.onCall = (call) => failing(call, "close", ".log");
    await expect(database.close()).rejects.toThrow("EIO");
    disk.onCall = () => {};
    await (await open(disk)).close();
  });

  it("says so when the last background work fails while it closes", async () => {
    const disk = new MemoryDisk();
    const database = await open(disk);
    let flushing = false;
    disk.onCall = (call) => {
      flushing ||= call.path.endsWith(".sst");
      return failing(call, "sync", ".sst");
    };
    for (let i = 0; !flushing; i++) await database.put(bytes(`k${i}`), bytes("x".repeat(80)));
    await expect(database.close()).rejects.toThrow(DatabaseFailedError);
  });

  it.each(["close", "settled"] as const)(
    "does not take a flush that failed in the background, and that nobody was told of, for a good end: %s",
    async (call) => {
      const disk = new MemoryDisk();
      const database = await open(disk);
      disk.onCall = (call) => failing(call, "sync", ".sst");
      for (let i = 0; i < 12; i++) await database.put(bytes(`k${i}`), bytes("x".repeat(80)));
      // The flush fails meanwhile, and no write comes after it.
      for (let i = 0; i < 200; i++) await Promise.resolve();
      await expect(database[call]()).rejects.toThrow(DatabaseFailedError);
      disk.onCall = () => {};
      if (call === "settled") await database.close();
    },
  );

  it("takes an older log that is empty for corruption, though nothing in the newer one says that writes are missing", async () => {
    const disk = new MemoryDisk();
    // With a table already, the first record of the older log has none before it to follow.
    let flushes = 0;
    const parts = {
      ...defaultEngineParts,
      FlushJob: class extends defaultEngineParts.FlushJob {
        override run = (...given: Parameters<InstanceType<typeof defaultEngineParts.FlushJob>["run"]>) =>
          ++flushes === 1 ? super.run(...given) : new Promise<never>(() => undefined);
      },
    };
    const database = await open(disk, { ...TINY, writeBufferBytes: 400 }, parts);
    const logs = (): string[] => disk.namesIn(DIRECTORY).filter((name) => name.endsWith(".log"));
    for (let i = 0; flushes < 2; i++) await database.put(bytes(`k${i}`), bytes("x".repeat(80)));
    await database.put(bytes("last"), bytes("1"), { sync: true });
    expect(logs()).toHaveLength(2);
    disk.kill();
    disk.damage(`${DIRECTORY}/${logs()[0] ?? ""}`, () => new Uint8Array(0));
    await expect(open(disk)).rejects.toThrow(/it is empty, although a newer log follows it/);
  });

  it("takes a flipped bit anywhere for corruption, or serves the right bytes", async () => {
    const disk = new MemoryDisk();
    const database = await open(disk);
    const expected = new Map<string, string>();
    for (let i = 0; i < 60; i++) {
      await database.put(bytes(`k${i}`), bytes(`${i}`.repeat(10)), { sync: true });
      expected.set(`k${i}`, `${i}`.repeat(10));
    }
    await database.settled();
    disk.kill();
    let noticed = 0;
    for (const name of disk.namesIn(DIRECTORY)) {
      const path = `${DIRECTORY}/${name}`;
      const size = disk.contentOf(path).length;
      for (let position = 0; position < size; position += 11) {
        const copy = new MemoryDisk();
        await copy.mount().mkdir(DIRECTORY);
        for (const other of disk.namesIn(DIRECTORY)) {
          await (await copy.mount().open(`${DIRECTORY}/${other}`, OpenFlag.WRITE | OpenFlag.CREATE)).close();
          copy.damage(`${DIRECTORY}/${other}`, () => disk.contentOf(`${DIRECTORY}/${other}`));
        }
        copy.damage(path, (content) => {
          content[position] = (content[position] as number) ^ 0x10;
          return content;
        });
        try {
          const reopened = await open(copy);
          const content = await contentOf(reopened);
          await reopened.close();
          expect(content).toEqual(expected);
        } catch (error) {
          expect(error, `${name} at ${position}: ${String(error)}`).toSatisfy(
            (e) => e instanceof CorruptionError || e instanceof UnsupportedFormatError,
          );
          noticed++;
        }
      }
    }
    expect(noticed).toBeGreaterThan(100);
  });

  it("names the file and offset when a table is damaged", async () => {
    const disk = new MemoryDisk();
    const database = await open(disk);
    await database.put(bytes("a"), bytes("1"));
    await database.flush();
    const file = database.version.files()[0]?.name as string;
    await database.close();
    disk.damage(`${DIRECTORY}/${file}`, (content) => {
      content[3] = 0xff;
      return content;
    });
    const reopened = await open(disk);
    const error = await reopened.get(bytes("a")).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "CorruptionError", file, offset: 0 });
    await reopened.close();
  });

  it("refuses a manifest in a newer format", async () => {
    const disk = new MemoryDisk();
    const fs = disk.mount();
    await fs.mkdir(DIRECTORY);
    const handle = await fs.open(`${DIRECTORY}/MANIFEST-000001`, OpenFlag.WRITE | OpenFlag.CREATE);
    const edit = { ...snapshotEdit({ ...EMPTY_STATE, versionNumber: 1 }), formatVersion: 2 };
    await new LogWriter(handle, "MANIFEST-000001", 1).append(encodeVersionEdit(edit));
    const current = await fs.open(`${DIRECTORY}/CURRENT`, OpenFlag.WRITE | OpenFlag.CREATE);
    await current.write(bytes("MANIFEST-000001\n"), 0, 16, 0);
    await expect(open(disk)).rejects.toThrow(UnsupportedFormatError);
    expect(disk.namesIn(DIRECTORY)).toEqual(["CURRENT", "LOCK", "MANIFEST-000001"]);
  });

  it("syncs once for a group of writes, and not at all when none asks", async () => {
    const disk = new MemoryDisk();
    const database = await open(disk, {});
    const isLog = (path: string): boolean => path.endsWith(".log");
    await database.put(bytes("a"), bytes("1"));
    await database.write(new WriteBatch().put(bytes("b"), bytes("2")));
    expect(disk.count("sync", isLog)).toBe(0);
    await Promise.all(Array.from({ length: 50 }, (_, i) => database.put(bytes(`${i}`), bytes("x"), { sync: true })));
    // The first goes alone, since nobody else was there yet; the rest go together.
    expect(disk.count("sync", isLog)).toBe(2);
    await database.close();
  });
});
