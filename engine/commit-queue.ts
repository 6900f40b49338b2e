import type { EngineContext } from "./context.ts";
import type { StallReason } from "./counters.ts";
import { DatabaseClosedError, DatabaseFailedError } from "./errors.ts";
import type { EngineState } from "./engine-state.ts";
import { BATCH_HEADER_BYTES, WriteBatch } from "./write-batch.ts";

/** A write that waits for its turn. */
interface PendingCommit {
  /** Undefined for work between two writes. */
  readonly batch: WriteBatch | undefined;
  readonly section: (() => Promise<void>) | undefined;
  readonly sync: boolean;
  readonly resolve: (sequence: number) => void;
  readonly reject: (error: unknown) => void;
}

/** A write that does not sync should not wait for more than this behind a small one. */
const SMALL_GROUP_BYTES = 1 << 17;

/**
 * Group commit: while one group of writes goes to the log, those that come meanwhile line up, and are logged together
 * next, with one sync for all that want one (LevelDB, DBImpl::Write).
 *
 * The order is log, sync, memtable: no reader sees a write before the log has it, and none that a failed sync may have
 * lost.
 */
export class CommitQueue {
  protected readonly context: EngineContext;
  protected readonly state: EngineState;
  private readonly onMemtableFull: () => void;
  private queue: PendingCommit[] = [];
  private head = 0;
  private leading = false;
  private readonly whenIdle: (() => void)[] = [];
  private readonly merged = new WriteBatch();

  /** @param onMemtableFull called when a memtable has become immutable */
  constructor(context: EngineContext, state: EngineState, onMemtableFull: () => void) {
    this.context = context;
    this.state = state;
    this.onMemtableFull = onMemtableFull;
  }

  /**
   * Writes a batch; resolves when it is logged, durable if `sync`, and visible. The batch must not change meanwhile.
   *
   * @returns the sequence number of its last change
   */
  commit(batch: WriteBatch, sync: boolean): Promise<number> {
    return this.enqueue(batch, undefined, sync);
  }

  /** Runs `section` between two writes: those before are made, those after wait. */
  async between<T>(section: () => Promise<T>): Promise<T> {
    let result: { readonly value: T } | undefined;
    await this.enqueue(undefined, async () => void (result = { value: await section() }), false);
    return (result as unknown as { readonly value: T }).value;
  }

  /** Makes the current memtable immutable, if it has entries, once the writes before have been made. */
  rotate(): Promise<void> {
    return this.between(() => this.makeRoom(true));
  }

  /** Resolves when no write is under way. */
  idle(): Promise<void> {
    if (!this.leading) return Promise.resolve();
    return new Promise((resolve) => {
      this.whenIdle.push(resolve);
    });
  }

