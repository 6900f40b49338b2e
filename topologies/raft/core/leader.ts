import { type ChangeConfirmation, isSameChange } from "./change-confirmation.ts";
import { changedConfiguration, type ConfigurationChange, encodeConfiguration, isVoter } from "./configuration.ts";
import type { CoreContext } from "./core-context.ts";
import { type Entry, entryBytes, type EntryKind, NO_PAYLOAD } from "./entry.ts";
import { RaftSafetyError } from "./errors.ts";
import type { LeadershipTransfer } from "./leadership-transfer.ts";
import type { Message } from "./messages.ts";
import type { Progress } from "./progress.ts";
import type { ReadRounds } from "./read-rounds.ts";
import type { DropReason, ProposalOutcome, ProposalRefusal, RaftRole } from "./ready.ts";
import type { Replicator } from "./replicator.ts";
import { RoleState } from "./role-state.ts";

/** Takes proposals, brings them to the others, and tells what is committed. */
export class Leader extends RoleState {
  readonly role: RaftRole = "leader";
  readonly replicator: Replicator;
  readonly reads: ReadRounds;
  readonly transfer: LeadershipTransfer;
  readonly confirmation: ChangeConfirmation;
  private sinceHeartbeat = 0;
  private readonly begunAt: number;
  private uncommittedBytes = 0;

  constructor(core: CoreContext) {
    super(core);
    const { parts } = core;
    this.replicator = new parts.Replicator(core);
    this.reads = new parts.ReadRounds(core, this.replicator);
    this.transfer = new parts.LeadershipTransfer(core, this.replicator);
    this.confirmation = new parts.ChangeConfirmation(core, this.replicator);
    this.begunAt = core.now;
  }

  start(): void {
    const { log } = this.core;
    for (let index = log.commit + 1; index <= log.lastIndex; index++) {
      this.uncommittedBytes += entryBytes(log.entryAt(index) as Entry);
    }
    // What earlier terms left behind can be committed, and reads be answered, only with an entry of this one.
    this.append("noop", NO_PAYLOAD);
  }

  tick(): void {
    const { core } = this;
    if (core.settings.checkQuorum && !this.hearsMajority()) {
      core.becomeFollower(core.term, undefined, "quorum-lost");
      return;
    }
    this.transfer.tick();
    this.confirmation.tick();
    this.sinceHeartbeat++;
    if (this.sinceHeartbeat < core.settings.heartbeatTicks) return;
    this.sinceHeartbeat = 0;
    this.reads.begin();
  }

  step(message: Message): DropReason | undefined {
    const progress = this.replicator.peer(message.from);
    switch (message.kind) {
      case "append-response":
        if (progress === undefined) return "unexpected";
        progress.heardAt = this.core.now;
        if (this.replicator.answered(progress, message)) {
          if (progress.match > this.core.log.commit) this.commit();
          if (progress.id === this.transfer.target) this.transfer.askIfReady();
        }
        return undefined;
      case "heartbeat-response":
        if (progress === undefined) return "unexpected";
        progress.heardAt = this.core.now;
        this.resume(progress);
        this.reads.answered(progress, message.round);
        this.confirmChange();
        return undefined;
      case "read-request":
        if (progress === undefined) return "unexpected";
        this.reads.request(message.context, message.from);
        return undefined;
      case "append-request":
      case "heartbeat":
        throw new RaftSafetyError(`term ${message.term} has two leaders: ${this.core.id} and ${message.from}`);
      default:
        return "unexpected";
    }
  }

  override becameDurable(): void {
    this.commit();
  }

  override flush(): void {
    this.reads.flush();
    this.replicator.flush();
  }

  override end(): void {
    this.reads.abandon();
  }

  propose(payload: Uint8Array): ProposalOutcome {
    const refusal = this.proposalProblem();
    return refusal === undefined ? accepted(this.append("normal", payload)) : this.refused(refusal);
  }

  changeConfiguration(change: ConfigurationChange): ProposalOutcome {
    const refusal = this.proposalProblem() ?? this.changeProblem();
    if (refusal !== undefined) return this.refused(refusal);
    const { codec, log } = this.core;
    const changed = changedConfiguration(log.configuration.configuration, change);
    if (typeof changed === "string") return this.refused(changed);
    return accepted(this.append("configuration", encodeConfiguration(codec, changed)));
  }

