import { describe, expect, it } from "vitest";
import { defaultEngineParts, type EngineOptions, openDatabase } from "../../engine/index.ts";
import type { TraceEvent } from "../../host/trace.ts";
import { bytes, text, TINY } from "./support/bytes.ts";
import { MemoryDisk } from "./support/memory-disk.ts";
import { MemoryHost } from "./support/memory-host.ts";

async function open(options: Partial<EngineOptions>, parts = defaultEngineParts) {
  const disk = new MemoryDisk();
  const fs = disk.mount();
  const host = new MemoryHost(fs, 1);
  const database = await openDatabase({ host, fs, directory: "/db", options, parts });
  return { disk, host, database };
}

/** An event as a reader's timeline has it: its kind and the fields that matter here. */
function line(event: TraceEvent): string {
  const fields = ["file", "inputs", "outputs", "version", "added", "removed", "log"];
  return [
    event.kind,
    ...fields.filter((name) => event[name] !== undefined).map((name) => `${name}=${event[name]}`),
  ].join(" ");
}

describe("background work", () => {
  it("tells the story of a flush and a compaction, in the order in which they became true", async () => {
    const { host, database } = await open({ ...TINY, writeBufferBytes: 100_000, level0CompactionTrigger: 2 });
    host.events.length = 0;
    for (const value of ["1", "2"]) {
      await database.put(bytes("a"), bytes(value));
      await database.put(bytes("b"), bytes(value));
      await database.flush();
    }
    await database.settled();
    expect(host.events.map(line)).toEqual([
      "wal-created log=3",
      "flush-started file=4",
      "flush-finished file=4",
      "version-installed version=2 added=4 removed= log=3",
      "file-delete-started file=000001.log",
      "file-deleted file=000001.log",
      "wal-created log=5",
      "flush-started file=6",
      "flush-finished file=6",
      "version-installed version=3 added=6 removed= log=5",
      "file-delete-started file=000003.log",
      "file-deleted file=000003.log",
      "compaction-started inputs=4,6",
      "table-opened file=000006.sst",
      "table-opened file=000004.sst",
      "version-installed version=4 added=7 removed=4,6 log=5",
      "compaction-finished inputs=4,6 outputs=7",
      "file-delete-started file=000004.sst",
      "file-deleted file=000004.sst",
      "file-delete-started file=000006.sst",
      "file-deleted file=000006.sst",
    ]);
    await database.close();
  });

  it("slows writes down, and stops them, while level 0 is too full; and lets them go on after", async () => {
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const parts = {
      ...defaultEngineParts,
      CompactionJob: class extends defaultEngineParts.CompactionJob {
        override async run() {
          await gate;
          return super.run();
        }
      },
    };
    const options = { level0CompactionTrigger: 2, level0SlowdownTrigger: 3, level0StopTrigger: 4 };
    const { host, database } = await open({ ...TINY, ...options }, parts);
    let written = 0;
    const writing = (async () => {
      for (; written < 100; written++) await database.put(bytes(`k${written}`), bytes("x".repeat(100)));
    })();
    while (!host.events.some((event) => event["reason"] === "level0-stop")) await Promise.resolve();
    const stopped = written;
    for (let i = 0; i < 1_000; i++) await Promise.resolve();
    expect(written).toBe(stopped);
    expect(database.version.level(0)).toHaveLength(4);
    release();
    await writing;
    const stalls = host.eventsOf("write-stall").map((event) => event["reason"]);
    expect(stalls).toContain("level0-slowdown");
    expect(stalls).toContain("level0-stop");
    expect(host.eventsOf("write-resumed")).toHaveLength(stalls.length);
    for (let i = 0; i < 100; i++) expect(text(await database.get(bytes(`k${i}`)))).toBe("x".repeat(100));
    await database.close();
  });

  it("moves a table that meets no other down as it is", async () => {
    const { host, database } = await open({
      ...TINY,
      writeBufferBytes: 100_000,
      level0CompactionTrigger: 100,
      level0StopTrigger: 200,
    });
    await database.put(bytes("a"), bytes("1"));
    await database.compactRange();
    const before = database.version.files()[0]?.number;
    expect(database.version.level(1)).toHaveLength(1);
    expect(host.eventsOf("compaction-finished").map(line)).toEqual([
      `compaction-finished inputs=${before} outputs=${before}`,
    ]);
    expect(text(await database.get(bytes("a")))).toBe("1");
    await database.close();
  });

  it("charges the processor for its work", async () => {
    const { host, database } = await open(TINY);
    for (let i = 0; i < 200; i++) await database.put(bytes(`k${i}`), bytes("x".repeat(50)));
    await database.settled();
    expect(host.work).toBeGreaterThan(200 * 1_000);
    const before = host.work;
    for (let i = 0; i < 200; i++) await database.get(bytes(`k${i}`));
    expect(host.work - before).toBeGreaterThan(150 * 1_000);
    await database.close();
  });

  it("opens with few calls on the disk", async () => {
    const { disk, database } = await open({});
    const calls = disk.calls.length;
    await database.close();
    expect(calls).toBeLessThan(22);
  });
});
