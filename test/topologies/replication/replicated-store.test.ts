import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { openDatabase, type EngineOptions } from "../../../engine/index.ts";
import { MILLISECOND } from "../../../host/time.ts";
import { VirtualDisk } from "../../../sim/fs/virtual-disk.ts";
import type { LogEntry } from "../../../topologies/replication/position.ts";
import { ReplicatedStore } from "../../../topologies/replication/replicated-store.ts";
import {
  ApplyOrderError,
  ForeignDatabaseError,
  MalformedEntryError,
} from "../../../topologies/replication/store-errors.ts";
import { STATE_KEY } from "../../../topologies/replication/store-state.ts";
import {
  decodeChanges,
  encodeChanges,
  encodeStoredChanges,
  type StoredChange,
} from "../../../topologies/replication/stored-changes.ts";
import { readOperation } from "../../../topologies/read-operation.ts";
import { storedKey } from "../../../topologies/stored-values.ts";
import { bytes, text, TINY } from "../../engine/support/bytes.ts";
import { DISKS, type Machine, type TestDisk } from "../../engine/support/disks.ts";
import { MemoryDisk } from "../../engine/support/memory-disk.ts";
import { MemoryHost } from "../../engine/support/memory-host.ts";
import { run, simulation } from "../../sim/support/simulate.ts";

function openStore(
  machine: Pick<Machine, "host" | "fs">,
  options: Partial<EngineOptions> = TINY,
  directory = "/db",
): Promise<ReplicatedStore> {
  return ReplicatedStore.open({ host: machine.host, fs: machine.fs, directory, options });
}

function memory(disk = new MemoryDisk()): { disk: MemoryDisk; host: MemoryHost; fs: ReturnType<MemoryDisk["mount"]> } {
  const fs = disk.mount();
  return { disk, host: new MemoryHost(fs, 1), fs };
}

type Write = readonly [key: string, value: string | undefined];

function stored(writes: readonly Write[]): StoredChange[] {
  return writes.map(([key, value]) => ({ key: bytes(key), value: value === undefined ? undefined : bytes(value) }));
}

function entryOf(epoch: number, lsn: number, writes: readonly Write[]): LogEntry {
  return { epoch, lsn, payload: encodeStoredChanges(stored(writes)) };
}

/** The content after writes, each list of which is an entry. */
function contentAfter(entries: readonly (readonly Write[])[]): Map<string, string> {
  const content = new Map<string, string>();
  for (const [key, value] of entries.flat()) {
    if (value === undefined) content.delete(key);
    else content.set(key, value);
  }
  return content;
}

async function contentOf(store: ReplicatedStore): Promise<Map<string, string>> {
  const content = new Map<string, string>();
  for await (const [key, value] of store.database.iterator()) {
    if (key[0] !== 0xff) content.set(text(key) as string, text(value) as string);
  }
  return content;
}

/** Whether position, digest and content of a store belong together. */
async function expectConsistent(store: ReplicatedStore, entries: readonly (readonly Write[])[]): Promise<void> {
  const content = contentAfter(entries.slice(0, store.applied.lsn));
  expect(await contentOf(store)).toEqual(new Map([...content].sort(([a], [b]) => (a < b ? -1 : 1))));
  const { applied, digest } = store;
  expect(await store.digestOfContent()).toEqual({ applied, digest, entries: content.size });
}

const writes = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: 12 }).map((key) => `k${key}`),
    fc.option(fc.string({ maxLength: 30 }), { nil: undefined, freq: 3 }),
  ),
  { maxLength: 4 },
);

