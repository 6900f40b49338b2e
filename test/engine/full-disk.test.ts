import { describe, expect, it } from "vitest";
import { type Database, DatabaseClosedError, DatabaseFailedError, openDatabase } from "../../engine/index.ts";
import { FileSystemError } from "../../host/file-system-error.ts";
import { bytes, text, TINY } from "./support/bytes.ts";
import { MemoryDisk } from "./support/memory-disk.ts";
import { MemoryHost } from "./support/memory-host.ts";

/** A disk that can be full for files of some kind, and a database on it. */
class Fixture {
  readonly disk = new MemoryDisk();
  host = new MemoryHost(this.disk.mount(), 1);
  full: string | undefined;
  refused = 0;

  constructor() {
    this.disk.onCall = ({ operation, path }) => {
      if (this.full === undefined || !path.endsWith(this.full) || !["write", "open", "sync"].includes(operation))
        return;
      this.refused++;
      throw new FileSystemError("ENOSPC", operation, path);
    };
  }

  open(): Promise<Database> {
    const fs = this.disk.mount();
    this.host = new MemoryHost(fs, 1);
    return openDatabase({ host: this.host, fs, directory: "/db", options: TINY });
  }

  async until(done: () => boolean): Promise<void> {
    for (let i = 0; !done(); i++) {
      if (i > 100_000) throw new Error("it never came to that");
      await Promise.resolve();
    }
  }

  tables(): string[] {
    return this.disk.namesIn("/db").filter((name) => name.endsWith(".sst"));
  }
}

describe("a full disk", () => {
  it("holds writes up, and lets them go on once there is room; what was begun is deleted", async () => {
    const fixture = new Fixture();
    const database = await fixture.open();
    for (let i = 0; i < 60; i++) await database.put(bytes(`k${i}`), bytes("before".repeat(5)));
    await database.settled();
    fixture.full = ".sst";
    let written = 0;
    const writing = (async () => {
      for (let i = 0; i < 200; i++) {
        await database.put(bytes(`k${i % 100}`), bytes(`after${i}`.repeat(5)));
        written++;
      }
    })();
    await fixture.until(() => fixture.refused > 20);
    expect(written).toBeLessThan(200);
    expect(await database.get(bytes("k0"))).toBeDefined();
    await expect(database.flush()).rejects.toMatchObject({ code: "ENOSPC" });
    await expect(database.settled()).rejects.toMatchObject({ code: "ENOSPC" });
    expect(fixture.host.events.filter(({ kind }) => kind === "disk-full").length).toBeGreaterThan(2);
    fixture.full = undefined;
    await writing;
    await database.flush();
    await database.settled();
    for (let i = 0; i < 100; i++) expect(text(await database.get(bytes(`k${i}`)))).toBe(`after${100 + i}`.repeat(5));
    await database.verify();
    expect(fixture.tables()).toEqual(
      database.version
        .files()
        .map((file) => file.name)
        .sort(),
    );
    await database.close();
  });

  it("fails a manual compaction, and nothing else", async () => {
    const fixture = new Fixture();
    const database = await fixture.open();
    for (let i = 0; i < 20; i++) await database.put(bytes(`k${i}`), bytes("v".repeat(30)));
    await database.flush();
    await database.put(bytes("k1"), bytes("w"));
    await database.flush();
    fixture.full = ".sst";
    await expect(database.compactRange()).rejects.toMatchObject({ code: "ENOSPC" });
    await database.put(bytes("k2"), bytes("w"), { sync: true });
    fixture.full = undefined;
    await database.compactRange();
    await database.verify();
    expect(fixture.tables()).toHaveLength(database.version.files().length);
    await database.close();
  });

  it("does not keep a database from closing, and costs no acknowledged write", async () => {
    const fixture = new Fixture();
    const database = await fixture.open();
    fixture.full = ".sst";
    const acknowledged: number[] = [];
    const writing = (async () => {
      for (let i = 0; ; i++) {
        await database.put(bytes(`k${i}`), bytes("v".repeat(60)));
        acknowledged.push(i);
      }
    })();
    const ended = writing.catch((error: unknown) => error);
    await fixture.until(() => fixture.refused > 10);
    await database.close();
    expect(await ended).toBeInstanceOf(DatabaseClosedError);
    fixture.full = undefined;
    fixture.disk.powerLoss();
    const reopened = await fixture.open();
    expect(acknowledged.length).toBeGreaterThan(10);
    for (const i of acknowledged) expect(text(await reopened.get(bytes(`k${i}`)))).toBe("v".repeat(60));
    await reopened.close();
  });

  it("ends a database that cannot log any more", async () => {
    const fixture = new Fixture();
    const database = await fixture.open();
    await database.put(bytes("a"), bytes("1"));
    fixture.full = ".log";
    await expect(database.put(bytes("b"), bytes("2"))).rejects.toThrow(DatabaseFailedError);
    fixture.full = undefined;
    await expect(database.put(bytes("c"), bytes("3"))).rejects.toThrow(DatabaseFailedError);
    await database.close();
    const reopened = await fixture.open();
    expect(text(await reopened.get(bytes("a")))).toBe("1");
    expect(await reopened.get(bytes("c"))).toBeUndefined();
    await reopened.close();
  });
});