  private enqueue(
    batch: WriteBatch | undefined,
    section: (() => Promise<void>) | undefined,
    sync: boolean,
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      this.queue.push({ batch, section, sync, resolve, reject });
      if (!this.leading) {
        this.leading = true;
        void this.lead();
      }
    });
  }

  private async lead(): Promise<void> {
    while (this.head < this.queue.length) {
      const first = this.queue[this.head] as PendingCommit;
      try {
        this.context.health.assertSound();
        if (first.section !== undefined) await first.section();
        else if (!this.hasRoom()) await this.makeRoom(false);
      } catch (error) {
        this.advance(1);
        first.reject(error);
        continue;
      }
      const group = first.batch === undefined ? [first] : this.takeGroup(first);
      this.advance(group.length);
      const before = this.state.versions.lastSequence;
      try {
        if (first.batch !== undefined) await this.write(group, first.batch, first.sync);
      } catch (error) {
        this.context.health.fail(error);
        const failure = error instanceof DatabaseFailedError ? error : this.context.health.failedError();
        for (const commit of group) commit.reject(failure);
        continue;
      }
      let sequence = before;
      for (const commit of group) {
        sequence += commit.batch?.count ?? 0;
        commit.resolve(sequence);
      }
    }
    this.leading = false;
    for (const resolve of this.whenIdle.splice(0)) resolve();
  }

  private async write(group: readonly PendingCommit[], first: WriteBatch, sync: boolean): Promise<void> {
    const { state, context } = this;
    const batch = group.length === 1 ? first : this.merge(group);
    const record = batch.encoded(state.versions.lastSequence + 1);
    await state.log.append(record);
    if (sync) await this.syncLog();
    state.memtable.addBatch(record);
    context.counters.groups++;
    context.counters.changes += batch.count;
    context.counters.writtenBytes += record.length - BATCH_HEADER_BYTES;
    // Last, so that a reader sees all of the group or nothing.
    state.versions.lastSequence += batch.count;
    const { write, byte } = context.options.cpuCosts;
    context.cpu.charge(write * batch.count + byte * record.length);
    if (context.cpu.due) await context.cpu.pay();
  }

  /** Makes the group durable. Without it a write acknowledged as durable is gone after a power loss. */
  protected syncLog(): Promise<void> {
    return this.state.log.sync();
  }

  /** The writes that go to the log together, `first` at their head. */
  private takeGroup(first: PendingCommit): PendingCommit[] {
    const group = [first];
    let bytes = (first.batch as WriteBatch).byteLength;
    const { groupCommitBytes } = this.context.options;
    const limit = bytes <= SMALL_GROUP_BYTES ? Math.min(groupCommitBytes, bytes + SMALL_GROUP_BYTES) : groupCommitBytes;
    for (let i = this.head + 1; i < this.queue.length; i++) {
      const next = this.queue[i] as PendingCommit;
      // A write that wants no sync may go with one that does, but must not be made to sync nothing for one that does.
      if (next.batch === undefined || (next.sync && !first.sync)) break;
      bytes += next.batch.byteLength;
      if (bytes > limit) break;
      group.push(next);
    }
    return group;
  }

  private merge(group: readonly PendingCommit[]): WriteBatch {
    this.merged.clear();
    for (const { batch } of group) if (batch !== undefined) this.merged.add(batch);
    return this.merged;
  }

  private advance(count: number): void {
    this.head += count;
    if (this.head === this.queue.length) {
      this.queue = [];
      this.head = 0;
    } else if (this.head > 1_024 && this.head * 2 > this.queue.length) {
      this.queue = this.queue.slice(this.head);
      this.head = 0;
    }
  }

  private hasRoom(): boolean {
    const { state, context } = this;
    return (
      state.memtable.size < context.options.writeBufferBytes &&
      state.versions.current.level(0).length < context.options.level0SlowdownTrigger
    );
  }

  /**
   * Waits until the memtable can take a write, and begins a new one when it is full, or when `force` and it has
   * entries.
   */
  protected async makeRoom(force: boolean): Promise<void> {
    const { state, context } = this;
    const { options } = context;
    let mayDelay = !force;
    for (;;) {
      context.health.assertSound();
      // Closing waits for the writes under way, but not for room on the disk.
      if (context.health.isClosed && state.fullDisk !== undefined) throw new DatabaseClosedError("database");
      const level0 = state.versions.current.level(0).length;
      if (mayDelay && level0 >= options.level0SlowdownTrigger) {
        // Each write waits a little now, rather than one a long time later.
        mayDelay = false;
        await this.stall("level0-slowdown", () => context.host.clock.sleep(options.slowdownDelay));
      } else if (!force && state.memtable.size < options.writeBufferBytes) {
        return;
      } else if (state.memtable.count === 0) {
        return;
      } else if (state.immutable !== undefined && force && state.fullDisk !== undefined) {
        throw state.fullDisk;
      } else if (state.immutable !== undefined) {
        await this.stall("memtable", () => state.changed.wait());
      } else if (level0 >= options.level0StopTrigger) {
        await this.stall("level0-stop", () => state.changed.wait());
      } else {
        await this.switchMemtable();
        force = false;
      }
    }
  }

  private async stall(reason: StallReason, wait: () => Promise<void>): Promise<void> {
    const { context, state } = this;
    context.trace({ kind: "write-stall", reason, level0: state.versions.current.level(0).length });
    const since = context.host.clock.monotonic();
    await wait();
    const nanoseconds = context.host.clock.monotonic() - since;
    context.counters.stalls[reason]++;
    context.counters.stallTime[reason] += nanoseconds;
    context.trace({ kind: "write-resumed", reason, nanoseconds });
  }

  private async switchMemtable(): Promise<void> {
    const { state, context } = this;
    try {
      await state.log.rotate(state.versions.newFileNumber());
    } catch (error) {
      context.health.fail(error);
      throw context.health.failedError();
    }
    state.immutable = state.memtable;
    state.memtable = new context.parts.Memtable(context.options.writeBufferBytes, state.memtable);
    this.onMemtableFull();
  }
}
