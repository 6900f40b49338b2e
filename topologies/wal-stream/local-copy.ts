import { ByteReader, ByteWriter, type Condition, type Database, Mutex } from "../../engine/index.ts";
import type { Host } from "../../host/host.ts";
import { DataDirectory } from "../replication/data-directory.ts";
import type { ReplicationParts } from "../replication/parts.ts";
import { ORIGIN, type Position } from "../replication/position.ts";
import type { ReplicatedLog } from "../replication/replicated-log.ts";
import type { ReplicatedStore } from "../replication/replicated-store.ts";
import type { StoredChange } from "../replication/stored-changes.ts";
import type { ClusterConfig } from "../topology.ts";
import type { WalStreamSettings } from "./settings.ts";

/** Where nodes keep everything, on their local disk. */
export const DATA = new DataDirectory("/wal-stream");
/** Bytes of entries that are applied together, at most. */
const APPLY_BYTES = 64 << 10;

/** A copy of the data that cannot be used: log and store do not fit together. */
export class UnusableCopyError extends Error {
  override readonly name = "UnusableCopyError";

  constructor(detail: string) {
    super(`${detail}; all data must be copied anew`);
  }
}

/** What a copy is opened with. */
export interface CopySettings {
  readonly host: Host;
  readonly config: ClusterConfig;
  readonly settings: WalStreamSettings;
  readonly parts: ReplicationParts;
  readonly generation: number;
  /** Notified when more was applied. */
  readonly progressed: Condition;
}

/** A node's log, and the database to which it applies it. What is applied is in the log, durably, before. */
export class LocalCopy {
  readonly log: ReplicatedLog;
  readonly store: ReplicatedStore;
  private readonly host: Host;
  private readonly progressed: Condition;
  private readonly writes = new Mutex();
  /** Engine's sequence number before the write that is under way, and the position that it makes visible. */
  private before = 0;
  private coming: Position | undefined;
  private consistentFrom_: Position;
  private durable: Position;

  /** @param progressed notified when more was applied */
  constructor(host: Host, log: ReplicatedLog, store: ReplicatedStore, progressed: Condition) {
    this.host = host;
    this.log = log;
    this.store = store;
    this.progressed = progressed;
    this.consistentFrom_ = store.mark === undefined ? ORIGIN : decodeMark(store.mark);
    this.durable = store.applied;
  }

  /** @throws UnusableCopyError, LogCorruptionError, and whatever opening a log or database throws */
  static async open({ host, config, settings, parts, generation, progressed }: CopySettings): Promise<LocalCopy> {
    const fs = host.fs("local");
    const log = await parts.ReplicatedLog.open({
      host,
      fs,
      directory: DATA.log(generation),
      segmentBytes: settings.segmentBytes,
      parts,
    });
    let store: ReplicatedStore | undefined;
    try {
      store = await parts.ReplicatedStore.open({
        host,
        fs,
        directory: DATA.store(generation),
        options: config.engine,
      });
      const { applied } = store;
      if (log.epochAt(applied.lsn) !== applied.epoch) {
        throw new UnusableCopyError(
          `the data is that of entry ${applied.epoch}/${applied.lsn}, which the log does not have`,
        );
      }
      return new this(host, log, store, progressed);
    } catch (error) {
      await log.close().catch(() => undefined);
      await store?.close().catch(() => undefined);
      throw error;
    }
  }

  get database(): Database {
    return this.store.database;
  }

  /** What reads that begin now see. */
  get visible(): Position {
    // The engine shows a write a moment before it says so.
    return this.coming !== undefined && this.database.lastSequence > this.before ? this.coming : this.store.applied;
  }

  /**
   * From which position on the data is that of one moment; earlier, some keys are newer than others. Its epoch is that of the
   * primary from which those were fetched: on another's branch the position means nothing.
   */
  get consistentFrom(): Position {
    return this.consistentFrom_;
  }

  /** Of the content at the last entry that was applied; undefined while it is not that of one moment. */
  get digest(): string | undefined {
    return this.consistent ? this.store.digest : undefined;
  }

  get consistent(): boolean {
    return this.store.applied.lsn >= this.consistentFrom_.lsn;
  }

  /** What failed; undefined while all is well. */
  get failure(): { readonly error: unknown } | undefined {
    if (this.log.failed) return { error: this.log.failure };
    const error = this.store.failure;
    return error === undefined ? undefined : { error };
  }

  /** Applies the log up to an entry. @throws whatever reading the log and writing to the store throw */
  applyUpTo(lsn: number): Promise<void> {
    return this.writes.run(async () => {
      const { log, store } = this;
      while (store.applied.lsn < lsn) {
        const from = store.applied.lsn + 1;
        const found = log.lookup(from, { maxBytes: APPLY_BYTES, to: lsn });
        const entries = found instanceof Promise ? await found : found;
        const last = entries.at(-1);
        if (last === undefined) throw new UnusableCopyError(`entry ${from} is to be applied and is not in the log`);
        this.before = this.database.lastSequence;
        this.coming = { epoch: last.epoch, lsn: last.lsn };
        try {
          await store.apply(entries);
        } finally {
          this.coming = undefined;
        }
        this.host.trace({ kind: "applied", epoch: last.epoch, lsn: last.lsn });
        this.progressed.notify();
      }
    });
  }

  /** Resolves once nothing is being applied that was begun before. */
  quiet(): Promise<void> {
    return this.writes.run(async () => undefined);
  }

  /** See {@link ReplicatedStore.overwrite}. */
  overwrite(changes: readonly StoredChange[], applied: Position, consistentFrom: Position): Promise<void> {
    return this.writes.run(async () => {
      await this.store.overwrite(changes, applied, encodeMark(consistentFrom));
      this.consistentFrom_ = consistentFrom;
      this.durable = applied;
    });
  }

  /** LSN up to which the log is not needed to have the data after a crash; of the last {@link makeDurable}. */
  get durableLsn(): number {
    return this.durable.lsn;
  }

  async makeDurable(): Promise<void> {
    await this.writes.run(async () => {
      this.durable = await this.store.makeDurable();
    });
  }

  /** Gives everything back, whatever fails on the way. @returns what failed first; undefined when nothing did */
  async close(): Promise<unknown> {
    const failures: unknown[] = [];
    await this.log.close().catch((error: unknown) => failures.push(error));
    await this.store.close().catch((error: unknown) => failures.push(error));
    return failures[0];
  }
}

function encodeMark({ epoch, lsn }: Position): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(epoch);
  writer.varint(lsn);
  return writer.finish();
}

function decodeMark(bytes: Uint8Array): Position {
  const reader = new ByteReader(bytes);
  return { epoch: reader.varint(), lsn: reader.varint() };
}
