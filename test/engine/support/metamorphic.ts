import fc from "fast-check";
import {
  type Database,
  type DatabaseIterator,
  type EngineOptions,
  type IteratorOptions,
  openDatabase,
  type Snapshot,
  WriteBatch,
} from "../../../engine/index.ts";
import { bytes, text } from "./bytes.ts";
import { MemoryDisk } from "./memory-disk.ts";
import { MemoryHost } from "./memory-host.ts";

const key = fc.nat(35).map((n) => `k${String.fromCharCode(97 + Math.floor(n / 6))}${n % 6}`);

const change = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant("put" as const), key, padding: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("delete" as const), key }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("deleteRange" as const), key, to: key }) },
);

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

const bounds = fc.record(
  { gte: key, gt: key, lt: key, lte: key, prefix: fc.constantFrom("k", "kb", "kd", "kd3", "z", "") },
  { requiredKeys: [] },
);

type Bounds = typeof bounds extends fc.Arbitrary<infer T> ? T : never;

const move = fc.constantFrom(
  "first" as const,
  "last" as const,
  "next" as const,
  "next" as const,
  "previous" as const,
  "previous" as const,
  "seek" as const,
  "seekForPrevious" as const,
);

/** Which of the open snapshots or iterators an operation means; a number of none means the database as it is. */
const slot = fc.nat(3);

/** One operation on a database. All that it needs is in it, so that a list of them can be shortened anywhere. */
export const operation = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({
      type: fc.constant("write" as const),
      changes: fc.array(change, { minLength: 1, maxLength: 4 }),
      sync: fc.boolean(),
    }),
  },
  { weight: 12, arbitrary: fc.record({ type: fc.constant("get" as const), key, slot }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("scan" as const), bounds, slot, reverse: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("snapshot" as const), slot }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("release" as const), slot }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("iterator" as const), bounds, slot, snapshot: slot }) },
  { weight: 20, arbitrary: fc.record({ type: fc.constant("move" as const), move, key, slot }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("flush" as const) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("compact" as const), key, to: key, whole: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("checkpoint" as const) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("reopen" as const), kill: fc.boolean() }) },
);

export type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** What can be asked of a database, and of the model that it is compared with. */
interface Subject {
  write(changes: readonly Change[], sync: boolean): Promise<string>;
  get(key: string, slot: number): Promise<string>;
  scan(bounds: Bounds, slot: number, reverse: boolean): Promise<string>;
  snapshot(slot: number): Promise<string>;
  release(slot: number): Promise<string>;
  iterator(bounds: Bounds, slot: number, snapshot: number): Promise<string>;
  move(move: string, key: string, slot: number): Promise<string>;
  flush(): Promise<string>;
  compact(from: string | undefined, to: string | undefined): Promise<string>;
  checkpoint(): Promise<string>;
  reopen(kill: boolean): Promise<string>;
}

/** What every operation answered, as lines. */
export async function historyOf(subject: Subject, operations: readonly Operation[]): Promise<string[]> {
  const history: string[] = [];
  for (const each of operations) history.push(`${JSON.stringify(each)} => ${await carryOut(subject, each)}`);
  return history;
}

function carryOut(subject: Subject, each: Operation): Promise<string> {
  switch (each.type) {
    case "write":
      return subject.write(each.changes, each.sync);
    case "get":
      return subject.get(each.key, each.slot);
    case "scan":
      return subject.scan(each.bounds, each.slot, each.reverse);
    case "snapshot":
      return subject.snapshot(each.slot);
    case "release":
      return subject.release(each.slot);
    case "iterator":
      return subject.iterator(each.bounds, each.slot, each.snapshot);
    case "move":
      return subject.move(each.move, each.key, each.slot);
    case "flush":
      return subject.flush();
    case "compact":
      return each.whole ? subject.compact(undefined, undefined) : subject.compact(each.key, each.to);
    case "checkpoint":
      return subject.checkpoint();
    case "reopen":
      return subject.reopen(each.kill);
  }
}

