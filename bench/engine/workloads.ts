import { keyOf, missingKeyOf, randomIndexes, shuffledIndexes, VALUE_BYTES, valueSource } from "./entries.ts";
import { BATCH, type Contender, type Mode } from "./contender.ts";

export interface Scale {
  /** Entries in the database that is loaded. */
  readonly keys: number;
  /** Operations of the rows that only read: fewer than keys, when these are very many. */
  readonly reads: number;
  /** Operations of the row whose writes are durable: every one waits for the disk, however large the database is. */
  readonly durableWrites: number;
}

export interface Outcome {
  readonly operations: number;
  readonly seconds: number;
}

/** One row of the table. */
export interface Workload {
  readonly name: string;
  readonly mode: Mode;
  /** What it runs on: a new database, or the one that the workload before it left. */
  readonly on: "new" | "last";
  /** Whether its writes are to be durable before they are acknowledged. */
  readonly durable: boolean;
  /** Runs it; undefined when the engine has no such mode. */
  readonly run: (contender: Contender, scale: Scale) => Promise<Outcome> | undefined;
}

const SHUFFLE = 1;
const SHUFFLE_OF_OVERWRITES = 2;
const LARGE_VALUE = 100_000;

async function timed(operations: number, work: () => Promise<unknown> | void): Promise<Outcome> {
  const begin = process.hrtime.bigint();
  await work();
  return { operations, seconds: Number(process.hrtime.bigint() - begin) / 1e9 };
}

type Order = (count: number) => (i: number) => number;

const inSequence: Order = () => (i) => i;
const atRandom: Order = (count) => shuffledIndexes(count, SHUFFLE);
const atRandomAnew: Order = (count) => shuffledIndexes(count, SHUFFLE_OF_OVERWRITES);

function fill(name: string, mode: Mode, on: "new" | "last", order: Order): Workload {
  return {
    name,
    mode,
    on,
    durable: false,
    run: (contender, { keys }) => {
      const indexOf = order(keys);
      const value = valueSource(VALUE_BYTES);
      if (mode === "batch") {
        return timed(keys, async () => {
          for (let from = 0; from < keys; from += BATCH) {
            await contender.writeBatch(Math.min(BATCH, keys - from), (i) => keyOf(indexOf(from + i)), value);
          }
        });
      }
      if (mode === "awaited") {
        return timed(keys, async () => {
          for (let i = 0; i < keys; i++) await contender.put(keyOf(indexOf(i)), value());
        });
      }
      if (contender.putNow === undefined) return undefined;
      return timed(keys, () => {
        for (let i = 0; i < keys; i++) contender.putNow?.(keyOf(indexOf(i)), value());
      });
    },
  };
}

/** Writes of which each is durable before the next begins. */
export function durableWrites(contender: Contender, count: number): Promise<Outcome> {
  const value = valueSource(VALUE_BYTES);
  return timed(count, async () => {
    for (let i = 0; i < count; i++) await contender.putDurably(keyOf(i), value());
  });
}

const fillSync: Workload = {
  name: "fillsync",
  mode: "awaited",
  on: "new",
  durable: true,
  run: (contender, scale) => durableWrites(contender, scale.durableWrites),
};

const fillLarge: Workload = {
  name: "fill100K",
  mode: "awaited",
  on: "new",
  durable: false,
  run: (contender, { keys }) => {
    const count = Math.max(1, Math.floor(keys / 1_000));
    const value = valueSource(LARGE_VALUE);
    return timed(count, async () => {
      for (let i = 0; i < count; i++) await contender.put(keyOf(i), value());
    });
  },
};

function read(name: string, mode: Mode, pick: (keys: number) => () => Uint8Array, found: boolean): Workload {
  return {
    name,
    mode,
    on: "last",
    durable: false,
    run: (contender, { keys, reads }) => {
      const key = pick(keys);
      const check = (value: Uint8Array | undefined): void => {
        if ((value?.length === VALUE_BYTES) !== found) throw new Error(`${name}: a get answered wrong`);
      };
      if (mode === "awaited") {
        return timed(reads, async () => {
          for (let i = 0; i < reads; i++) check(await contender.get(key()));
        });
      }
      if (contender.getNow === undefined) return undefined;
      return timed(reads, async () => {
        for (let i = 0; i < reads; i++) {
          const value = contender.getNow?.(key());
          check(value instanceof Promise ? await value : value);
        }
      });
    },
  };
}

