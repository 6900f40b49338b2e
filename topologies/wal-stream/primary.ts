import { Condition } from "../../engine/index.ts";
import type { Duration, MonotonicTime } from "../../host/time.ts";
import type { Timer } from "../../host/clock.ts";
import type { Connection } from "../../host/network.ts";
import type { Change } from "../effect.ts";
import type { LogEntry } from "../replication/position.ts";
import { encodeChanges } from "../replication/stored-changes.ts";
import type { SyncMode } from "../topology.ts";
import type { Acknowledgements } from "./acknowledgements.ts";
import type { EpochHistory } from "./epoch-history.ts";
import { FlushTimes } from "./lag.ts";
import type { LocalCopy } from "./local-copy.ts";
import { peersOf, type NodeContext } from "./node-context.ts";
import type { Retention } from "./retention.ts";
import type { Sender } from "./sender.ts";
import type { Hello } from "./stream-protocol.ts";

/** What became of a change: its LSN, or why that is not known. */
export type ChangeOutcome =
  { readonly published: true; readonly lsn: number } | { readonly published: false; readonly code: string };

/** A change on its way to being published. */
interface PendingChange {
  readonly lsn: number;
  readonly level: SyncMode;
  readonly bytes: number;
  readonly since: MonotonicTime;
  /** Called once, with what the client is told. */
  readonly answer: (outcome: ChangeOutcome) => void;
  /** Called once, when what it changes may be changed anew: it is visible, or never will be through this primary. */
  readonly release: () => void;
  answered: boolean;
}

/** How often lag is reported. */
const LAG_REPORT: Duration = 1_000_000_000;

/**
 * A node's time as the primary of one epoch: it puts changes into its log and, in the order of the log, publishes them once
 * they are acknowledged as each asks for.
 *
 * The careful order is: append, sync, send, wait, publish (apply, so that reads see it), answer. Nobody reads what a failover
 * could still take away, but for what asked for less. A change that asks for nobody's acknowledgement, behind one that waits
 * for it, waits too: what is visible is always a prefix of the log.
 *
 * Only what is durable here is sent: otherwise a primary that loses its power could come back and write other entries under
 * LSNs that replicas know already.
 */
export class Primary {
  readonly context: NodeContext;
  readonly copy: LocalCopy;
  readonly cluster: number;
  readonly epoch: number;
  readonly history: EpochHistory;
  readonly acknowledgements: Acknowledgements;
  readonly retention: Retention;
  readonly times = new FlushTimes();
  /** Notified when senders have something to do. */
  readonly work = new Condition();
  private readonly senders = new Map<string, Sender>();
  private readonly failed: (error: unknown) => void;
  /** LSN up to which the log was when this began. */
  private readonly resumedTo: number;
  private nextLsn: number;
  private appending: { readonly entry: LogEntry; readonly pending: PendingChange }[] = [];
  private pumping = false;
  private flushed_: number;
  private published_: number;
  private target: number;
  private publishing = false;
  private unpublished: PendingChange[] = [];
  private unpublishedBytes = 0;
  /** Visible, and not yet acknowledged: only where changes become visible before. */
  private unacknowledged: PendingChange[] = [];
  private noticeTimer: Timer | undefined;
  private noticed_ = 0;
  private over = false;
  private lagReported: MonotonicTime = 0;
  private steppedDown: ((epoch: number) => void) | undefined;

  /** @param failed called when its log or database fails: it cannot go on then */
  constructor(
    context: NodeContext,
    copy: LocalCopy,
    { cluster, history }: { readonly cluster: number; readonly history: EpochHistory },
    retention: Retention,
    failed: (error: unknown) => void,
  ) {
    this.context = context;
    this.copy = copy;
    this.cluster = cluster;
    this.history = history;
    this.epoch = history.last;
    this.retention = retention;
    this.failed = failed;
    this.acknowledgements = new context.parts.Acknowledgements(peersOf(context), context.settings.acknowledge);
    const { log, store } = copy;
    this.resumedTo = log.last.lsn;
    this.nextLsn = log.last.lsn + 1;
    this.flushed_ = log.synced;
    this.published_ = store.applied.lsn;
    this.target = store.applied.lsn;
  }

  /** Begins to publish. @param steppedDown called when somebody knows of a later epoch */
  start(steppedDown: (epoch: number) => void): void {
    this.steppedDown = steppedDown;
    this.advance();
  }

  /** LSN up to which the log is durable here. */
  get flushed(): number {
    return this.flushed_;
  }

  /** LSN up to which clients see the data. */
  get published(): number {
    return this.published_;
  }

  /** Of the content up to {@link published}; "" when more has been applied since. */
  get publishedDigest(): string {
    const { store, digest = "" } = this.copy;
    return store.applied.lsn === this.published_ ? digest : "";
  }

