import { Codec } from "../../../host/codec.ts";
import type { RandomStream } from "../../../host/random.ts";
import type { Configuration, ConfigurationChange } from "./configuration.ts";
import type { CoreContext } from "./core-context.ts";
import { type CoreOptions, type CoreSettings, coreSettings, type StoredState } from "./core-settings.ts";
import type { Durability } from "./durability.ts";
import { RaftSafetyError, RaftUsageError } from "./errors.ts";
import { Follower } from "./follower.ts";
import type { CoreInspection } from "./inspection.ts";
import { Leader } from "./leader.ts";
import type { Message } from "./messages.ts";
import { Outbox } from "./outbox.ts";
import { type CoreParts, defaultCoreParts } from "./parts.ts";
import type { Quorum } from "./quorum.ts";
import type { RaftLog } from "./raft-log.ts";
import type {
  DropReason,
  Progressed,
  ProposalOutcome,
  RaftRole,
  Ready,
  SnapshotInstall,
  TransitionReason,
} from "./ready.ts";
import type { RoleState } from "./role-state.ts";
import type { Voter } from "./voter.ts";

/** Contexts of reads: the incarnation above, a count below. */
const CONTEXTS = 2 ** 32;

/**
 * One node of a Raft cluster as a state machine (Ongaro, "Consensus: Bridging Theory and Practice", 2014): messages, ticks
 * and proposals in, batches of effects out. It reads no clock and does no I/O; its driver does, as {@link Ready} says.
 */
export class RaftCore implements CoreContext {
  readonly settings: CoreSettings;
  readonly parts: CoreParts;
  readonly codec = new Codec();
  readonly random: RandomStream;
  readonly log: RaftLog;
  readonly durability: Durability;
  readonly quorum: Quorum;
  private readonly voter: Voter;
  private outbox_ = new Outbox();

  private now_ = 0;
  private term_: number;
  private vote_: string | undefined;
  private leader_: string | undefined;
  private state: RoleState;

  private applied_: number;
  /** Index up to which committed entries have been handed out. */
  private handedCommitted: number;
  private storedCommit: number;
  private pendingInstall: SnapshotInstall | undefined;
  private installing: number | undefined;
  private batches = 0;
  private reads = 0;

  /**
   * A node that has just started.
   *
   * @param random for election time-outs; the node's own
   * @throws RaftUsageError for settings that make no sense
   * @throws RaftSafetyError for stored state that does not fit together
   */
  constructor(options: CoreOptions, stored: StoredState, random: RandomStream, parts: CoreParts = defaultCoreParts) {
    this.settings = coreSettings(options);
    this.parts = parts;
    this.random = random;
    const { hardState, base, configuration, entries, applied } = stored;
    this.log = new parts.RaftLog(this.codec, base, configuration);
    for (const entry of entries) this.log.append(entry);
    const { lastIndex, lastTerm } = this.log;
    if (applied < base.index || applied > lastIndex) {
      throw new RaftSafetyError(
        `the data has entries up to ${applied}, but the log is from ${base.index + 1} to ${lastIndex}: copy both from another node`,
      );
    }
    // Entries may have become durable before the term that they came in: no vote of that term can have been sent.
    const isBehind = hardState.term < lastTerm;
    this.term_ = isBehind ? lastTerm : hardState.term;
    this.vote_ = isBehind ? undefined : hardState.vote;
    this.log.commitTo(Math.max(applied, Math.min(hardState.commit, lastIndex)));
    this.storedCommit = hardState.commit;
    this.applied_ = this.handedCommitted = applied;
    this.durability = new parts.Durability(lastIndex, hardState);
    this.quorum = new parts.Quorum();
    this.voter = new parts.Voter(this);
    this.state = new parts.Follower(this);
    this.state.start();
  }

  get id(): string {
    return this.settings.id;
  }

  get now(): number {
    return this.now_;
  }

  get term(): number {
    return this.term_;
  }

  get vote(): string | undefined {
    return this.vote_;
  }

  get role(): RaftRole {
    return this.state.role;
  }

  /** Who leads in this term, as far as this node knows. */
  get leader(): string | undefined {
    return this.leader_;
  }

