import type { Duration, MonotonicTime } from "../../host/time.ts";
import type { AppliedOutcome } from "./sessions.ts";

/** What became of a proposal. */
export type Proposed =
  | { readonly how: "applied"; readonly applied: AppliedOutcome }
  /** It is in the leader's log; nothing more is known, nor waited for. */
  | { readonly how: "proposed"; readonly index: number }
  /** It will never be applied. */
  | { readonly how: "refused"; readonly code: string }
  /** It may be applied yet, or be lost. */
  | { readonly how: "unknown"; readonly code: string };

/** A proposal that is not applied yet. */
interface PendingProposal {
  readonly term: number;
  readonly since: MonotonicTime;
  readonly answer: (proposed: Proposed) => void;
}

/** A read that waits to be confirmed, and then for entries to be applied. */
interface PendingRead {
  readonly since: MonotonicTime;
  /** Index up to which entries must be applied; undefined before it is confirmed. */
  index: number | undefined;
  readonly answer: (admitted: boolean) => void;
}

/** What was asked of a node's core and is not answered yet; nobody waits for ever. */
export class PendingRequests {
  private readonly now: () => MonotonicTime;
  private readonly patience: Duration;
  /** By the index that each was given, and so by age. */
  private readonly proposals = new Map<number, PendingProposal>();
  /** By the core's name for each, and so by age. */
  private readonly reads = new Map<number, PendingRead>();

  /** @param patience how long anybody waits for an answer */
  constructor(now: () => MonotonicTime, patience: Duration) {
    this.now = now;
    this.patience = patience;
  }

  /** Resolves when the entry is applied here, or will not be. */
  proposal(index: number, term: number): Promise<Proposed> {
    return new Promise((answer) => {
      this.proposals.set(index, { term, since: this.now(), answer });
    });
  }

  /** Resolves when the read may be answered, to true; or when that cannot be told, to false. */
  read(context: number): Promise<boolean> {
    return new Promise((answer) => {
      this.reads.set(context, { since: this.now(), index: undefined, answer });
    });
  }

  /** @param applied undefined for an entry that nobody can have asked for */
  entryApplied(index: number, term: number, applied: AppliedOutcome | undefined): void {
    const proposal = this.proposals.get(index);
    if (proposal === undefined) return;
    this.proposals.delete(index);
    // Another leader's entry stands in its place: it will never be applied.
    if (proposal.term !== term || applied === undefined) proposal.answer({ how: "refused", code: "superseded" });
    else proposal.answer({ how: "applied", applied });
  }

  /** A read may be answered once all up to an index is applied. */
  readConfirmed(context: number, index: number): void {
    const read = this.reads.get(context);
    if (read !== undefined) read.index = index;
  }

  readFailed(context: number): void {
    this.answerRead(context, false);
  }

  /** Answers the reads that wait for nothing more once all up to an index is applied. */
  answerReads(applied: number): void {
    for (const [context, { index }] of this.reads) {
      if (index !== undefined && index <= applied) this.answerRead(context, true);
    }
  }

  /** Those who wait are told that nothing is known: another leader may commit what they asked for, or replace it. */
  abandonProposals(code: string): void {
    for (const { answer } of this.proposals.values()) answer({ how: "unknown", code });
    this.proposals.clear();
  }

  /** Nothing will be answered any more. */
  abandon(code: string): void {
    this.abandonProposals(code);
    for (const { answer } of this.reads.values()) answer(false);
    this.reads.clear();
  }

  /** Answers whoever has waited too long. */
  giveUp(): void {
    const { now, patience, proposals, reads } = this;
    const at = now();
    for (const [index, { since, answer }] of proposals) {
      if (at - since <= patience) break;
      proposals.delete(index);
      answer({ how: "unknown", code: "timeout" });
    }
    for (const [context, { since }] of reads) {
      if (at - since <= patience) break;
      this.answerRead(context, false);
    }
  }

  private answerRead(context: number, admitted: boolean): void {
    const read = this.reads.get(context);
    this.reads.delete(context);
    read?.answer(admitted);
  }
}
