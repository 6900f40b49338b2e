import type { CoreContext } from "./core-context.ts";
import type { PreVoteRequest, VoteRequest } from "./messages.ts";
import type { DropReason } from "./ready.ts";

/**
 * Whom a node votes for (dissertation 3.4, 3.6.1, 4.2.3, 9.6). It votes whether or not it finds itself among the voters: it
 * may be one by a configuration that it does not have yet, and its vote be needed to get that.
 */
export class Voter {
  protected readonly core: CoreContext;
  /** When a leader was last heard. */
  private heardAt: number;

  constructor(core: CoreContext) {
    this.core = core;
    this.heardAt = core.settings.leaseDriftPpm === undefined ? Number.NEGATIVE_INFINITY : this.heardBeforeStart();
  }

  heardLeader(): void {
    this.heardAt = this.core.now;
  }

  /**
   * Whether a request for votes means nothing to this node, because it hears from a leader. Counts from when it heard, not from
   * whom: the term may have risen since for a reason that does not end that leader's lease.
   */
  isBound(request: PreVoteRequest | VoteRequest): boolean {
    const { settings, role, now } = this.core;
    if (!settings.checkQuorum || (request.kind === "vote-request" && request.transfer)) return false;
    return (role === "leader" && request.term > this.core.term) || now - this.heardAt < settings.electionTicks;
  }

  /** Answers a request of this node's term, or a pre-vote request of a later one. */
  answer(request: PreVoteRequest | VoteRequest): DropReason | undefined {
    const { core } = this;
    if (this.isBound(request)) return "leader-heard";
    const granted = this.mayGrant(request);
    const { from: to, term: requested } = request;
    if (request.kind === "pre-vote-request") {
      // A refusal tells the term that there is: who is behind it could never be elected otherwise.
      const term = granted ? requested : core.term;
      core.send({ kind: "pre-vote-response", from: core.id, to, term, granted });
      return undefined;
    }
    const response = { kind: "vote-response", from: core.id, to, term: core.term, granted } as const;
    if (granted) {
      core.voteFor(to);
      // Not before it is durable: a vote that is forgotten is given twice, and elects two leaders in a term.
      core.sendDurable(response);
    } else {
      core.send(response);
    }
    return undefined;
  }

  /** Tells who asks for votes of an earlier term that it has passed. */
  refuseOld({ kind, from: to }: PreVoteRequest | VoteRequest): void {
    const { core } = this;
    const answer = kind === "vote-request" ? "vote-response" : "pre-vote-response";
    core.send({ kind: answer, from: core.id, to, term: core.term, granted: false });
  }

  protected mayGrant(request: PreVoteRequest | VoteRequest): boolean {
    return this.isFree(request) && this.isUpToDate(request);
  }

  /** Whether the vote is still free in the term that the request is for. */
  protected isFree({ term, from }: PreVoteRequest | VoteRequest): boolean {
    const { core } = this;
    if (term > core.term) return true;
    return core.vote === from || (core.vote === undefined && core.leader === undefined);
  }

  /** Whether the candidate has all that may be committed: without it a leader without a committed entry could be elected. */
  protected isUpToDate({ lastIndex, lastTerm }: PreVoteRequest | VoteRequest): boolean {
    return this.core.log.isUpToDate({ index: lastIndex, term: lastTerm });
  }

  /**
   * When a node that has just started must assume to have heard a leader: it may have, right before it went down, and the
   * leader's lease counts on what it has forgotten.
   */
  protected heardBeforeStart(): number {
    return 0;
  }
}
