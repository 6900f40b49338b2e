import {
  type Database,
  type DatabaseFailedError,
  type DatabaseSettings,
  MalformedBytesError,
  type MaybePromise,
  Mutex,
  openDatabase,
  WriteBatch,
} from "../../engine/index.ts";
import type { FileSystemError } from "../../host/file-system-error.ts";
import { ContentDigest } from "./content-digest.ts";
import { type LogEntry, ORIGIN, type Position, samePosition } from "./position.ts";
import { ApplyOrderError, ForeignDatabaseError, MalformedEntryError } from "./store-errors.ts";
import { decodeState, encodeState, isStateKey, STATE_KEY, type StoreState } from "./store-state.ts";
import { decodeChanges, type StoredChange } from "./stored-changes.ts";

/** The content of a store at one moment. */
export interface StoreContent {
  readonly applied: Position;
  /** 16 hexadecimal digits. */
  readonly digest: string;
  /** Keys that have a value, the store's own not among them. */
  readonly entries: number;
}

/** What a checkpoint holds. */
export type StorePosition = Omit<StoreContent, "entries">;

/** A state, and the engine's sequence number of the write that made it. */
interface WrittenState {
  readonly sequence: number;
  readonly state: StoreState;
}

const EMPTY: StoreState = { applied: ORIGIN, digestLow: 0, digestHigh: 0, mark: undefined };

/**
 * The state machine of a replicated log: an engine database, and with it, changed in the same writes, the position up to
 * which it has applied the log and a digest of its content. So these never disagree, whatever crash comes between.
 *
 * What is applied is not made durable: that is the log's part. After a crash the store is as it was at some earlier
 * position, and the owner applies the log from {@link applied} on again.
 */
export class ReplicatedStore {
  /** For reading only. */
  readonly database: Database;
  /** Of what was written last. */
  private written: WrittenState;
  private readonly digest_ = new ContentDigest();
  /** Of {@link digest_}, made when it is asked for first: invariants ask after every step. */
  private digestText: string | undefined;
  /** The digest with what is being written. */
  private readonly next = new ContentDigest();
  private durable: Position;
  private readonly writes = new Mutex();
  private readonly batch = new WriteBatch();
  /** While checkpoints are being made: every state since the first of them was begun. */
  private history: WrittenState[] = [];
  private checkpoints = 0;

  protected constructor(database: Database, state: StoreState) {
    this.database = database;
    this.written = { sequence: database.lastSequence, state };
    this.digest_.restore(state.digestLow, state.digestHigh);
    // What a recovery has found, it has put into tables.
    this.durable = state.applied;
  }

  /**
   * Opens a store, or makes an empty one.
   *
   * @param settings as for a database; `parts` are the engine's
   * @throws ForeignDatabaseError there is a database that is no replicated store
   * @throws whatever opening a database throws
   */
  static async open(settings: DatabaseSettings): Promise<ReplicatedStore> {
    const database = await openDatabase(settings);
    try {
      return new this(database, await storedState(database, settings.directory));
    } catch (error) {
      await database.close().catch(() => undefined);
      throw error;
    }
  }

  /** The last entry that the data has. */
  get applied(): Position {
    return this.written.state.applied;
  }

  /** A digest of the content at {@link applied}, 16 hexadecimal digits. Equal contents have equal ones. */
  get digest(): string {
    this.digestText ??= this.digest_.text;
    return this.digestText;
  }

  /** What the owner keeps beside the data; see {@link overwrite}. */
  get mark(): Uint8Array | undefined {
    return this.written.state.mark;
  }

  /** Why it takes no more writes; undefined while it does. Reads go on. */
  get failure(): DatabaseFailedError | undefined {
    return this.database.failure;
  }

  /** Why the engine waits for room on the disk; undefined while it does not. */
  get fullDisk(): FileSystemError | undefined {
    return this.database.fullDisk;
  }