  /**
   * Asks for a change of the configuration that is proposed once those it leads to have answered; see
   * {@link ChangeConfirmation}. Whether it came about shows in the configuration.
   *
   * @returns why it will not be; undefined when it is under way
   */
  requestChange(change: ConfigurationChange): ProposalRefusal | undefined {
    const refusal = this.proposalProblem() ?? this.changeProblem();
    if (refusal !== undefined) return refusal;
    const { confirmation } = this;
    const awaited = confirmation.change;
    if (awaited !== undefined) return isSameChange(awaited, change) ? undefined : "change-pending";
    if (confirmation.wasGivenUp(change)) return "unconfirmed";
    const changed = changedConfiguration(this.core.log.configuration.configuration, change);
    if (typeof changed === "string") return changed;
    confirmation.begin(change, this.reads.begin());
    this.confirmChange();
    return undefined;
  }

  /** @returns whether there is anything to hand over, and the target could be elected */
  transferTo(target: string): boolean {
    const { id, log } = this.core;
    if (target === id || !isVoter(log.configuration.configuration, target)) return false;
    if (this.transfer.target !== target) this.transfer.begin(target);
    return true;
  }

  /**
   * The last tick in which reads may be answered without asking the others; undefined when they may not.
   */
  leaseEnd(): number | undefined {
    if (!this.reads.knowsCommitted() || this.transfer.endsLease()) return undefined;
    return this.reads.leaseEnd();
  }

  /** Whether a majority has answered within an election time-out. */
  protected hearsMajority(): boolean {
    const { now, settings } = this.core;
    return now - Math.max(this.begunAt, this.replicator.reachedByMajority(now, heardAtOf)) <= settings.electionTicks;
  }

  /**
   * Whether all up to `index`, which a majority holds, is committed by that. Not when the entry is of an earlier term: another
   * leader's could still take its place (dissertation 3.6.2, figure 3.7).
   */
  protected isCommittedBy(index: number): boolean {
    return this.core.log.matches(index, this.core.term);
  }

  /** Why the configuration must not change now. */
  protected changeProblem(): ProposalRefusal | undefined {
    // Otherwise the majorities of two leaders' changes need not meet (the erratum of 2015 to dissertation 4.1).
    if (!this.hasCommittedInTerm()) return "term-not-committed";
    // Majorities of two configurations meet only when they differ by one member.
    return this.hasPendingChange() ? "change-pending" : undefined;
  }

  protected hasCommittedInTerm(): boolean {
    return this.reads.knowsCommitted();
  }

  protected hasPendingChange(): boolean {
    const { log } = this.core;
    return log.configuration.index > log.commit;
  }

  private confirmChange(): void {
    const { confirmation } = this;
    const { change } = confirmation;
    if (change === undefined || !confirmation.isConfirmed()) return;
    confirmation.end();
    this.changeConfiguration(change);
  }

  private proposalProblem(): ProposalRefusal | undefined {
    if (this.transfer.target !== undefined) return "transferring";
    return this.uncommittedBytes >= this.core.settings.maxUncommittedBytes ? "overloaded" : undefined;
  }

  private refused(reason: ProposalRefusal): ProposalOutcome {
    return { accepted: false, reason, leader: this.core.id };
  }

  /** A follower answers heartbeats but may have lost what else was sent: goes on with it, no more often than time passes. */
  private resume(progress: Progress): void {
    const { now, log } = this.core;
    if (progress.resumedAt === now) return;
    progress.resumedAt = now;
    progress.resume();
    if (progress.match < log.lastIndex) progress.nudged = true;
  }

  private append(kind: EntryKind, payload: Uint8Array): Entry {
    const { log, term } = this.core;
    const entry: Entry = { index: log.lastIndex + 1, term, kind, payload };
    log.append(entry);
    this.uncommittedBytes += entryBytes(entry);
    if (kind === "configuration") this.replicator.reconfigure();
    return entry;
  }

  private commit(): void {
    const { core, replicator } = this;
    const { log } = core;
    const before = log.commit;
    const index = replicator.replicated();
    if (index <= before || !this.isCommittedBy(index)) return;
    log.commitTo(index);
    for (let i = before + 1; i <= index; i++) this.uncommittedBytes -= entryBytes(log.entryAt(i) as Entry);
    this.reads.advanced();
    if (!replicator.votes && !this.hasPendingChange()) this.leave();
  }

  /** Its own removal is committed: whoever is furthest leads on (dissertation 4.2.2). */
  private leave(): void {
    const { core, replicator, transfer } = this;
    // The others learn what is committed from this leader now, or from the next.
    replicator.flush();
    let furthest: Progress | undefined;
    const { configuration } = core.log.configuration;
    for (const progress of replicator.peers) {
      if (isVoter(configuration, progress.id) && progress.match > (furthest?.match ?? 0)) furthest = progress;
    }
    if (furthest !== undefined) transfer.ask(furthest.id);
    core.becomeFollower(core.term, undefined, "removed");
  }
}

function accepted({ index, term }: Entry): ProposalOutcome {
  return { accepted: true, index, term };
}

function heardAtOf({ heardAt }: Progress): number {
  return heardAt;
}