describe("changes of an entry", () => {
  it("are the same again when decoded", () => {
    const change = fc.record({
      key: fc.uint8Array({ minLength: 1, maxLength: 200 }),
      value: fc.option(fc.uint8Array({ maxLength: 300 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), (changes) => {
        expect(decodeChanges(encodeStoredChanges(changes))).toEqual(changes);
      }),
    );
    expect(decodeChanges(new Uint8Array())).toEqual([]);
  });

  it("name the keys of the database", () => {
    const payload = encodeChanges([
      { kind: "counter", key: "n", value: bytes("7") },
      { kind: "register", key: "x", value: undefined },
    ]);
    expect(decodeChanges(payload)).toEqual([
      { key: storedKey("counter", "n"), value: bytes("7") },
      { key: bytes("x"), value: undefined },
    ]);
  });
});

describe.each(DISKS)("replicated store on a $name", (provider) => {
  const disks: TestDisk[] = [];
  afterEach(async () => {
    for (const disk of disks.splice(0)) await disk.dispose();
  });

  it("has at every position the content and the digest of that position, in whatever portions it applies", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(writes, { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 30, maxLength: 30 }),
        async (entries, portions) => {
          const disk = provider.create();
          disks.push(disk);
          let store = await openStore(await disk.restart());
          const digests: string[] = [];
          for (let next = 1; next <= entries.length;) {
            const until = Math.min(entries.length, next + (portions[next - 1] as number) - 1);
            // Some are applied once more, and passed over.
            const from = Math.max(1, next - 2);
            await store.apply(entries.slice(from - 1, until).map((each, index) => entryOf(1, from + index, each)));
            expect(store.applied).toEqual({ epoch: 1, lsn: until });
            await expectConsistent(store, entries);
            digests[until] = store.digest;
            if (portions[next] === 5) {
              await store.close();
              store = await openStore(await disk.restart());
              expect([store.applied.lsn, store.digest]).toEqual([until, digests[until]]);
            }
            next = until + 1;
          }
          const other = await openStore(await disk.beside(), TINY, "/other");
          await other.apply(entries.map((each, index) => entryOf(1, index + 1, each)));
          expect(other.digest).toBe(store.digest);
          await other.close();
          await store.close();
        },
      ),
      { numRuns: provider.name === "memory" ? 60 : 4 },
    );
  });

  it("makes checkpoints of one position while it goes on applying", async () => {
    const disk = provider.create();
    disks.push(disk);
    const store = await openStore(await disk.restart());
    const entries = Array.from({ length: 120 }, (_, i): Write[] => [[`k${i % 17}`, `value ${i}`]]);
    const checkpoints: Promise<{ applied: { lsn: number }; digest: string }>[] = [];
    const applying: Promise<void>[] = [];
    for (const [index, each] of entries.entries()) {
      const applied = store.apply([entryOf(2, index + 1, each)]);
      applying.push(applied);
      if (index % 40 === 20) checkpoints.push(store.checkpoint(`/copy-${checkpoints.length}`));
      if (index % 3 === 0) await applied;
    }
    await Promise.all(applying);
    for (const [index, made] of (await Promise.all(checkpoints)).entries()) {
      const copy = await openStore(await disk.beside(), TINY, `/copy-${index}`);
      expect([copy.applied, copy.digest]).toEqual([made.applied, made.digest]);
      expect(copy.applied.lsn).toBeLessThan(121);
      await expectConsistent(copy, entries);
      await copy.apply(entries.slice(copy.applied.lsn).map((each, i) => entryOf(2, copy.applied.lsn + i + 1, each)));
      expect(copy.digest).toBe(store.digest);
      await copy.close();
    }
    await store.close();
  });
});

describe("replicated store", () => {
  it("refuses a hole, an epoch of the past and what is no list of changes, and applies nothing of it", async () => {
    const store = await openStore(memory());
    await store.apply([entryOf(3, 1, [["a", "1"]])]);
    await expect(store.apply([entryOf(3, 3, [["a", "2"]])])).rejects.toThrow(ApplyOrderError);
    await expect(store.apply([entryOf(3, 2, [["a", "2"]]), entryOf(2, 3, [])])).rejects.toThrow(
      "entry 2/3 does not follow 3/2; apply those between first",
    );
    await expect(store.apply([{ epoch: 3, lsn: 2, payload: bytes("\u0009abc") }])).rejects.toThrow(MalformedEntryError);
    const own = encodeStoredChanges([{ key: STATE_KEY, value: bytes("x") }]);
    await expect(store.apply([{ epoch: 3, lsn: 2, payload: own }])).rejects.toThrow("it changes the store's own key");
    expect(store.applied).toEqual({ epoch: 3, lsn: 1 });
    await expectConsistent(store, [[["a", "1"]]]);
    await store.apply([entryOf(3, 1, [["a", "9"]]), entryOf(4, 2, [])]);
    expect(store.applied).toEqual({ epoch: 4, lsn: 2 });
    expect(await readOperation(store.database, { op: "scan", from: "", limit: 10 })).toEqual([["a", "1"]]);
  });

  it("rewinds keys and position together, durably, and keeps a mark beside them", async () => {
    const machine = memory();
    const store = await openStore(machine);
    await store.apply([
      entryOf(1, 1, [
        ["a", "1"],
        ["b", "1"],
      ]),
      entryOf(1, 2, [["a", "2"]]),
      entryOf(1, 3, [["c", "3"]]),
    ]);
    const elsewhere = await openStore(memory());
    await elsewhere.apply([
      entryOf(1, 1, [
        ["a", "1"],
        ["b", "1"],
      ]),
      entryOf(2, 2, [["b", "2"]]),
    ]);
    await store.overwrite(
      stored([
        ["a", "1"],
        ["b", "2"],
        ["c", undefined],
      ]),
      { epoch: 1, lsn: 1 },
      bytes("consistent from 2/2 on"),
    );
    machine.disk.powerLoss();
    const again = await openStore(memory(machine.disk));
    expect(again.applied).toEqual({ epoch: 1, lsn: 1 });
    expect(text(again.mark)).toBe("consistent from 2/2 on");
    await again.apply([entryOf(2, 2, [["b", "2"]])]);
    expect(again.digest).toBe(elsewhere.digest);
    expect(text(again.mark)).toBe("consistent from 2/2 on");
    await again.setMark(undefined);
    expect(again.mark).toBeUndefined();
    expect((await again.digestOfContent()).digest).toBe(elsewhere.digest);
  });

  it("says up to where it is durable", async () => {
    const machine = memory();
    const store = await openStore(machine);
    await store.apply([entryOf(1, 1, [["a", "1"]])]);
    expect(await store.makeDurable()).toEqual({ epoch: 1, lsn: 1 });
    const syncs = machine.disk.count("sync");
    expect(await store.makeDurable()).toEqual({ epoch: 1, lsn: 1 });
    expect(machine.disk.count("sync")).toBe(syncs);
    await store.apply([entryOf(1, 2, [["a", "2"]])]);
    machine.disk.powerLoss();
    const again = await openStore(memory(machine.disk));
    expect(again.applied.lsn).toBe(1);
    await expectConsistent(again, [[["a", "1"]]]);
  });

  it("refuses a database that is none", async () => {
    const { host, fs } = memory();
    const database = await openDatabase({ host, fs, directory: "/db" });
    await database.put(bytes("a"), bytes("1"));
    await database.put(STATE_KEY, bytes("\u0009"));
    await database.close();
    await expect(openStore({ host, fs })).rejects.toThrow("its position cannot be read: its format is version 9");
    const other = await openDatabase({ host, fs, directory: "/db" });
    await other.delete(STATE_KEY);
    await other.close();
    await expect(openStore({ host, fs })).rejects.toThrow(ForeignDatabaseError);
  });

  it("is failed when the engine is", async () => {
    const machine = memory();
    const store = await openStore(machine);
    machine.disk.onCall = ({ operation }) => {
      if (operation === "write") throw new Error("EIO");
    };
    await expect(store.apply([entryOf(1, 1, [["a", "1"]])])).rejects.toThrow("EIO");
    expect(store.failure?.cause).toMatchObject({ message: "EIO" });
    expect(store.applied.lsn).toBe(0);
    expect(store.fullDisk).toBeUndefined();
  });
});

