import type { RandomStream } from "../../../host/random.ts";
import type { Configuration, ConfigurationChange } from "./configuration.ts";
import { CoreRoles } from "./core-roles.ts";
import type { CoreOptions, StoredState } from "./core-settings.ts";
import { RaftUsageError } from "./errors.ts";
import { Follower } from "./follower.ts";
import type { CoreInspection } from "./inspection.ts";
import { Leader } from "./leader.ts";
import { Outbox } from "./outbox.ts";
import { type CoreParts, defaultCoreParts } from "./parts.ts";
import type { Progressed, ProposalOutcome, ProposalRefusal, Ready, SnapshotInstall } from "./ready.ts";

/** Contexts of reads: the incarnation above, a count below. */
const CONTEXTS = 2 ** 32;

/**
 * One node of a Raft cluster as a state machine (Ongaro, "Consensus: Bridging Theory and Practice", 2014): messages, ticks
 * and proposals in, batches of effects out. It reads no clock and does no I/O; its driver does, as {@link Ready} says.
 */
export class RaftCore extends CoreRoles {
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
    super(options, stored, random, parts);
    const { hardState, applied } = stored;
    this.storedCommit = hardState.commit;
    this.applied_ = this.handedCommitted = applied;
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

  /** Proposes a command. It is committed when it comes back among the committed entries, with the same index and term. */
  propose(payload: Uint8Array): ProposalOutcome {
    return this.state instanceof Leader ? this.state.propose(payload) : this.notLeader();
  }

  /** Proposes a change of the configuration, in effect as soon as it is in the log; see {@link propose}. */
  changeConfiguration(change: ConfigurationChange): ProposalOutcome {
    return this.state instanceof Leader ? this.state.changeConfiguration(change) : this.notLeader();
  }

  /**
   * Asks for a change of the configuration, which is proposed once a majority of those it leads to has answered.
   *
   * @returns why it will not be; undefined when it is under way
   */
  requestChange(change: ConfigurationChange): ProposalRefusal | undefined {
    return this.state instanceof Leader ? this.state.requestChange(change) : "not-leader";
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
      committedConfiguration: log.committedConfiguration,
      comingConfiguration: leader?.confirmation.configuration,
      peers: leader?.replicator.peers.map(({ id, match, next, state: how }) => ({ id, match, next, state: how })) ?? [],
      leaseEnd: leader?.leaseEnd(),
      now: this.now_,
      transferTarget: leader?.transfer.target,
      log,
    };
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

  /**
   * Index up to which entries may be applied. Not beyond what is durable here: after a crash the data would be ahead of the
   * log, and the log could not go on from there.
   */
  protected applicable(): number {
    return Math.max(this.handedCommitted, Math.min(this.log.commit, this.durability.index));
  }

  protected holdsLease(leader: Leader): boolean {
    const end = leader.leaseEnd();
    return end !== undefined && this.now_ <= end;
  }

  private notLeader(): ProposalOutcome {
    return { accepted: false, reason: "not-leader", leader: this.leader_ };
  }
}
