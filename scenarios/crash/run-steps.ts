import {
  DatabaseError,
  openDatabase,
  WriteBatch,
  type Database,
  type DatabaseIterator,
  type EngineParts,
  type Snapshot,
} from "../../engine/index.ts";
import { isFileSystemError } from "../../host/file-system-error.ts";
import type { Host } from "../../host/host.ts";
import { describeError } from "../../sim/failure.ts";
import { utf8, utf8Text } from "../../topologies/text.ts";
import { contentOf, disagreement } from "./database-content.ts";
import type { Change, Ledger } from "./ledger.ts";
import { valueOf, type ChangeStep, type CrashWorkload, type Step, type WriteStep } from "./workload.ts";

/** Where a workload's database is. */
export const DIRECTORY = "/db";

/** All keys that a workload gives values, in order. */
export function keysOf(workload: CrashWorkload): string[] {
  const keys = new Set<string>();
  const visit = (step: Step | ChangeStep): void => {
    if (step.do === "put") keys.add(step.key);
    else if (step.do === "batch") step.changes.forEach(visit);
    else if (step.do === "together") step.writes.forEach(visit);
  };
  workload.steps.forEach(visit);
  return [...keys].sort();
}

/** Opens the database of a workload. */
export function openOn(host: Host, workload: CrashWorkload, parts: EngineParts): Promise<Database> {
  const { options } = workload;
  return openDatabase({ host, fs: host.fs("local"), directory: DIRECTORY, options, parts });
}

/** An error that the engine's contract allows a call to reject with. */
export function isTypedError(error: unknown): boolean {
  return error instanceof DatabaseError || isFileSystemError(error);
}

/** A walk that was begun earlier: what it must go on to find. */
interface Walk {
  readonly iterator: DatabaseIterator;
  readonly rest: readonly (readonly [string, string])[];
}

/**
 * Carries out a workload's steps on a host, noting in the ledger what is asked and what is promised, and comparing what is
 * read with it.
 */
export class StepRunner {
  /** What was read and is wrong. */
  readonly problems: string[] = [];
  /** Errors that calls rejected with; after the first of a write, nothing more is written. */
  readonly errors: unknown[] = [];
  private readonly host: Host;
  private readonly workload: CrashWorkload;
  private readonly ledger: Ledger;
  private readonly parts: EngineParts;
  private readonly keys: readonly string[];
  private database: Database | undefined;
  private puts = 0;
  private checkpoints = 0;
  private snapshot: { readonly snapshot: Snapshot; readonly content: ReadonlyMap<string, string> } | undefined;
  private walk: Walk | undefined;

  constructor(host: Host, workload: CrashWorkload, ledger: Ledger, parts: EngineParts) {
    this.host = host;
    this.workload = workload;
    this.ledger = ledger;
    this.parts = parts;
    this.keys = keysOf(workload);
  }

  /** Opens the database, carries out all steps, and closes it. Errors that the contract allows end the steps early. */
  async run(): Promise<void> {
    try {
      this.database = await openOn(this.host, this.workload, this.parts);
      for (const step of this.workload.steps) await this.carryOut(step, this.database);
    } catch (error) {
      this.note(error);
      await this.readAfterError();
    }
    try {
      await this.database?.close();
      if (this.errors.length === 0) this.ledger.settle();
    } catch (error) {
      this.note(error);
    }
  }

  private note(error: unknown): void {
    this.errors.push(error);
    if (!isTypedError(error)) this.problems.push(`an error that no contract knows: ${describeError(error)}`);
  }

  private async carryOut(step: Step, database: Database): Promise<void> {
    switch (step.do) {
      case "put":
      case "delete":
      case "delete-range":
      case "batch":
        return this.write(step, database);
      case "together": {
        const outcomes = await Promise.allSettled(step.writes.map((write) => this.write(write, database)));
        for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
        return;
      }
      case "flush":
        return database.flush();
      case "compact":
        return database.compactRange();
      case "settle":
        return database.settled();
      case "reopen":
        return this.reopen(database);
      case "checkpoint": {
        const directory = `/checkpoint-${++this.checkpoints}`;
        this.ledger.beginCheckpoint(directory);
        await database.checkpoint(directory);
        this.ledger.acknowledgeCheckpoint(directory);
        return;
      }
      case "hold":
        this.snapshot = { snapshot: database.snapshot(), content: this.expected() };
        return;
      case "release":
        return this.release(database);
      case "walk":
        return this.beginWalk(database);
      case "walk-on":
        return this.endWalk();
      case "read":
        return this.compare(database);
    }
  }