  /**
   * Applies entries, together or not at all; those that are applied already are passed over. Visible when it resolves, but
   * not durable.
   *
   * @throws ApplyOrderError, MalformedEntryError nothing was applied
   * @throws DatabaseFailedError, DatabaseClosedError, and whatever the engine's reads throw
   */
  apply(entries: readonly LogEntry[]): Promise<void> {
    return this.writes.run(async () => {
      let { applied } = this;
      const changes: StoredChange[] = [];
      for (const entry of entries) {
        if (this.isApplied(entry, this.applied)) continue;
        if (!this.follows(entry, applied)) throw new ApplyOrderError(entry, applied);
        for (const change of changesOf(entry)) changes.push(change);
        applied = entry;
      }
      if (applied === this.applied) return;
      await this.write(changes, { epoch: applied.epoch, lsn: applied.lsn }, this.mark, false);
    });
  }

  /**
   * Gives keys the values that another node has for them and moves `applied`, back as a rule, in one durable write: to rewind
   * what was applied of a divergent end (as pg_rewind does). The digest goes along.
   *
   * @param mark kept beside the data from now on, whatever is applied: say, from where on the content is consistent
   * @throws DatabaseFailedError, DatabaseClosedError, and whatever the engine's reads throw
   */
  overwrite(changes: readonly StoredChange[], applied: Position, mark: Uint8Array | undefined): Promise<void> {
    return this.writes.run(() =>
      // Durable: the owner goes on to cut the log, after which nothing tells any more which keys had to be fetched.
      this.write(changes, { epoch: applied.epoch, lsn: applied.lsn }, mark, true),
    );
  }

  /** Replaces the mark, durably. @throws DatabaseFailedError, DatabaseClosedError */
  setMark(mark: Uint8Array | undefined): Promise<void> {
    return this.writes.run(() => this.write([], this.applied, mark, true));
  }

  /**
   * Makes durable what is applied.
   *
   * @returns the position of which the store has the content after any crash: the log is not needed up to it
   * @throws DatabaseFailedError, DatabaseClosedError
   */
  makeDurable(): Promise<Position> {
    return this.writes.run(async () => {
      if (!samePosition(this.durable, this.applied)) await this.write([], this.applied, this.mark, true);
      return this.durable;
    });
  }

  /** The digest of the content as it is now, computed anew from every key and value. */
  async digestOfContent(): Promise<StoreContent> {
    const digest = new ContentDigest();
    let state = EMPTY;
    let entries = 0;
    for await (const [key, value] of this.database.iterator()) {
      if (isStateKey(key)) {
        state = decodeState(value);
      } else {
        digest.add(key, value);
        entries++;
      }
    }
    return { applied: state.applied, digest: digest.text, entries };
  }

  /**
   * Reads all that is on the disk, past all caches.
   *
   * @throws CorruptionError, TableMissingError the first damage found
   * @throws UnsupportedFormatError, DatabaseFailedError, DatabaseClosedError, FileSystemError
   */
  async verify(): Promise<void> {
    await this.database.verify();
  }

  /**
   * Makes a copy, beside reads and writes, that can be opened as a store.
   *
   * @param directory an absolute path in the same mount, where nothing is; its parent must exist
   * @returns what is in it
   * @throws CheckpointTargetError, CorruptionError, DatabaseFailedError, DatabaseClosedError, FileSystemError
   */
  async checkpoint(directory: string): Promise<StorePosition> {
    if (this.checkpoints++ === 0) this.history = [this.written];
    try {
      const sequence = await this.database.checkpoint(directory);
      // The engine says between which two writes the copy was made.
      const at = this.history.find((written) => written.sequence === sequence);
      if (at === undefined) throw new TypeError(`write ${sequence} of the checkpoint is none of the store's`);
      const digest = new ContentDigest();
      digest.restore(at.state.digestLow, at.state.digestHigh);
      return { applied: at.state.applied, digest: digest.text };
    } finally {
      if (--this.checkpoints === 0) this.history = [];
    }
  }

