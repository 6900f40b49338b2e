import type { RandomStream } from "../../host/random.ts";
import {
  SMALL,
  type ChangeStep,
  type CrashWorkload,
  type DeleteRangeStep,
  type DeleteStep,
  type PutStep,
  type Step,
  type WriteStep,
} from "./workload.ts";

const put = (key: string, bytes = 40): PutStep => ({ do: "put", key, bytes });
const remove = (key: string): DeleteStep => ({ do: "delete", key });
const removeRange = (from: string, to: string): DeleteRangeStep => ({ do: "delete-range", from, to });
const batch = (...changes: ChangeStep[]) => ({ do: "batch" as const, changes });
const later = (step: ChangeStep | ReturnType<typeof batch>): WriteStep => ({ ...step, sync: false });
const synced = (step: ChangeStep | ReturnType<typeof batch>): WriteStep => ({ ...step, sync: true });

/** The same step for each of some keys. */
const each = (keys: string, step: (key: string) => Step): Step[] => keys.split("").map(step);

const FLUSH: Step = { do: "flush" };
const COMPACT: Step = { do: "compact" };
const SETTLE: Step = { do: "settle" };
const REOPEN: Step = { do: "reopen" };
const READ: Step = { do: "read" };

/**
 * The workloads that a crash exploration runs, the shortest first. Each makes a different part of the engine meet the
 * crash: together they rotate logs, flush, compact through several levels, begin manifests, reopen, and make checkpoints.
 */
const WORKLOADS: readonly CrashWorkload[] = [
  {
    name: "first-write",
    summary: "a new database, one durable write",
    options: SMALL,
    steps: [synced(put("a"))],
  },
  {
    name: "sync-and-not",
    summary: "writes with and without sync in one log",
    options: SMALL,
    steps: [
      later(put("a")),
      later(put("b")),
      synced(put("a", 60)),
      later(put("c")),
      later(put("b", 20)),
      later(remove("a")),
    ],
  },
  {
    name: "sectors",
    summary: "records that cross the device's sectors, so that a crash can tear them",
    options: { ...SMALL, writeBufferBytes: 100_000 },
    steps: [
      later(put("a", 450)),
      later(put("b", 600)),
      synced(put("c", 30)),
      later(put("d", 500)),
      later(put("a", 90)),
    ],
  },
  {
    name: "syncs-beside",
    summary: "a log is synced as it fills, while writes go on, and then rotated",
    options: { ...SMALL, walBytesPerSync: 120 },
    steps: [
      ...each("abcd", (key) => later(put(key, 70))),
      synced(put("e")),
      ...each("fg", (key) => later(put(key, 80))),
    ],
  },
  {
    name: "one-flush",
    summary: "a memtable becomes a table, its log goes",
    options: SMALL,
    steps: [...each("abc", (key) => later(put(key, 60))), FLUSH, synced(put("d")), READ],
  },
  {
    name: "rotation",
    summary: "logs are rotated by writes that are not synced, then one is",
    options: { ...SMALL, level0CompactionTrigger: 8, level0SlowdownTrigger: 12, level0StopTrigger: 16 },
    steps: [...each("abcdefgh", (key) => later(put(key, 90))), synced(put("i")), SETTLE],
  },
  {
    name: "reopen",
    summary: "a database closed and opened twice, with writes between",
    options: SMALL,
    steps: [
      later(put("a", 80)),
      synced(put("b", 80)),
      REOPEN,
      later(put("a", 30)),
      later(remove("b")),
      REOPEN,
      synced(put("c")),
    ],
  },
  {
    name: "deletions",
    summary: "keys are deleted, and their deletions compacted over the tables that hold them",
    options: SMALL,
    steps: [
      ...each("abcd", (key) => later(put(key, 50))),
      COMPACT,
      later(put("a", 70)),
      later(remove("b")),
      FLUSH,
      later(remove("a")),
      synced(remove("d")),
      FLUSH,
      SETTLE,
      READ,
      COMPACT,
      READ,
    ],
  },
  {
    name: "levels",
    summary: "a deletion is compacted on a level above the one that holds the key",
    options: { ...SMALL, writeBufferBytes: 2_000, level0CompactionTrigger: 1, level1Bytes: 250 },
    steps: [
      ...each("abcdef", (key) => later(put(key, 70))),
      FLUSH,
      SETTLE,
      later(put("a", 40)),
      later(put("f", 40)),
      FLUSH,
      SETTLE,
      later(remove("c")),
      synced(remove("d")),
      FLUSH,
      SETTLE,
      READ,
      later(put("e", 150)),
      FLUSH,
      SETTLE,
      READ,
    ],
  },
  {
    name: "batches",
    summary: "batches of several keys, all of each or nothing",
    options: SMALL,
    steps: [
      later(batch(put("a", 30), put("b", 30), put("c", 30))),
      synced(batch(put("a", 50), remove("b"), put("d", 200))),
      later(batch(put("b", 250), put("c", 250), remove("d"))),
      later(batch(remove("a"), put("d", 20))),
      synced(batch(put("a", 20), put("e", 20))),
      later(batch(remove("a"), remove("b"), remove("c"), remove("e"))),
    ],
  },
  {
    name: "groups",
    summary: "writes handed over at once, with and without sync: they are logged together",
    options: SMALL,
    steps: [
      { do: "together", writes: [later(put("a")), synced(put("b")), later(put("c")), later(put("a", 20))] },
      { do: "together", writes: [later(remove("b")), later(put("d", 200)), synced(put("e", 30))] },
      { do: "together", writes: [synced(put("a", 150)), synced(put("b", 150)), later(put("c", 150))] },
      { do: "together", writes: [later(put("f", 20)), later(put("g", 20))] },
    ],
  },
  {
    name: "manifests",
    summary: "so many flushes that new manifests are begun",
    options: { ...SMALL, manifestBytes: 200, level0CompactionTrigger: 3 },
    steps: [
      ..."abcd".split("").flatMap((key): Step[] => [later(put(key, 30)), FLUSH]),
      SETTLE,
      synced(put("e")),
      FLUSH,
      later(remove("a")),
      SETTLE,
    ],
  },
  {
    name: "compactions",
    summary: "overwritten keys compacted through the levels while writes go on",
    options: SMALL,
    steps: [
      ...each("abcabdaebfabc", (key) => later(put(key, 110))),
      synced(remove("b")),
      ...each("acdefg", (key) => later(put(key, 90))),
      SETTLE,
      READ,
    ],
  },
  {
    name: "snapshots",
    summary: "a snapshot and an iterator hold what is overwritten and compacted meanwhile",
    options: SMALL,
    steps: [
      ...each("abcd", (key) => later(put(key, 60))),
      { do: "hold" },
      { do: "walk" },
      ...each("abd", (key) => later(put(key, 70))),
      later(remove("c")),
      COMPACT,
      { do: "walk-on" },
      { do: "release" },
      synced(put("e")),
      COMPACT,
      READ,
    ],
  },
  {
    name: "range-deletes",
    summary: "ranges are deleted in memory, across tables and levels, and written over",
    options: SMALL,
    steps: [
      ...each("abcdef", (key) => later(put(key, 50))),
      synced(removeRange("b", "d")),
      later(put("c", 30)),
      FLUSH,
      later(removeRange("a", "c")),
      later(batch(removeRange("d", "z"), put("e", 40))),
      FLUSH,
      SETTLE,
      READ,
      COMPACT,
      synced(put("a")),
      READ,
    ],
  },
  {
    name: "checkpoints",
    summary: "checkpoints of un-synced writes, of tables, and after more writes",
    options: SMALL,
    steps: [
      later(put("a", 50)),
      later(put("b", 50)),
      { do: "checkpoint" },
      later(put("a", 70)),
      FLUSH,
      later(remove("b")),
      { do: "checkpoint" },
      later(put("c")),
    ],
  },
  {
    name: "large-values",
    summary: "values larger than a page and than a log's block",
    options: { ...SMALL, writeBufferBytes: 40_000, tableBytes: 30_000, transferBytes: 16_384 },
    steps: [later(put("a", 6_000)), synced(put("b", 34_000)), later(put("a", 9_000)), later(put("c", 20)), SETTLE],
  },
];

