import { Codec } from "../../../host/codec.ts";
import type { RandomStream } from "../../../host/random.ts";
import type { CoreContext } from "./core-context.ts";
import { type CoreOptions, type CoreSettings, coreSettings, type StoredState } from "./core-settings.ts";
import type { Durability } from "./durability.ts";
import { RaftSafetyError } from "./errors.ts";
import { Follower } from "./follower.ts";
import type { Message } from "./messages.ts";
import { Outbox } from "./outbox.ts";
import type { CoreParts } from "./parts.ts";
import type { Quorum } from "./quorum.ts";
import type { RaftLog } from "./raft-log.ts";
import type { DropReason, RaftRole, SnapshotInstall, TransitionReason } from "./ready.ts";
import type { RoleState } from "./role-state.ts";
import type { Voter } from "./voter.ts";

/** What a node is, term by term: how it takes messages, and what they make of it. */
export abstract class CoreRoles implements CoreContext {
  readonly settings: CoreSettings;
  readonly parts: CoreParts;
  readonly codec = new Codec();
  readonly random: RandomStream;
  readonly log: RaftLog;
  readonly durability: Durability;
  readonly quorum: Quorum;
  protected readonly voter: Voter;
  protected outbox_ = new Outbox();

  protected now_ = 0;
  protected term_: number;
  protected vote_: string | undefined;
  protected leader_: string | undefined;
  protected state: RoleState;

  constructor(options: CoreOptions, stored: StoredState, random: RandomStream, parts: CoreParts) {
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

  get outbox(): Outbox {
    return this.outbox_;
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

  abstract ownsContext(context: number): boolean;

  abstract restore(snapshot: SnapshotInstall): void;

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

  /** The vote in a term that begins: none was given. In a term that goes on it stays what it is, whoever leads. */
  protected enterTerm(term: number): void {
    if (term === this.term_) return;
    this.term_ = term;
    this.vote_ = undefined;
  }

  /** Whether a node was a member once, and all know. Before the removal is committed, it may yet be undone. */
  protected isRemoved(member: string): boolean {
    return this.log.committedConfiguration.configuration.removed.includes(member);
  }

  /** Whether a message is about a term that nobody has entered yet. */
  private isAboutLaterTerm(message: Message): boolean {
    return message.kind === "pre-vote-request" || (message.kind === "pre-vote-response" && message.granted);
  }

  /**
   * A leader of an earlier term learns from the answer that it is none any more. Were it left unanswered, a node with a higher
   * term could never follow it, nor be elected while its log is behind.
   */
  protected stepOld(message: Message): DropReason {
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
