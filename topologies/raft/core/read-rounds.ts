import type { CoreContext } from "./core-context.ts";
import type { Progress } from "./progress.ts";
import type { Replicator } from "./replicator.ts";

/** A read that waits for the leader to be confirmed. */
interface PendingRead {
  readonly context: number;
  /** Whose it is. */
  readonly from: string;
  /** What was committed when it was asked for. */
  readonly index: number;
  /** The first round of heartbeats that was begun after that. */
  readonly round: number;
}

/**
 * Rounds of heartbeats, numbered within a term, and what follows from a majority having answered one: no later leader had
 * been elected when it began. Reads that are asked for in between are confirmed by the next (ReadIndex, dissertation 6.4);
 * and for as long as no follower votes for another after it has heard a leader, reads need no round at all (leases, 6.4.1).
 */
export class ReadRounds {
  protected readonly core: CoreContext;
  protected readonly replicator: Replicator;
  private round = 0;
  /** When the rounds behind `confirmed` began, in ticks. */
  private begun: number[] = [];
  /** The latest round that a majority has answered. */
  private confirmed = 0;
  private confirmedBegin: number | undefined;
  private pending: PendingRead[] = [];
  /** Reads from before the leader has committed an entry of its term. */
  private early: { readonly context: number; readonly from: string }[] = [];

  constructor(core: CoreContext, replicator: Replicator) {
    this.core = core;
    this.replicator = replicator;
  }

  request(context: number, from: string): void {
    if (this.knowsCommitted()) this.pending.push({ context, from, ...this.pointOfRead() });
    else this.early.push({ context, from });
  }

  /** The leader has committed more. */
  advanced(): void {
    if (this.early.length === 0 || !this.knowsCommitted()) return;
    for (const { context, from } of this.early) this.pending.push({ context, from, ...this.pointOfRead() });
    this.early = [];
  }

  /** Begins a round. @returns its number */
  begin(): number {
    const round = ++this.round;
    this.begun.push(this.core.now);
    this.replicator.heartbeat(round);
    this.confirm();
    return round;
  }

  /**
   * Begins a round if reads wait for one that has not begun. One at a time: those that come meanwhile share the next, or many
   * reads would be many messages. What is lost with a round comes with the next heartbeat.
   */
  flush(): void {
    const last = this.pending.at(-1);
    if (last !== undefined && last.round > this.round && this.confirmed === this.round) this.begin();
  }

  /** A follower has answered. */
  answered(progress: Progress, round: number): void {
    if (round <= progress.round || round > this.round) return;
    progress.round = round;
    this.confirm();
  }

  /** Reads that will not be answered, as the leader steps down. */
  abandon(): void {
    for (const { context, from } of [...this.pending, ...this.early]) {
      if (from === this.core.id) this.core.outbox.failedReads.push(context);
    }
    this.pending = [];
    this.early = [];
  }

  /**
   * Whether the leader knows all that is committed: not before an entry of its own term is (dissertation 6.4). Entries that
   * its predecessor committed, and answered for, it may hold without knowing.
   */
  knowsCommitted(): boolean {
    const { log, term } = this.core;
    return log.termAt(log.commit) === term;
  }

  /**
   * The last tick in which the leader may answer by its clock; undefined when it may not. A tick that has begun may be nearly
   * over, and a follower's first may have begun just before it heard: hence one less at each end.
   */
  leaseEnd(): number | undefined {
    const { leaseDriftPpm, electionTicks } = this.core.settings;
    if (leaseDriftPpm === undefined || this.confirmedBegin === undefined) return undefined;
    return this.confirmedBegin + Math.floor(((electionTicks - 1) * (1_000_000 - leaseDriftPpm)) / 1_000_000) - 1;
  }

  /** Whether a read is confirmed once this round is. */
  protected isConfirmed({ round }: PendingRead, confirmed: number): boolean {
    return round <= confirmed;
  }

  private pointOfRead(): Pick<PendingRead, "index" | "round"> {
    return { index: this.core.log.commit, round: this.round + 1 };
  }

  private confirm(): void {
    const confirmed = this.replicator.reachedByMajority(this.round, roundOf);
    if (confirmed > this.confirmed) {
      this.confirmedBegin = this.begun[confirmed - this.confirmed - 1];
      this.begun = this.begun.slice(confirmed - this.confirmed);
      this.confirmed = confirmed;
    }
    let count = 0;
    for (const read of this.pending) {
      if (!this.isConfirmed(read, this.confirmed)) break;
      count++;
      this.answer(read);
    }
    if (count > 0) this.pending = this.pending.slice(count);
  }

  private answer({ context, from: to, index }: PendingRead): void {
    const { core } = this;
    if (to === core.id) core.outbox.readStates.push({ context, index });
    else core.send({ kind: "read-response", from: core.id, to, term: core.term, context, index });
  }
}

function roundOf({ round }: Progress): number {
  return round;
}