/** The library, by name. */
export const crashWorkloads: ReadonlyMap<string, CrashWorkload> = new Map(
  WORKLOADS.map((workload) => [workload.name, workload]),
);

const RANDOM_NAME = /^random-(\d{1,12})$/;

/** A workload of the library, or "random-N", the N-th of those that are drawn; undefined when there is none of the name. */
export function findWorkload(name: string, random: (name: string) => RandomStream): CrashWorkload | undefined {
  const known = crashWorkloads.get(name);
  if (known !== undefined || !RANDOM_NAME.test(name)) return known;
  return drawWorkload(name, random(`workload/${name}`));
}

const KEYS = "abcdefg".split("");

function drawWorkload(name: string, random: RandomStream): CrashWorkload {
  const change = (): ChangeStep => {
    const draw = random.below(10);
    if (draw < 7) return put(random.pick(KEYS), random.pick([10, 30, 60, 120, 300]));
    if (draw < 9) return remove(random.pick(KEYS));
    const [one, other] = [random.pick(KEYS), random.pick(KEYS)];
    return one < other ? removeRange(one, other) : removeRange(other, `${one}~`);
  };
  const write = (): WriteStep => {
    const several = random.chance(1, 5);
    const sync = random.chance(1, 4);
    return { ...(several ? batch(change(), change(), change()) : change()), sync };
  };
  const steps: Step[] = [];
  const count = random.between(8, 22);
  while (steps.length < count) {
    const draw = random.below(20);
    if (draw < 13) steps.push(write());
    else if (draw < 15) steps.push({ do: "together", writes: [write(), write(), write()] });
    else steps.push(random.pick([FLUSH, FLUSH, COMPACT, SETTLE, REOPEN]));
  }
  steps.push(SETTLE, READ);
  const options = {
    ...SMALL,
    writeBufferBytes: random.pick([200, 400, 800]),
    manifestBytes: random.pick([200, 500, 2_000]),
    level0CompactionTrigger: random.pick([1, 2, 4]),
    level1Bytes: random.pick([300, 800, 2_000]),
    blockBytes: random.pick([64, 128, 512]),
    walBytesPerSync: random.pick([0, 0, 100]),
  };
  return { name, summary: "drawn", options, steps };
}