  /** Index up to which entries are known to be committed. */
  get commit(): number {
    return this.log.commit;
  }

  /** Index up to which the driver has said that the data has the entries. */
  get applied(): number {
    return this.applied_;
  }

  get configuration(): Configuration {
    return this.log.configuration.configuration;
  }

  get outbox(): Outbox {
    return this.outbox_;
  }

  /**
   * Time passes. A driver that was late counts all the ticks that there should have been, before anything else: a lease is
   * counted in them.
   */
  tick(count = 1): void {
    for (let i = 0; i < count; i++) {
      this.now_++;
      this.state.tick();
    }
  }

  /**
   * Takes a message.
   *
   * @returns why it had no effect; undefined when it was taken
   * @throws RaftSafetyError
   */
  step(message: Message): DropReason | undefined {
    if (message.to !== this.settings.id) return "not-addressed";
    const { kind, term } = message;
    // A leader's last word, once its own removal is committed, is to ask for an election.
    if (kind !== "timeout-now" && this.isRemoved(message.from)) return "removed-member";
    if (term < this.term_) return this.stepOld(message);
    if (term > this.term_) {
      if (kind === "vote-request" && this.voter.isBound(message)) return "leader-heard";
      if (!this.isAboutLaterTerm(message)) this.becomeFollower(term, undefined, "higher-term");
    }
    if (kind === "vote-request" || kind === "pre-vote-request") return this.voter.answer(message);
    return this.state.step(message);
  }

  /** Proposes a command. It is committed when it comes back among the committed entries, with the same index and term. */
  propose(payload: Uint8Array): ProposalOutcome {
    return this.state instanceof Leader ? this.state.propose(payload) : this.notLeader();
  }

  /** Proposes a change of the configuration, in effect as soon as it is in the log; see {@link propose}. */
  changeConfiguration(change: ConfigurationChange): ProposalOutcome {
    return this.state instanceof Leader ? this.state.changeConfiguration(change) : this.notLeader();
  }

  /**
   * Hands the leadership over to another voter. Whether it worked shows in who leads.
   *
   * @returns whether this node leads, and the target could
   */
  transferLeadership(target: string): boolean {
    return this.state instanceof Leader && this.state.transferTo(target);
  }

  /**
   * Asks for a linearizable read, on a leader or a follower: it will be among the read states, or among the failed reads, or
   * get no answer when messages are lost. Asking again is another read.
   *
   * @returns what it will be known by; undefined when no leader is known
   */
  readIndex(): number | undefined {
    const { state } = this;
    const context = this.settings.incarnation * CONTEXTS + this.reads;
    if (state instanceof Leader) state.reads.request(context, this.id);
    else if (!(state instanceof Follower) || !state.requestRead(context)) return undefined;
    this.reads++;
    return context;
  }

  /**
   * A read by the leader's clock: it may be answered in this same tick, once all up to the index are applied.
   *
   * @returns the index; undefined when there is no lease, and {@link readIndex} must be asked
   */
  leaseRead(): number | undefined {
    const { state } = this;
    return state instanceof Leader && this.holdsLease(state) ? this.log.commit : undefined;
  }

  /**
   * What a snapshot of data that has all entries up to `index` is to carry.
   *
   * @throws RaftUsageError for an index before the log's base, or one that is not committed
   */
  snapshotAt(index: number): SnapshotInstall {
    const { log } = this;
    const term = index > log.commit ? undefined : log.termAt(index);
    if (term === undefined) {
      throw new RaftUsageError(`no snapshot at ${index}: it must be from ${log.base.index} to ${log.commit}`);
    }
    return { index, term, configuration: log.configurationAt(index) };
  }

  /** A snapshot up to `index` has been sent to a member in full. */
  snapshotSent(to: string, index: number): void {
    if (this.state instanceof Leader) this.state.replicator.peer(to)?.snapshotSent(index);
  }

  /** A snapshot could not be sent, or was not taken. */
  snapshotFailed(to: string): void {
    if (this.state instanceof Leader) this.state.replicator.peer(to)?.snapshotFailed();
  }

