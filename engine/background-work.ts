import type { Compaction } from "./compaction.ts";
import { compactionInputs, isTrivialMove } from "./compaction.ts";
import { GRANDPARENT_TABLES } from "./compaction-job.ts";
import type { CompactionPicker } from "./compaction-picker.ts";
import { type FileSystemError, isFileSystemError } from "../host/file-system-error.ts";
import { Condition } from "./condition.ts";
import { type EngineContext, reasonOf } from "./context.ts";
import type { EngineState } from "./engine-state.ts";
import type { Memtable } from "./memtable.ts";
import type { ObsoleteFiles } from "./obsolete-files.ts";
import { joinNumbers, type TableProperties, totalSize } from "./table-file.ts";
import type { TableChanges } from "./version-edit.ts";

/** A wish to compact a range of a level. */
interface ManualCompaction {
  readonly level: number;
  readonly from: Uint8Array | undefined;
  readonly to: Uint8Array | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Flushes and compacts beside the reads and writes: at most one of each at a time, or one of either. */
export class BackgroundWork {
  protected readonly context: EngineContext;
  protected readonly state: EngineState;
  private readonly obsolete: ObsoleteFiles;
  private readonly picker: CompactionPicker;
  private flushing = false;
  private compacting = false;
  private stopping = false;
  private readonly manual: ManualCompaction[] = [];
  private readonly stopped = new Condition();

  constructor(context: EngineContext, state: EngineState, obsolete: ObsoleteFiles) {
    this.context = context;
    this.state = state;
    this.obsolete = obsolete;
    this.picker = new context.parts.CompactionPicker(context);
  }

  /** Starts what there is to do. */
  schedule(): void {
    const { context, state } = this;
    if (context.health.failed || this.stopping) {
      this.refuseManual();
      return;
    }
    if (!this.flushing && state.immutable !== undefined && this.mayBegin()) {
      this.flushing = true;
      const memtable = state.immutable;
      this.start("flush", () => this.flush(memtable));
    }
    const wanted = this.manual.length > 0 || this.picker.needsCompaction(state.versions.current);
    if (!this.compacting && wanted && this.mayBegin()) {
      this.compacting = true;
      this.start("compaction", () => this.compactOnce());
    }
  }

  /** Whether one more piece of work may begin beside what is under way. */
  protected mayBegin(): boolean {
    return this.context.options.concurrentBackground || (!this.flushing && !this.compacting);
  }

  /** Deletes files that readers have just given up. */
  collectSoon(): void {
    if (!this.obsolete.pending || this.context.health.isClosed) return;
    this.context.host.spawn("delete-obsolete-files", () => this.obsolete.collect());
  }

