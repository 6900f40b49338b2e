import type { HardState } from "./core-settings.ts";
import { RaftUsageError } from "./errors.ts";

/** What a batch that is on its way to the disk will have made durable. */
interface PendingBatch {
  readonly number: number;
  /** Index up to which the log, as it now is, has been handed out by this batch; falls when it is cut. */
  lastIndex: number;
  readonly term: number;
  readonly vote: string | undefined;
}

/**
 * Which part of what a node holds in memory is durable, while batches are on their way to its disk. Entries that were cut
 * away and came again are not durable before the batch is that brought them again: an answer to the first batch says nothing
 * of them, whatever their index and term (etcd-io/raft, "ABA").
 */
export class Durability {
  private pending: PendingBatch[] = [];
  private handedIndex: number;
  private handedTerm: number;
  private handedVote: string | undefined;
  private durableIndex: number;
  private durableTerm: number;
  private durableVote: string | undefined;
  private cut: number | undefined;
  private handedNumber = 0;
  private installing = false;

  /** @param lastIndex of the stored log */
  constructor(lastIndex: number, { term, vote }: HardState) {
    this.handedIndex = this.durableIndex = lastIndex;
    this.handedTerm = this.durableTerm = term;
    this.handedVote = this.durableVote = vote;
  }

  /** Index up to which the log, as it now is, is durable. */
  get index(): number {
    return this.durableIndex;
  }

  get term(): number {
    return this.durableTerm;
  }

  get vote(): string | undefined {
    return this.durableVote;
  }

  /** Index up to which the log, as it now is, has been handed out. */
  get handed(): number {
    return this.handedIndex;
  }

  /** Behind which index entries that were handed out have been cut away since the last batch. */
  get truncation(): number | undefined {
    return this.cut;
  }

  /** Whether term and vote are other than those handed out last. */
  differs(term: number, vote: string | undefined): boolean {
    return term !== this.handedTerm || vote !== this.handedVote;
  }

  /** Whether all that the node holds is durable, so that what it promises needs not wait. */
  isClean(lastIndex: number, term: number, vote: string | undefined): boolean {
    return (
      this.pending.length === 0 &&
      this.handedIndex === lastIndex &&
      this.cut === undefined &&
      !this.installing &&
      !this.differs(term, vote)
    );
  }

  /** The log has been cut behind `index`. */
  truncated(index: number): void {
    if (index < this.handedIndex) {
      this.handedIndex = index;
      this.cut = this.cut === undefined ? index : Math.min(this.cut, index);
    }
    this.durableIndex = Math.min(this.durableIndex, index);
    this.forgetPending(index);
  }

  /** What is on its way to the disk behind `index` is no part of the log any more. */
  protected forgetPending(index: number): void {
    for (const batch of this.pending) batch.lastIndex = Math.min(batch.lastIndex, index);
  }

  /** A snapshot has taken the place of the log. */
  restored(base: number): void {
    this.cut = undefined;
    this.installing = true;
    this.handedIndex = base;
    this.durableIndex = 0;
    // What these store will be replaced as a whole.
    this.forgetPending(0);
  }

  /** A batch with all that there is to store has been handed out. */
  handOut(number: number, lastIndex: number, term: number, vote: string | undefined, stores: boolean): void {
    this.handedNumber = number;
    this.handedIndex = lastIndex;
    this.handedTerm = term;
    this.handedVote = vote;
    this.cut = undefined;
    this.installing = false;
    if (stores) this.pending.push({ number, lastIndex, term, vote });
  }

  /**
   * The batches up to `number` are durable.
   *
   * @throws RaftUsageError for one that was never handed out
   */
  becameDurable(number: number): void {
    if (number > this.handedNumber) {
      throw new RaftUsageError(
        `batch ${number} cannot be durable: the last that was handed out is ${this.handedNumber}`,
      );
    }
    let count = 0;
    for (const batch of this.pending) {
      if (batch.number > number) break;
      count++;
      if (batch.lastIndex > this.durableIndex) this.durableIndex = batch.lastIndex;
      this.durableTerm = batch.term;
      this.durableVote = batch.vote;
    }
    if (count === this.pending.length) this.pending.length = 0;
    else if (count > 0) this.pending = this.pending.slice(count);
  }
}