type Entries = readonly (readonly [key: string, value: string])[];

/** The sorted list that a database stands for. */
export class Model implements Subject {
  private content = new Map<string, string>();
  private sequence = 0;
  private readonly snapshots = new Map<number, ReadonlyMap<string, string>>();
  private readonly iterators = new Map<number, { readonly entries: Entries; at: number | undefined }>();

  async write(changes: readonly Change[]): Promise<string> {
    for (const each of changes) {
      if (each.type === "deleteRange" && each.key >= each.to) continue;
      this.sequence++;
      if (each.type === "put") this.content.set(each.key, valueOf(this.sequence, each.padding));
      else if (each.type === "delete") this.content.delete(each.key);
      else for (const k of [...this.content.keys()]) if (k >= each.key && k < each.to) this.content.delete(k);
    }
    return String(this.sequence);
  }

  async get(k: string, at: number): Promise<string> {
    return String(this.view(at).get(k));
  }

  async scan(b: Bounds, at: number, reverse: boolean): Promise<string> {
    const entries = entriesWithin(this.view(at), b);
    return JSON.stringify(reverse ? [...entries].reverse() : entries);
  }

  async snapshot(at: number): Promise<string> {
    this.snapshots.set(at, new Map(this.content));
    return "taken";
  }

  async release(at: number): Promise<string> {
    return this.snapshots.delete(at) ? "released" : "none";
  }

  async iterator(b: Bounds, at: number, snapshot: number): Promise<string> {
    this.iterators.set(at, { entries: entriesWithin(this.view(snapshot), b), at: undefined });
    return "open";
  }

  async move(kind: string, k: string, at: number): Promise<string> {
    const iterator = this.iterators.get(at);
    if (iterator === undefined) return "none";
    const { entries } = iterator;
    const here = iterator.at;
    if (kind === "first" || (kind === "next" && here === undefined)) iterator.at = 0;
    else if (kind === "last" || (kind === "previous" && here === undefined)) iterator.at = entries.length - 1;
    else if (kind === "seek") iterator.at = entries.findIndex(([found]) => found >= k);
    else if (kind === "seekForPrevious") iterator.at = entries.filter(([found]) => found <= k).length - 1;
    else if (entries[here as number] !== undefined) iterator.at = (here as number) + (kind === "next" ? 1 : -1);
    const entry = entries[iterator.at as number];
    // Off either end an iterator stays until it is sent elsewhere.
    if (entry === undefined) iterator.at = -1;
    return entry === undefined ? "end" : entry.join("=");
  }

  async flush(): Promise<string> {
    return "done";
  }

  async compact(): Promise<string> {
    return "done";
  }

  async checkpoint(): Promise<string> {
    return `${this.sequence} ${JSON.stringify(entriesWithin(this.content, {}))}`;
  }

  async reopen(): Promise<string> {
    this.snapshots.clear();
    this.iterators.clear();
    return String(this.sequence);
  }

  private view(at: number): ReadonlyMap<string, string> {
    return this.snapshots.get(at) ?? this.content;
  }
}

function entriesWithin(content: ReadonlyMap<string, string>, b: Bounds): Entries {
  return [...content]
    .filter(([k]) => (b.gte === undefined || k >= b.gte) && (b.gt === undefined || k > b.gt))
    .filter(([k]) => (b.lt === undefined || k < b.lt) && (b.lte === undefined || k <= b.lte))
    .filter(([k]) => b.prefix === undefined || k.startsWith(b.prefix))
    .sort(([a], [c]) => (a < c ? -1 : 1));
}

/** A value that tells which write it came from. */
function valueOf(sequence: number, padding: number): string {
  return `${sequence}${"-".repeat(padding)}`;
}

/** A database under one set of options, on a disk of its own. */
export class Tested implements Subject {
  private readonly disk = new MemoryDisk();
  private readonly options: Partial<EngineOptions>;
  private open: Database | undefined;
  private sequence = 0;
  private checkpoints = 0;
  private readonly snapshots = new Map<number, Snapshot>();
  private readonly iterators = new Map<number, DatabaseIterator>();

