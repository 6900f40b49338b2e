import type { Codec } from "../../host/codec.ts";
import type { Host } from "../../host/host.ts";
import { DataDirectory } from "../replication/data-directory.ts";
import type { Position } from "../replication/position.ts";
import type { ReplicatedLog } from "../replication/replicated-log.ts";
import type { ReplicatedStore } from "../replication/replicated-store.ts";
import type { ClusterConfig } from "../topology.ts";
import type { Configuration } from "./core/configuration.ts";
import type { HardState, StoredState } from "./core/core-settings.ts";
import { type Entry, entryFromStored, storedPayload } from "./core/entry.ts";
import type { RaftParts } from "./parts.ts";
import type { RaftSettings } from "./settings.ts";
import type { NodeFile, StateFile } from "./state-file.ts";
import type { StateMachine } from "./state-machine.ts";

/** Where nodes keep everything, on their local disk. */
export const DATA = new DataDirectory("/raft");
/** Bytes of entries that are read at once when a node starts. */
const READ_BYTES = 1 << 20;

/** Log and data do not fit together. */
export class UnusableDataError extends Error {
  override readonly name = "UnusableDataError";

  constructor(detail: string) {
    super(`${detail}; empty the disk, so that the node joins as a new member`);
  }
}

/** What a node's storage is opened with. */
export interface StorageContext {
  readonly host: Host;
  readonly config: ClusterConfig;
  readonly settings: RaftSettings;
  readonly parts: RaftParts;
  readonly state: StateFile;
  readonly codec: Codec;
}

/** One copy of log and data, in directories of their own. */
interface Generation {
  readonly log: ReplicatedLog;
  readonly machine: StateMachine;
}

/** A node's log, its data, and its term and vote, on its disk. */
export class Storage {
  private readonly context: StorageContext;
  private current: Generation;
  private forgets = false;
  private digested: { readonly applied: Position; readonly digest: string } | undefined;

  protected constructor(context: StorageContext, current: Generation) {
    this.context = context;
    this.current = current;
  }

  /** Opens what the state file names. @throws UnusableDataError, and whatever opening a log or database throws */
  static async open(context: StorageContext): Promise<Storage> {
    const { generation } = context.state.current as NodeFile;
    return new this(context, await openGeneration(context, generation));
  }

  get log(): ReplicatedLog {
    return this.current.log;
  }

  get machine(): StateMachine {
    return this.current.machine;
  }

  get store(): ReplicatedStore {
    return this.current.machine.store;
  }

  /** Term and vote as they are durable. */
  get kept(): HardState {
    return this.context.state.current as NodeFile;
  }

  /** Of the content at the last entry that was applied. */
  get digest(): string {
    const { applied, digest } = this.store;
    if (this.digested?.applied !== applied) this.digested = { applied, digest };
    return this.digested.digest;
  }

  /** What failed; undefined while all is well. */
  get failure(): { readonly error: unknown } | undefined {
    if (this.log.failed) return { error: this.log.failure };
    const error = this.store.failure;
    return error === undefined ? undefined : { error };
  }

  /**
   * What the core begins with.
   *
   * @param initial the configuration that the cluster began with
   * @throws UnusableDataError, LogCorruptionError, and whatever reading throws
   */
  async stored(initial: Configuration): Promise<StoredState> {
    const { log, machine } = this.current;
    const { applied } = machine.store;
    if (log.epochAt(applied.lsn) !== applied.epoch) {
      throw new UnusableDataError(`the data is that of entry ${applied.lsn}, which the log does not have`);
    }
    const entries: Entry[] = [];
    for (let from = log.first; from <= log.last.lsn;) {
      const read = await log.entries(from, { maxBytes: READ_BYTES });
      for (const { epoch, lsn, payload } of read) entries.push(entryFromStored(lsn, epoch, payload));
      from += read.length;
    }
    const { term, vote, commit } = this.context.state.current as NodeFile;
    const { epoch, lsn } = log.base;
    return {
      hardState: { term, vote, commit },
      base: { index: lsn, term: epoch },
      // The one that the data has: where entries behind the base bring others, those come again, and earlier ones are not asked for.
      configuration: (await machine.configuration()) ?? initial,
      entries,
      applied: applied.lsn,
    };
  }

  /** Appends; durable once {@link sync} resolves. */
  append(entries: readonly Entry[]): Promise<void> {
    return this.log.append(
      entries.map((entry) => ({ epoch: entry.term, lsn: entry.index, payload: storedPayload(entry) })),
    );
  }

  /** Makes entries durable: without it they could be acknowledged, and be lost with the power. */
  sync(): Promise<void> {
    return this.log.sync();
  }

  /** What is damaged is of no use any more. It is gone for good after the next change of the state and the next start. */
  forgetDamaged(): void {
    this.forgets = true;
  }

  /** Makes term and vote durable. */
  async keep({ term, vote, commit }: HardState): Promise<void> {
    const { state } = this.context;
    const current = state.current as NodeFile;
    await state.replace({ ...current, term, vote, commit, damaged: this.forgets ? 0 : current.damaged });
  }

  /**
   * Puts a received copy of the data in the place of log and data, in one step: the state file names it.
   *
   * @param generation holds a whole copy, with an empty log that begins behind it
   */
  async install(generation: number, hardState: HardState | undefined): Promise<void> {
    const { context } = this;
    const old = this.current;
    const former = (context.state.current as NodeFile).generation;
    await closeGeneration(old);
    await context.state.replace({ ...(context.state.current as NodeFile), ...hardState, generation });
    this.current = await openGeneration(context, generation);
    this.digested = undefined;
    const fs = context.host.fs("local");
    await DATA.removeCopy(fs, former);
  }

  /** Gives everything back, whatever fails on the way. @returns what failed first; undefined when nothing did */
  async close(): Promise<unknown> {
    return closeGeneration(this.current);
  }
}

async function openGeneration(context: StorageContext, generation: number): Promise<Generation> {
  const { host, config, settings, parts, codec } = context;
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
    const directory = DATA.store(generation);
    store = await parts.ReplicatedStore.open({ host, fs, directory, options: config.engine });
    const machine = new parts.StateMachine(store, new parts.Sessions(codec, settings.sessions), codec);
    await machine.load();
    return { log, machine };
  } catch (error) {
    await log.close().catch(() => undefined);
    await store?.close().catch(() => undefined);
    throw error;
  }
}

async function closeGeneration({ log, machine }: Generation): Promise<unknown> {
  const failures: unknown[] = [];
  await log.close().catch((error: unknown) => failures.push(error));
  await machine.store.close().catch((error: unknown) => failures.push(error));
  return failures[0];
}