  /**
   * Drops the entries up to `index` from memory: those behind it are all that can be sent to followers.
   *
   * @throws RaftUsageError when they are not all applied
   */
  compact(index: number): void {
    if (index > this.applied_) {
      throw new RaftUsageError(
        `entries up to ${index} are still needed: only those up to ${this.applied_} are applied`,
      );
    }
    this.log.compact(index);
  }

  /** The next batch of effects; undefined when there is nothing to do. Asked for until there is not. */
  ready(): Ready | undefined {
    this.state.flush();
    const { log, durability, outbox_: outbox, term_: term, vote_: vote } = this;
    const { lastIndex, commit } = log;
    const voted = durability.differs(term, vote);
    const { handed, truncation: truncateAfter } = durability;
    const install = this.pendingInstall;
    const isNewCommit = commit !== this.storedCommit;
    const applicable = this.applicable();
    const mustSync = voted || handed < lastIndex || install !== undefined;
    if (!mustSync && !isNewCommit && applicable === this.handedCommitted && outbox.isEmpty) return undefined;

    const entries = handed < lastIndex ? log.slice(handed + 1, lastIndex, Infinity, Infinity) : [];
    const from = this.handedCommitted + 1;
    const committed = from <= applicable ? log.slice(from, applicable, this.settings.maxApplyBytes, Infinity) : [];
    const number = ++this.batches;
    this.outbox_ = new Outbox();
    this.handedCommitted += committed.length;
    this.storedCommit = commit;
    this.pendingInstall = undefined;
    durability.handOut(number, lastIndex, term, vote, mustSync);
    return {
      number,
      hardState: voted || isNewCommit ? { term, vote, commit } : undefined,
      install,
      truncateAfter,
      entries,
      mustSync,
      messages: outbox.messages,
      afterDurable: outbox.afterDurable,
      committed,
      readStates: outbox.readStates,
      failedReads: outbox.failedReads,
      snapshotsNeeded: outbox.snapshotsNeeded,
      transitions: outbox.transitions,
    };
  }

  /**
   * Tells what has become of batches.
   *
   * @throws RaftUsageError for what was never handed out
   */
  advance({ durable, applied }: Progressed): void {
    if (applied !== undefined) {
      if (applied > this.handedCommitted) {
        throw new RaftUsageError(
          `entry ${applied} cannot be applied: the last that was handed out is ${this.handedCommitted}`,
        );
      }
      if (applied > this.applied_) this.applied_ = applied;
      if (this.installing !== undefined && applied >= this.installing) this.installing = undefined;
    }
    if (durable !== undefined) {
      this.durability.becameDurable(durable);
      this.state.becameDurable();
    }
  }

  /** What this node knows and does, read without changing anything. */
  inspect(): CoreInspection {
    const { state, log, durability } = this;
    const leader = state instanceof Leader ? state : undefined;
    return {
      id: this.id,
      incarnation: this.settings.incarnation,
      role: state.role,
      term: this.term_,
      vote: this.vote_,
      leader: this.leader_,
      commit: log.commit,
      applied: this.applied_,
      installing: this.installing,
      durable: { term: durability.term, vote: durability.vote, index: durability.index },
      firstIndex: log.firstIndex,
      lastIndex: log.lastIndex,
      lastTerm: log.lastTerm,
      configuration: log.configuration,
      peers: leader?.replicator.peers.map(({ id, match, next, state: how }) => ({ id, match, next, state: how })) ?? [],
      leaseEnd: leader?.leaseEnd(),
      now: this.now_,
      transferTarget: leader?.transfer.target,
      log,
    };
  }

  send(message: Message): void {
    this.outbox_.messages.push(message);
  }

  sendDurable(message: Message): void {
    if (this.mustWait()) this.outbox_.afterDurable.push(message);
    else this.send(message);
  }

  heardLeader(leader: string): void {
    this.voter.heardLeader();
    if (this.leader_ === leader) return;
    if (this.leader_ !== undefined) {
      throw new RaftSafetyError(`term ${this.term_} has two leaders: ${this.leader_} and ${leader}`);
    }
    this.leader_ = leader;
    this.noteTransition("leader-heard");
  }

  voteFor(candidate: string): void {
    this.vote_ = candidate;
    if (this.state instanceof Follower) this.state.restartTimeout();
  }