  /** Compacts a level's tables that meet [from, to] into the next level; resolves when that is done. */
  compactRange(level: number, from: Uint8Array | undefined, to: Uint8Array | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.manual.push({ level, from, to, resolve, reject });
      this.schedule();
    });
  }

  /** How full each level is. */
  scores(): number[] {
    return this.picker.scores(this.state.versions.current);
  }

  /** Whether nothing is under way or to be done. */
  get idle(): boolean {
    return !this.flushing && !this.compacting;
  }

  /** Begins nothing more, and resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.stopped.notify();
    this.refuseManual();
    while (!this.idle) await this.state.changed.wait();
    await this.obsolete.collect();
  }

  private start(name: "flush" | "compaction", run: () => Promise<void>): void {
    this.context.host.spawn(name, async () => {
      try {
        await run();
      } catch (error) {
        this.noteFailure(error);
      }
      if (name === "flush") this.flushing = false;
      else this.compacting = false;
      this.state.changed.notify();
      this.schedule();
    });
  }

  private async flush(memtable: Memtable): Promise<void> {
    const { context, state } = this;
    const { versions, log } = state;
    const retired = versions.logNumber;
    const table = await this.writeTables((newNumber) => new context.parts.FlushJob(context).run(memtable, newNumber()));
    if (table === undefined) return;
    // The memtable that follows has its own log, so all older logs are in tables once this edit is durable.
    const logNumber = log.number;
    await versions.apply({ added: [{ level: 0, table }], deleted: [], logNumber });
    state.immutable = undefined;
    state.changed.notify();
    await log.release(logNumber);
    this.obsolete.logFlushed(retired);
    await this.obsolete.collect();
  }

  private async compactOnce(): Promise<void> {
    const { state } = this;
    const wish = this.manual.shift();
    const version = state.versions.current.acquire();
    try {
      const compaction =
        wish === undefined
          ? this.picker.pick(version, (level) => state.versions.compactPointer(level))
          : this.picker.pickRange(version, wish.level, wish.from, wish.to);
      if (compaction !== undefined) await this.compact(compaction, wish === undefined);
    } catch (error) {
      wish?.reject(error);
      if (wish === undefined || !this.maySurvive(error)) throw error;
    } finally {
      version.release();
    }
    await this.obsolete.collect();
    wish?.resolve();
  }

  /** @param patient whether to try again when the disk is full; who waits for a compaction wants to know */
  private async compact(compaction: Compaction, patient: boolean): Promise<void> {
    const { context } = this;
    const { level, outputLevel, reason } = compaction;
    const inputs = compactionInputs(compaction);
    context.trace({
      kind: "compaction-started",
      level,
      outputLevel,
      inputs: joinNumbers(inputs),
      bytes: totalSize(inputs),
      reason,
    });
    const moves = isTrivialMove(compaction, GRANDPARENT_TABLES * context.options.tableBytes);
    const merged = moves ? { outputs: compaction.upper, dropped: 0 } : await this.merge(compaction, patient);
    if (merged === undefined) return;
    const { outputs, dropped } = merged;
    await this.install(compaction, outputs);
    if (moves) context.counters.movedTables += outputs.length;
    else context.counters.noteCompaction(outputLevel, totalSize(inputs), totalSize(outputs));
    context.trace({
      kind: "compaction-finished",
      level,
      outputLevel,
      inputs: joinNumbers(inputs),
      outputs: joinNumbers(outputs),
      bytes: totalSize(outputs),
      dropped,
    });
  }

  private merge(
    compaction: Compaction,
    patient: boolean,
  ): Promise<{ readonly outputs: readonly TableProperties[]; readonly dropped: number } | undefined> {
    const { context, state } = this;
    return this.writeTables(async (newNumber) => {
      // Later snapshots are above what is written now, so that what this one hides stays hidden.
      const oldestVisible = state.snapshots.oldest ?? state.versions.lastSequence;
      const job = new context.parts.CompactionJob(context, compaction, oldestVisible, newNumber);
      return { outputs: await job.run(), dropped: job.dropped };
    }, patient);
  }

  /**
   * Lets a job write new tables, again and again while the disk is full: nothing knows of the tables yet, so that those
   * of a failed attempt can be deleted, which may be what makes room. Undefined when work was stopped meanwhile.
   *
   * @param patient false to try once
   */
  private async writeTables<T>(job: (newNumber: () => number) => Promise<T>, patient = true): Promise<T | undefined> {
    const { context, state } = this;
    for (;;) {
      const numbers: number[] = [];
      try {
        const result = await job(() => {
          const number = state.versions.newFileNumber();
          numbers.push(number);
          return number;
        });
        state.fullDisk = undefined;
        return result;
      } catch (error) {
        if (!this.maySurvive(error)) throw error;
        for (const number of numbers) this.obsolete.tableAbandoned(number);
        await this.obsolete.collect();
        if (!patient) throw error;
        state.fullDisk = error;
        context.trace({ kind: "disk-full", reason: reasonOf(error) });
        state.changed.notify();
        if (!this.stopping) {
          await Promise.race([context.host.clock.sleep(context.options.fullDiskDelay), this.stopped.wait()]);
        }
        if (this.stopping || context.health.failed) return undefined;
      }
    }
  }

  /**
   * Whether a job that failed while it wrote tables may be tried again. Only for want of room: whatever else a disk
   * refuses, it may go on refusing, and damage does not heal.
   */
  protected maySurvive(error: unknown): error is FileSystemError {
    return isFileSystemError(error, "ENOSPC") && !this.context.health.failed;
  }

  /** Ends the writing: why a job failed, and whether trying again would do, is for a person or a recovery to know. */
  protected noteFailure(error: unknown): void {
    this.context.health.fail(error);
  }

  /**
   * Records what a compaction did. When that fails its outputs stay: the edit that names them may be in the manifest all
   * the same, and a recovery find it.
   */
  protected async install(compaction: Compaction, outputs: readonly TableProperties[]): Promise<void> {
    const { level, outputLevel, upper, lower, pointer } = compaction;
    const changes: TableChanges = {
      deleted: [
        ...upper.map(({ number }) => ({ level, number })),
        ...lower.map(({ number }) => ({ level: outputLevel, number })),
      ],
      added: outputs.map((table) => ({ level: outputLevel, table })),
      compactPointer: { level, key: pointer },
    };
    await this.state.versions.apply(changes);
  }

  private refuseManual(): void {
    const { health } = this.context;
    for (const { resolve, reject } of this.manual.splice(0)) {
      if (health.failed) reject(health.failedError());
      else resolve();
    }
  }
}