  /** Ends in good order: what is applied is made durable. @throws the first error on the way */
  close(): Promise<void> {
    return this.database.close();
  }

  /** Whether an entry needs not be applied, since the data has it. */
  protected isApplied(entry: Position, applied: Position): boolean {
    return entry.lsn <= applied.lsn;
  }

  /** Whether an entry may be applied next: no hole, and no writer of the past. */
  protected follows(entry: Position, applied: Position): boolean {
    return entry.lsn === applied.lsn + 1 && entry.epoch >= applied.epoch;
  }

  /**
   * Writes changes and the state that goes with them, in one batch. Were it written on its own, a crash between the two would
   * leave entries that are applied twice, or never.
   *
   * @returns the engine's sequence number of the write
   */
  protected put(changes: WriteBatch, state: StoreState, sync: boolean): Promise<number> {
    changes.put(STATE_KEY, encodeState(state));
    return this.database.write(changes, { sync });
  }

  private async write(
    changes: readonly StoredChange[],
    applied: Position,
    mark: Uint8Array | undefined,
    sync: boolean,
  ): Promise<void> {
    const { batch, next } = this;
    batch.clear();
    next.copy(this.digest_);
    const changed = changes.length > 1 ? new Map<string, Uint8Array | undefined>() : undefined;
    for (const change of changes) {
      const old = this.valueBefore(change, changed);
      this.follow(change, old instanceof Promise ? await old : old);
    }
    const state = { applied, digestLow: next.lowWord, digestHigh: next.highWord, mark };
    const sequence = await this.put(batch, state, sync);
    this.digest_.copy(next);
    this.digestText = undefined;
    this.written = { sequence, state };
    if (this.checkpoints > 0) this.history.push(this.written);
    if (sync) this.durable = applied;
  }

  /** What a change's key holds before it. @param changed what earlier changes of the batch have made of their keys */
  private valueBefore(
    { key, value }: StoredChange,
    changed: Map<string, Uint8Array | undefined> | undefined,
  ): MaybePromise<Uint8Array | undefined> {
    if (changed === undefined) return this.database.lookup(key);
    const name = nameOf(key);
    const old = changed.has(name) ? changed.get(name) : this.database.lookup(key);
    changed.set(name, value);
    return old;
  }

  /** Puts a change into the batch and the digest. */
  private follow({ key, value }: StoredChange, old: Uint8Array | undefined): void {
    if (old !== undefined) this.next.remove(key, old);
    if (value === undefined) {
      this.batch.delete(key);
    } else {
      this.next.add(key, value);
      this.batch.put(key, value);
    }
  }
}

async function storedState(database: Database, directory: string): Promise<StoreState> {
  const stored = await database.get(STATE_KEY);
  if (stored === undefined) {
    const iterator = database.iterator();
    try {
      if ((await iterator.take(1)).length > 0) throw new ForeignDatabaseError(directory, "it has data but no position");
    } finally {
      iterator.close();
    }
    return EMPTY;
  }
  try {
    return decodeState(stored);
  } catch (error) {
    if (!(error instanceof MalformedBytesError)) throw error;
    throw new ForeignDatabaseError(directory, `its position cannot be read: ${error.message}`, { cause: error });
  }
}

/** @throws MalformedEntryError */
function changesOf(entry: LogEntry): StoredChange[] {
  let changes: StoredChange[];
  try {
    changes = decodeChanges(entry.payload);
  } catch (error) {
    if (!(error instanceof MalformedBytesError)) throw error;
    throw new MalformedEntryError(entry, error.message, { cause: error });
  }
  if (changes.some(({ key }) => isStateKey(key)))
    throw new MalformedEntryError(entry, "it changes the store's own key");
  return changes;
}

/** A key as a key of a map. */
function nameOf(key: Uint8Array): string {
  let name = "";
  for (const byte of key) name += String.fromCharCode(byte);
  return name;
}