  /** LSN up to which replicas are to be told of what was published without further delay. */
  get noticed(): number {
    return this.noticed_;
  }

  /**
   * Whether clients may read and write: all that may have been published before this began is published again. Until then,
   * reads could go back in time.
   */
  get serving(): boolean {
    return !this.over && this.published_ >= this.resumedTo;
  }

  get ended(): boolean {
    return this.over;
  }

  /** By node. */
  get connected(): ReadonlyMap<string, Sender> {
    return this.senders;
  }

  /** Why no change is taken now; undefined when one is. */
  refusal(): { readonly code: string; readonly message: string } | undefined {
    const { unpublishedEntries, unpublishedBytes, mostLag } = this.context.settings;
    if (!this.serving)
      return { code: "primary-starting", message: "waits for replicas to confirm what it had published" };
    const { fullDisk } = this.copy.store;
    if (fullDisk !== undefined) return { code: "disk-full", message: `${fullDisk.message}; free some room` };
    const waiting = this.unpublished.length + this.unacknowledged.length;
    if (waiting >= unpublishedEntries || this.unpublishedBytes >= unpublishedBytes) {
      return { code: "replication-behind", message: `${waiting} changes wait for replicas; try again later` };
    }
    if (mostLag > 0 && this.flushed_ - this.acknowledgements.reached("semi") > mostLag) {
      return { code: "replication-behind", message: `no replica is within ${mostLag} entries; try again later` };
    }
    return undefined;
  }

  /** Takes a change, which {@link refusal} has let pass in the same synchronous stretch. */
  submit(
    changes: readonly Change[],
    level: SyncMode,
    answer: (outcome: ChangeOutcome) => void,
    release: () => void,
  ): void {
    const payload = encodeChanges(changes);
    const entry = { epoch: this.epoch, lsn: this.nextLsn++, payload };
    const since = this.context.host.clock.monotonic();
    const pending = { lsn: entry.lsn, level, bytes: payload.length, since, answer, release, answered: false };
    this.unpublished.push(pending);
    this.unpublishedBytes += pending.bytes;
    this.appending.push({ entry, pending });
    if (!this.pumping) void this.pump();
  }

  /**
   * Resolves once all that replicas have acknowledged, as asked for, is visible: a copy that is made then has it. A replica that
   * gives up what it had for that copy must not take with it what it has acknowledged.
   */
  async settled(): Promise<void> {
    while (this.publishing) await this.work.wait();
  }

  /** Answers a replica that has connected, until the connection or this primary ends. */
  async accept(connection: Connection, hello: Hello): Promise<void> {
    const { node } = hello;
    // It has connected anew: the former connection is dead, whether or not that has shown.
    this.senders.get(node)?.end("replaced");
    this.acknowledgements.remove(node);
    const sender = new this.context.parts.Sender(this, connection, node);
    this.senders.set(node, sender);
    await sender.run(hello);
    this.retention.release(sender);
    if (this.senders.get(node) !== sender) return;
    this.senders.delete(node);
    this.acknowledgements.remove(node);
  }

  /** A replica has told how far it is. */
  advance(): void {
    if (this.over) return;
    this.target = Math.max(this.target, this.publishable());
    if (this.target > this.published_ && !this.publishing) void this.publish();
    this.answerAcknowledged();
  }

  /** Somebody follows, or has promised to follow, a later epoch: whoever leads it, it is not this node. */
  overtaken(epoch: number): void {
    if (!this.over && epoch > this.epoch) this.steppedDown?.(epoch);
  }

  /** A disk or the data is at fault. */
  fail(error: unknown): void {
    if (!this.over) this.failed(error);
  }

  /** Looks at what time brings: to be called now and then. */
  tick(now: MonotonicTime): void {
    for (const sender of [...this.senders.values()]) sender.tick(now);
    for (const pending of [...this.unpublished, ...this.unacknowledged]) {
      if (now - pending.since < this.context.settings.waitTimeout) break;
      this.timedOut(pending);
    }
    if (now - this.lagReported >= LAG_REPORT && this.senders.size > 0) {
      this.lagReported = now;
      for (const [replica, sender] of this.senders) sender.reportLag(replica);
    }
  }

  /** Ends it: what is under way may have happened, or may yet. Resolves when nothing is appended to the log any more. */
  async end(code: string): Promise<void> {
    if (!this.over) {
      this.over = true;
      this.noticeTimer?.cancel();
      for (const sender of [...this.senders.values()]) sender.end(code);
      for (const pending of this.unacknowledged.splice(0)) this.tell(pending, { published: false, code });
      for (const pending of this.unpublished.splice(0)) {
        this.tell(pending, { published: false, code });
        pending.release();
      }
      this.work.notify();
    }
    while (this.pumping) await this.work.wait();
  }