  ownsContext(context: number): boolean {
    return Math.floor(context / CONTEXTS) === this.settings.incarnation;
  }

  restore(snapshot: SnapshotInstall): void {
    const { index, term, configuration } = snapshot;
    this.log.restore({ index, term }, configuration);
    this.durability.restored(index);
    this.pendingInstall = snapshot;
    this.installing = index;
    this.handedCommitted = index;
  }

  becomeFollower(term: number, leader: string | undefined, reason: TransitionReason): void {
    this.enterTerm(term);
    this.leader_ = leader;
    // A higher term alone does not put off a follower's election: only a leader does, or a vote.
    if (this.state.role === "follower") this.noteTransition(reason);
    else this.take(new this.parts.Follower(this), reason);
  }

  campaign(reason: "election-timeout" | "transfer"): void {
    if (reason === "transfer" || !this.settings.preVote) {
      this.becomeCandidate(reason, reason === "transfer");
    } else {
      this.leader_ = undefined;
      this.take(new this.parts.PreCandidate(this), reason);
    }
  }

  becomeCandidate(reason: TransitionReason, transfer: boolean): void {
    this.enterTerm(this.term_ + 1);
    this.vote_ = this.id;
    this.leader_ = undefined;
    this.take(new this.parts.Candidate(this, transfer), reason);
  }

  becomeLeader(): void {
    this.leader_ = this.id;
    this.take(new this.parts.Leader(this), "elected");
  }

  deliver(message: Message): DropReason | undefined {
    return this.state.step(message);
  }

  /** Whether what is sent must wait until all that this node holds is durable. */
  protected mustWait(): boolean {
    return !this.durability.isClean(this.log.lastIndex, this.term_, this.vote_);
  }

  /**
   * Index up to which entries may be applied. Not beyond what is durable here: after a crash the data would be ahead of the
   * log, and the log could not go on from there.
   */
  protected applicable(): number {
    return Math.max(this.handedCommitted, Math.min(this.log.commit, this.durability.index));
  }

  /** The vote in a term that begins: none was given. In a term that goes on it stays what it is, whoever leads. */
  protected enterTerm(term: number): void {
    if (term === this.term_) return;
    this.term_ = term;
    this.vote_ = undefined;
  }

  protected holdsLease(leader: Leader): boolean {
    const end = leader.leaseEnd();
    return end !== undefined && this.now_ <= end;
  }

  /** Whether a node was a member once, and all know. Before the removal is committed, it may yet be undone. */
  protected isRemoved(member: string): boolean {
    const { log } = this;
    const { index, configuration } = log.configuration;
    const committed = index <= log.commit ? configuration : log.configurationAt(log.commit);
    return committed.removed.includes(member);
  }

  /** Whether a message is about a term that nobody has entered yet. */
  private isAboutLaterTerm(message: Message): boolean {
    return message.kind === "pre-vote-request" || (message.kind === "pre-vote-response" && message.granted);
  }

  /**
   * A leader of an earlier term learns from the answer that it is none any more. Were it left unanswered, a node with a higher
   * term could never follow it, nor be elected while its log is behind.
   */
  private stepOld(message: Message): DropReason {
    const { from: to, kind } = message;
    if (kind === "append-request" || kind === "heartbeat" || kind === "snapshot") {
      const { id: from, term_: term } = this;
      const refusal = { accepted: false, index: 0, hintIndex: 0, hintTerm: 0 };
      this.send({ kind: "append-response", from, to, term, ...refusal });
    } else if (kind === "vote-request" || kind === "pre-vote-request") {
      this.voter.refuseOld(message);
    }
    return "old-term";
  }

  private notLeader(): ProposalOutcome {
    return { accepted: false, reason: "not-leader", leader: this.leader_ };
  }

  private take(state: RoleState, reason: TransitionReason): void {
    this.state.end();
    this.state = state;
    this.noteTransition(reason);
    state.start();
  }

  private noteTransition(reason: TransitionReason): void {
    const { role, term_: term, leader_: leader } = this;
    this.outbox_.transitions.push({ role, term, leader, reason });
  }
}