const anyKey = (keys: number) => {
  const index = randomIndexes(keys, 1_000);
  return () => keyOf(index());
};
const noKey = (keys: number) => {
  const index = randomIndexes(keys, 2_000);
  return () => missingKeyOf(index());
};
/** One key in a hundred. */
const hotKey = (keys: number) => anyKey(Math.max(1, Math.floor(keys / 100)));

const seekRandom: Workload = {
  name: "seekrandom",
  mode: "awaited",
  on: "last",
  durable: false,
  run: (contender, { keys, reads }) => {
    const key = anyKey(keys);
    const count = Math.ceil(reads / 4);
    return timed(count, async () => {
      for (let i = 0; i < count; i++) {
        if ((await contender.seek(key())) !== 1) throw new Error("seekrandom: found nothing");
      }
    });
  },
};

function scan(name: string, mode: Mode, reverse: boolean): Workload {
  return {
    name,
    mode,
    on: "last",
    durable: false,
    run: (contender, { keys, reads }) => {
      const limit = mode === "awaited" ? reads : keys;
      let pending: Promise<number> | undefined;
      const outcome = timed(limit, async () => {
        pending = contender.scan(mode, reverse, limit);
        if (pending !== undefined && (await pending) !== limit) throw new Error(`${name}: did not see all entries`);
      });
      return pending === undefined ? undefined : outcome;
    },
  };
}

/** Writes a second beside the reads of readwhilewriting; unlimited, a fast writer would be punished by its own haste. */
const WRITES_PER_SECOND = 10_000;

const readWhileWriting: Workload = {
  name: "readwhilewriting",
  mode: "awaited",
  on: "last",
  durable: false,
  run: (contender, { keys, reads }) => {
    const [readKey, writeKey] = [anyKey(keys), hotKey(keys * 100)];
    const value = valueSource(VALUE_BYTES);
    const reader = { reading: true };
    const write = async (): Promise<void> => {
      const begin = performance.now();
      for (let written = 0; reader.reading;) {
        const due = ((performance.now() - begin) / 1_000) * WRITES_PER_SECOND;
        for (; written < due; written++) await contender.put(writeKey(), value());
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    return timed(reads, async () => {
      const writer = write();
      for (let i = 0; i < reads; i++) {
        if ((await contender.get(readKey())) === undefined) throw new Error("readwhilewriting: a key is missing");
        // Where gets answer without waiting, nothing else would ever have its turn.
        if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      reader.reading = false;
      await writer;
    });
  },
};

function deleteRandom(mode: Mode): Workload {
  return {
    name: "deleterandom",
    mode,
    on: "last",
    durable: false,
    run: (contender, { keys, reads }) => {
      const indexOf = shuffledIndexes(keys, SHUFFLE);
      if (mode === "awaited") {
        return timed(reads, async () => {
          for (let i = 0; i < reads; i++) await contender.delete(keyOf(indexOf(i)));
        });
      }
      return timed(keys, async () => {
        for (let from = 0; from < keys; from += BATCH) {
          await contender.writeBatch(Math.min(BATCH, keys - from), (i) => keyOf(indexOf(from + i)), undefined);
        }
      });
    },
  };
}

/** In the order in which they run: writes first, then reads of what they left. */
export const WORKLOADS: readonly Workload[] = [
  fillSync,
  fillLarge,
  fill("fillseq", "awaited", "new", inSequence),
  fill("fillseq", "batch", "new", inSequence),
  fill("fillseq", "sync call", "new", inSequence),
  fill("fillrandom", "awaited", "new", atRandom),
  fill("fillrandom", "batch", "new", atRandom),
  fill("overwrite", "awaited", "last", atRandomAnew),
  fill("overwrite", "batch", "last", atRandomAnew),
  read("readrandom", "awaited", anyKey, true),
  read("readrandom", "sync call", anyKey, true),
  read("readmissing", "awaited", noKey, false),
  read("readmissing", "sync call", noKey, false),
  read("readhot", "awaited", hotKey, true),
  read("readhot", "sync call", hotKey, true),
  seekRandom,
  scan("readseq", "awaited", false),
  scan("readseq", "batch", false),
  scan("readseq", "sync call", false),
  scan("readreverse", "awaited", true),
  scan("readreverse", "batch", true),
  scan("readreverse", "sync call", true),
  readWhileWriting,
];

/** The rows that leave no entries to read; they run last. */
export const DELETIONS: readonly Workload[] = [deleteRandom("awaited"), deleteRandom("batch")];
