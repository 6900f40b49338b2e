import { isVoter } from "./configuration.ts";
import type { Entry, LogPosition } from "./entry.ts";
import { RaftSafetyError } from "./errors.ts";
import type { AppendRequest, Heartbeat, Message, SnapshotMessage } from "./messages.ts";
import type { DropReason, RaftRole } from "./ready.ts";
import { RoleState } from "./role-state.ts";

/** Takes what the leader sends, and begins an election when it sends nothing. */
export class Follower extends RoleState {
  readonly role: RaftRole = "follower";
  /** Ticks since a leader was heard, or a vote given. */
  private elapsed = 0;
  private timeout = 0;

  start(): void {
    this.restartTimeout();
  }

  tick(): void {
    this.elapsed++;
    if (this.elapsed < this.timeout) return;
    this.restartTimeout();
    if (this.mayCampaign()) this.core.campaign("election-timeout");
  }

  step(message: Message): DropReason | undefined {
    switch (message.kind) {
      case "append-request":
        this.hear(message.from);
        this.append(message);
        return undefined;
      case "heartbeat":
        this.hear(message.from);
        this.answerHeartbeat(message);
        return undefined;
      case "snapshot":
        this.hear(message.from);
        this.install(message);
        return undefined;
      case "timeout-now":
        if (!this.mayCampaign()) return "unexpected";
        this.core.campaign("transfer");
        return undefined;
      case "read-response":
        // The reads of an earlier incarnation are nobody's.
        if (!this.isOwnRead(message.context)) return "unexpected";
        this.core.outbox.readStates.push({ context: message.context, index: message.index });
        return undefined;
      default:
        return "unexpected";
    }
  }

  /** Asks the leader for a read index. @returns whether there is a leader to ask */
  requestRead(context: number): boolean {
    const { core } = this;
    if (core.leader === undefined) return false;
    core.send({ kind: "read-request", from: core.id, to: core.leader, term: core.term, context });
    return true;
  }

  /** A vote was given: the candidate shall have the time to be elected. */
  restartTimeout(): void {
    this.elapsed = 0;
    this.timeout = this.drawTimeout();
  }

  /**
   * Whether this node may ask for votes: by the latest configuration in its log, committed or applied or not; or by the one
   * before, until all know of its removal (dissertation 4.2.2). It may be the only one left whose log has that entry, and those
   * without it need its vote, which it cannot give them.
   */
  protected mayCampaign(): boolean {
    const { id, log } = this.core;
    return isVoter(log.configuration.configuration, id) || isVoter(log.committedConfiguration.configuration, id);
  }

  protected isOwnRead(context: number): boolean {
    return this.core.ownsContext(context);
  }

  private hear(leader: string): void {
    this.elapsed = 0;
    this.core.heardLeader(leader);
  }

  private append({ from, prevIndex, prevTerm, entries, commit }: AppendRequest): void {
    const { log } = this.core;
    const last = prevIndex + entries.length;
    if (last < log.commit) {
      this.accept(from, log.commit);
    } else if (prevIndex < log.commit) {
      // What is committed is the same in every log, and may not even be there any more to compare with.
      this.checkCommitted(entries[log.commit - prevIndex - 1] as Entry);
      this.take(entries.slice(log.commit - prevIndex));
      log.commitTo(this.commitKnown(commit, last));
      this.accept(from, last);
    } else if (log.matches(prevIndex, prevTerm)) {
      this.take(entries);
      log.commitTo(this.commitKnown(commit, last));
      this.accept(from, last);
    } else {
      this.refuse(from, prevIndex, log.agreementHint(prevIndex, prevTerm));
    }
  }

  /** @throws RaftSafetyError when the leader's log has another entry where this one's is committed */
  private checkCommitted({ index, term }: Entry): void {
    const { log } = this.core;
    if (log.matches(index, term)) return;
    const own = log.termAt(index) as number;
    throw new RaftSafetyError(
      `entry ${index} of term ${own} is committed, but the leader has one of term ${term} there`,
    );
  }

  /** Puts entries that go on from one that the log has into the log. */
  protected take(entries: readonly Entry[]): void {
    const { log, durability } = this.core;
    let at = log.firstMissing(entries);
    const first = entries[at];
    if (first === undefined) return;
    if (first.index <= log.lastIndex) {
      log.truncateAfter(first.index - 1);
      durability.truncated(first.index - 1);
    }
    for (; at < entries.length; at++) log.append(entries[at] as Entry);
  }

  /**
   * Up to where entries are known to be committed.
   *
   * @param last the last entry known to be as in the leader's log: those behind it may be another leader's
   */
  protected commitKnown(commit: number, last: number): number {
    return Math.min(commit, last);
  }

  private accept(to: string, index: number): void {
    const { core } = this;
    const { id: from, term } = core;
    // Not before the entries are durable: the leader counts on this copy, and tells clients that nothing can take it away.
    const kind = "append-response";
    core.sendDurable({ kind, from, to, term, accepted: true, index, hintIndex: 0, hintTerm: 0 });
  }

  private refuse(to: string, index: number, { index: hintIndex, term: hintTerm }: LogPosition): void {
    const { id: from, term } = this.core;
    this.core.send({ kind: "append-response", from, to, term, accepted: false, index, hintIndex, hintTerm });
  }

  private answerHeartbeat({ from: to, commit, round }: Heartbeat): void {
    const { core } = this;
    // A leader never tells more than what it knows this log to have.
    core.log.commitTo(commit);
    core.send({ kind: "heartbeat-response", from: core.id, to, term: core.term, round });
  }

  private install({ from, index, indexTerm, configuration }: SnapshotMessage): void {
    const { core } = this;
    const { log } = core;
    if (!this.isSnapshotNews(index)) {
      this.accept(from, log.commit);
    } else if (log.matches(index, indexTerm)) {
      // The log has all that the snapshot has, and perhaps more, which may have been acknowledged.
      log.commitTo(index);
      this.accept(from, index);
    } else {
      core.restore({ index, term: indexTerm, configuration });
      this.accept(from, index);
    }
  }

  /** Whether a snapshot has more than what is committed here. An older one would undo what was applied since. */
  protected isSnapshotNews(index: number): boolean {
    return index > this.core.log.commit;
  }
}