  /**
   * Whether an entry may become visible. In the careful order, not before those have it on whom its client relies; else
   * others could read what a failover takes away (MySQL's AFTER_COMMIT).
   */
  protected mayPublish(lsn: number, level: SyncMode): boolean {
    return this.context.settings.asWritten || this.acknowledgements.reached(level) >= lsn;
  }

  /** Whether a change's client may be told that it is safe as asked for. Never because waiting took too long. */
  protected mayAnswer({ lsn, level }: { readonly lsn: number; readonly level: SyncMode }): boolean {
    return this.acknowledgements.reached(level) >= lsn;
  }

  /** Tells a client that waited too long that its change may have happened. It stays in the log, and may be published yet. */
  protected timedOut(pending: PendingChange): void {
    this.tell(pending, { published: false, code: "replication-timeout" });
  }

  /**
   * As what the end of the log waits for acknowledgement that this primary, in an earlier life, left behind: whether it
   * had been published is not known. Published at once, it could be seen and then lost.
   */
  protected levelOfResumed(): SyncMode {
    return this.context.settings.sync;
  }

  /** LSN up to which all may be published. */
  private publishable(): number {
    let lsn = this.target;
    // The epoch began with all that came before it being published.
    if (lsn < this.history.lastStart) lsn = Math.min(this.history.lastStart, this.flushed_);
    if (lsn < this.resumedTo) {
      const level = this.levelOfResumed();
      const reached = this.context.settings.asWritten ? this.flushed_ : this.acknowledgements.reached(level);
      lsn = Math.max(lsn, Math.min(this.resumedTo, this.flushed_, reached));
      if (lsn < this.resumedTo) return lsn;
    }
    for (const pending of this.unpublished) {
      if (pending.lsn <= lsn) continue;
      if (pending.lsn > this.flushed_ || !this.mayPublish(pending.lsn, pending.level)) break;
      lsn = pending.lsn;
    }
    return lsn;
  }

  /** Appends and syncs what was submitted, group by group. */
  private async pump(): Promise<void> {
    this.pumping = true;
    const { log } = this.copy;
    try {
      while (this.appending.length > 0 && !this.over) {
        const group = this.appending;
        this.appending = [];
        await log.append(group.map(({ entry }) => entry));
        // Without it a change could be acknowledged, or sent, that a loss of power takes from this node.
        await log.sync();
        this.flushed_ = Math.max(this.flushed_, log.synced);
        let bytes = 0;
        for (const { pending } of group) bytes += pending.bytes;
        this.times.flushed(this.flushed_, bytes, this.context.host.clock.monotonic());
        this.advance();
        this.work.notify();
      }
    } catch (error) {
      this.fail(error);
    }
    this.pumping = false;
    this.work.notify();
  }

  /** Makes visible what may be, in the order of the log. */
  private async publish(): Promise<void> {
    this.publishing = true;
    const { copy } = this;
    try {
      while (this.target > this.published_ && !this.over) {
        const { target } = this;
        await copy.applyUpTo(target);
        this.published_ = target;
        this.settle(target);
        this.advance();
        this.notice();
      }
    } catch (error) {
      this.fail(error);
    }
    this.publishing = false;
    this.work.notify();
  }

  /** Lets go of what has become visible. */
  private settle(lsn: number): void {
    let count = 0;
    for (const pending of this.unpublished) {
      if (pending.lsn > lsn) break;
      count++;
      this.unpublishedBytes -= pending.bytes;
      pending.release();
      // In the careful order all are acknowledged that become visible.
      if (!this.context.settings.asWritten || this.mayAnswer(pending))
        this.tell(pending, { published: true, lsn: pending.lsn });
      else this.unacknowledged.push(pending);
    }
    this.unpublished.splice(0, count);
  }

  private answerAcknowledged(): void {
    if (this.unacknowledged.length === 0) return;
    this.unacknowledged = this.unacknowledged.filter((pending) => {
      if (!this.mayAnswer(pending)) return true;
      this.tell(pending, { published: true, lsn: pending.lsn });
      return false;
    });
  }

  private tell(pending: PendingChange, outcome: ChangeOutcome): void {
    if (pending.answered) return;
    pending.answered = true;
    if (!outcome.published) {
      this.context.host.trace({ kind: "change-unknown", lsn: pending.lsn, epoch: this.epoch, code: outcome.code });
    }
    pending.answer(outcome);
  }

  /** Replicas hear of what was published with the entries that come next; when none come, after a while. */
  private notice(): void {
    if (this.noticeTimer !== undefined || this.over) return;
    const { host, settings } = this.context;
    this.noticeTimer = host.clock.timer(settings.noticeDelay, () => {
      this.noticeTimer = undefined;
      this.noticed_ = this.published_;
      this.work.notify();
    });
  }
}
