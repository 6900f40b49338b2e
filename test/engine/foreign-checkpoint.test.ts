import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  checkpointForeignDatabase,
  CheckpointTargetError,
  CorruptionError,
  type Database,
  openDatabase,
} from "../../engine/index.ts";
import { bytes, text, TINY } from "./support/bytes.ts";
import { DISKS, type Machine, type TestDisk } from "./support/disks.ts";
import { contentOf } from "./support/ledger.ts";

describe.each(DISKS)("checkpoint of another's database on a disk: $name", (provider) => {
  let disk: TestDisk;
  let writer: Machine;
  let other: Machine;
  let database: Database;

  const settingsOf = ({ host, fs }: Machine, directory: string) => ({ host, fs, directory, options: TINY });

  beforeEach(async () => {
    disk = provider.create();
    writer = await disk.restart();
    other = await disk.beside();
    database = await openDatabase(settingsOf(writer, "/db"));
  });
  afterEach(async () => {
    await database.close();
    await disk.dispose();
  });

  it("has what was written, in tables and in logs, and leaves the database as it is", async () => {
    for (let i = 0; i < 300; i++) await database.put(bytes(`k${i % 70}`), bytes(`${i}`.padEnd(20)), { sync: true });
    await checkpointForeignDatabase(settingsOf(other, "/db"), "/copy");
    const copy = await openDatabase(settingsOf(other, "/copy"));
    expect(copy.lastSequence).toBe(database.lastSequence);
    expect(await contentOf(copy)).toEqual(await contentOf(database));
    await copy.verify();
    await copy.put(bytes("new"), bytes("1"));
    await copy.compactRange();
    await database.verify();
    expect(await database.get(bytes("new"))).toBeUndefined();
    await copy.close();
  });

  it("has every write that was acknowledged before it began, while the writer goes on, flushes and compacts", async () => {
    // Not so small that the logs are gone before they can be copied, however often.
    await database.close();
    const options = { ...TINY, writeBufferBytes: 16_384 };
    database = await openDatabase({ ...settingsOf(writer, "/db"), options });
    let written = 0;
    let stopped = false;
    const writing = (async () => {
      while (!stopped) {
        await database.put(bytes(`k${String(written).padStart(5, "0")}`), bytes("v".repeat(60)), { sync: true });
        written++;
      }
    })();
    for (let round = 0; round < 6; round++) {
      const before = written;
      await checkpointForeignDatabase(settingsOf(other, "/db"), `/copy${round}`);
      const copy = await openDatabase(settingsOf(other, `/copy${round}`));
      const iterator = copy.iterator();
      const keys = (await iterator.take(100_000)).map(([key]) => text(key));
      iterator.close();
      // A prefix of the writes, and at least those.
      expect(keys).toEqual(keys.map((_, index) => `k${String(index).padStart(5, "0")}`));
      expect(keys.length).toBeGreaterThanOrEqual(before);
      await copy.close();
    }
    stopped = true;
    await writing;
  });

  it("is refused where something is, and where there is no whole database", async () => {
    await expect(checkpointForeignDatabase(settingsOf(other, "/db"), "/db")).rejects.toThrow(CheckpointTargetError);
    const missing = checkpointForeignDatabase(settingsOf(other, "/nothing"), "/copy");
    await expect(missing).rejects.toMatchObject({ code: "ENOENT" });
    await writer.fs.unlink("/db/CURRENT");
    const handle = await writer.fs.open("/db/CURRENT", 0x02 | 0x04);
    await handle.write(bytes("nonsense"), 0, 8, 0);
    await handle.close();
    await expect(checkpointForeignDatabase(settingsOf(other, "/db"), "/copy")).rejects.toThrow(CorruptionError);
    expect((await other.fs.readdir("/")).filter((name) => name.startsWith("copy"))).toEqual([]);
  });
});