  constructor(options: Partial<EngineOptions>) {
    this.options = options;
  }

  async start(): Promise<this> {
    this.open = await this.openAt("/db");
    return this;
  }

  /** Checks everything once more, and ends. */
  async end(): Promise<void> {
    await this.database.settled();
    await this.database.verify();
    await this.database.close();
  }

  async write(changes: readonly Change[], sync: boolean): Promise<string> {
    const batch = new WriteBatch();
    for (const each of changes) {
      if (each.type === "deleteRange" && each.key >= each.to) continue;
      this.sequence++;
      if (each.type === "put") batch.put(bytes(each.key), bytes(valueOf(this.sequence, each.padding)));
      else if (each.type === "delete") batch.delete(bytes(each.key));
      else batch.deleteRange(bytes(each.key), bytes(each.to));
    }
    return String(await this.database.write(batch, { sync }));
  }

  async get(k: string, at: number): Promise<string> {
    const snapshot = this.snapshots.get(at);
    return String(text(await this.database.get(bytes(k), snapshot === undefined ? {} : { snapshot })));
  }

  async scan(b: Bounds, at: number, reverse: boolean): Promise<string> {
    const iterator = this.database.iterator({ ...this.encoded(b, at), reverse });
    return JSON.stringify(await drained(iterator));
  }

  async snapshot(at: number): Promise<string> {
    this.snapshots.get(at)?.release();
    this.snapshots.set(at, this.database.snapshot());
    return "taken";
  }

  async release(at: number): Promise<string> {
    this.snapshots.get(at)?.release();
    return this.snapshots.delete(at) ? "released" : "none";
  }

  async iterator(b: Bounds, at: number, snapshot: number): Promise<string> {
    this.iterators.get(at)?.close();
    this.iterators.set(at, this.database.iterator(this.encoded(b, snapshot)));
    return "open";
  }

  async move(
    kind: "first" | "last" | "next" | "previous" | "seek" | "seekForPrevious",
    k: string,
    at: number,
  ): Promise<string> {
    const iterator = this.iterators.get(at);
    if (iterator === undefined) return "none";
    const stands = await iterator[kind](bytes(k));
    return stands ? `${text(iterator.key)}=${text(iterator.value)}` : "end";
  }

  async flush(): Promise<string> {
    await this.database.flush();
    return "done";
  }

  async compact(from: string | undefined, to: string | undefined): Promise<string> {
    await this.database.compactRange(
      from === undefined ? undefined : bytes(from),
      to === undefined ? undefined : bytes(to),
    );
    return "done";
  }

  async checkpoint(): Promise<string> {
    const directory = `/checkpoint${this.checkpoints++}`;
    const sequence = await this.database.checkpoint(directory);
    const copy = await this.openAt(directory);
    await copy.verify();
    const content = await drained(copy.iterator());
    await copy.close();
    return `${sequence} ${JSON.stringify(content)}`;
  }

  async reopen(kill: boolean): Promise<string> {
    if (kill) this.disk.kill();
    else await this.database.close();
    this.snapshots.clear();
    this.iterators.clear();
    this.open = await this.openAt("/db");
    return String(this.database.lastSequence);
  }

  private get database(): Database {
    return this.open as Database;
  }

  private openAt(directory: string): Promise<Database> {
    const fs = this.disk.mount();
    return openDatabase({ host: new MemoryHost(fs, 1), fs, directory, options: this.options });
  }

  private encoded(b: Bounds, at: number): IteratorOptions {
    const options: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(b)) options[name] = bytes(value);
    const snapshot = this.snapshots.get(at);
    return snapshot === undefined ? options : { ...options, snapshot };
  }
}

async function drained(iterator: DatabaseIterator): Promise<Entries> {
  const entries = await iterator.take(10_000);
  iterator.close();
  return entries.map(([k, value]) => [text(k) as string, text(value) as string]);
}