  private async write(step: WriteStep, database: Database): Promise<void> {
    const changes = (step.do === "batch" ? step.changes : [step]).map((change) => this.changeOf(change));
    const place = this.ledger.begin(changes);
    await this.commit(changes, step, database);
    this.ledger.acknowledge(place, step.sync);
  }

  private async commit(changes: readonly Change[], step: WriteStep, database: Database): Promise<void> {
    const { sync } = step;
    const [only] = changes;
    if (step.do === "batch" || only === undefined) {
      const batch = new WriteBatch();
      for (const change of changes) addTo(batch, change);
      await database.write(batch, { sync });
    } else if (only.kind === "put") {
      await database.put(utf8(only.key), utf8(only.value), { sync });
    } else if (only.kind === "delete") {
      await database.delete(utf8(only.key), { sync });
    } else {
      await database.deleteRange(utf8(only.from), utf8(only.to), { sync });
    }
  }

  private changeOf(step: ChangeStep): Change {
    switch (step.do) {
      case "put":
        return { kind: "put", key: step.key, value: valueOf(this.puts++, step.bytes) };
      case "delete":
        return { kind: "delete", key: step.key };
      case "delete-range":
        return { kind: "delete-range", from: step.from, to: step.to };
    }
  }

  private async reopen(database: Database): Promise<void> {
    this.database = undefined;
    await database.close();
    this.ledger.settle();
    this.snapshot = undefined;
    this.walk = undefined;
    this.database = await openOn(this.host, this.workload, this.parts);
    await this.compare(this.database);
  }

  /** What a read must find, as far as the writes under way leave no doubt. */
  private expected(): Map<string, string> {
    return this.ledger.contentAfter(this.ledger.promised.begun);
  }

  private async compare(database: Database): Promise<void> {
    const content = await contentOf(database);
    const { begun } = this.ledger.promised;
    const wrong = this.ledger.judge(content, begun, begun) ?? (await disagreement(database, content, this.keys));
    if (wrong !== undefined) this.problems.push(`a read while all was well: ${wrong}`);
  }

  private async release(database: Database): Promise<void> {
    const held = this.snapshot;
    if (held === undefined) return;
    this.snapshot = undefined;
    const found = await contentOf(database, held.snapshot);
    held.snapshot.release();
    if (sameContent(found, held.content)) return;
    this.problems.push("a snapshot shows something else than when it was taken");
  }

  private async beginWalk(database: Database): Promise<void> {
    const iterator = database.iterator();
    await iterator.first();
    this.walk = { iterator, rest: [...this.expected()].sort(([a], [b]) => (a < b ? -1 : 1)) };
  }

  private async endWalk(): Promise<void> {
    const { walk } = this;
    if (walk === undefined) return;
    this.walk = undefined;
    const { iterator, rest } = walk;
    const found: (readonly [string, string])[] = [];
    for (; iterator.valid; await iterator.next()) found.push([utf8Text(iterator.key), utf8Text(iterator.value)]);
    iterator.close();
    if (found.join("\n") !== rest.join("\n")) {
      this.problems.push("an iterator shows something else than was there when it was made");
    }
  }

  /** After an error reads are right, or fail with an error of their own. */
  private async readAfterError(): Promise<void> {
    const { database } = this;
    if (database === undefined) return;
    try {
      const content = await contentOf(database);
      const { acknowledged, begun } = this.ledger.promised;
      const wrong = this.ledger.judge(content, acknowledged, begun);
      if (wrong !== undefined) this.problems.push(`a read after an error: ${wrong}`);
    } catch (error) {
      this.note(error);
    }
  }
}

function sameContent(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}

function addTo(batch: WriteBatch, change: Change): void {
  if (change.kind === "put") batch.put(utf8(change.key), utf8(change.value));
  else if (change.kind === "delete") batch.delete(utf8(change.key));
  else batch.deleteRange(utf8(change.from), utf8(change.to));
}