/** A store that applies a log that never forgets, on a machine that is killed or loses power again and again. */
async function ordeal(seed: string, deaths: number): Promise<number> {
  const world = simulation({ seed });
  const disk = new VirtualDisk(world.kernel, "disk", { writeBack: { least: MILLISECOND, most: 20 * MILLISECOND } });
  const chance = world.kernel.random("test");
  const failures: unknown[] = [];
  const entries: Write[][] = [];
  /** Whole histories: what is applied is a prefix of the entries, up to the last rewind. */
  let durable = 0;
  let recoveries = 0;
  const machine = world.host(
    "node",
    async (host) => {
      const options = { ...TINY, writeBufferBytes: 600 };
      const store = await openStore({ host, fs: host.fs("local") }, options);
      if (store.applied.lsn < durable) failures.push(`${durable} was durable, ${store.applied.lsn} is there`);
      await expectConsistent(store, entries).catch((error: unknown) => failures.push(error));
      durable = store.applied.lsn;
      recoveries++;
      const draw = host.random("work");
      for (;;) {
        const { lsn } = store.applied;
        const kind = draw.below(12);
        if (kind === 0) {
          const made = await store.makeDurable();
          durable = made.lsn;
        } else if (kind === 1 && lsn > durable) {
          // Rewinds to what is durable: any key that was changed since is given its value of then.
          const changed = new Set(
            entries
              .slice(durable, lsn)
              .flat()
              .map(([key]) => key),
          );
          const before = contentAfter(entries.slice(0, durable));
          await store.overwrite(
            stored([...changed].map((key) => [key, before.get(key)])),
            { epoch: 1, lsn: durable },
            undefined,
          );
        } else {
          const count = 1 + draw.below(3);
          while (entries.length < lsn + count) {
            const length = draw.below(3);
            entries.push(
              Array.from({ length }, (): Write => [
                `k${draw.below(15)}`,
                draw.chance(1, 4) ? undefined : `v${entries.length}`,
              ]),
            );
          }
          await store.apply(entries.slice(lsn, lsn + count).map((each, i) => entryOf(1, lsn + 1 + i, each)));
        }
      }
    },
    { mounts: { local: disk } },
  );
  let died = 0;
  const die = (): void => {
    if (died++ === deaths) return;
    if (chance.chance(1, 3)) machine.kill();
    else machine.powerLoss();
    machine.restart();
    world.at(chance.below(8 * MILLISECOND), die);
  };
  world.at(chance.below(8 * MILLISECOND), die);
  const result = await run(world, { until: () => died > deaths || failures.length > 0, maxEvents: 2_000_000 });
  expect(failures, `seed ${seed}`).toEqual([]);
  expect(
    result.crashes.map(({ error }) => String(error)),
    `seed ${seed}`,
  ).toEqual([]);
  expect(result.end, `seed ${seed}: ${String(result.failure)}`).toBe("done");
  return recoveries;
}

describe("replicated store on a simulated disk", () => {
  it("has position, digest and content of one moment after any crash, none earlier than what was durable", async () => {
    let recoveries = 0;
    for (let seed = 0; seed < 20; seed++) recoveries += await ordeal(`store-${seed}`, 10);
    expect(recoveries).toBeGreaterThan(60);
  });
});
