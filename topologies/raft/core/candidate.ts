import { Campaign } from "./campaign.ts";
import type { CoreContext } from "./core-context.ts";
import type { Message } from "./messages.ts";
import type { DropReason, RaftRole } from "./ready.ts";

/** Asks for votes in a term of its own, in which it has voted for itself. */
export class Candidate extends Campaign {
  readonly role: RaftRole = "candidate";
  private readonly transfer: boolean;

  /** @param transfer whether the leader asked for the election */
  constructor(core: CoreContext, transfer: boolean) {
    super(core);
    this.transfer = transfer;
  }

  override step(message: Message): DropReason | undefined {
    if (message.kind !== "vote-response") return super.step(message);
    this.record(message.from, message.granted);
    return undefined;
  }

  /** Its own vote counts once it is durable, as any other's: before, it may give it once more after a crash. */
  override becameDurable(): void {
    const { id, term, durability } = this.core;
    if (durability.term === term && durability.vote === id) this.record(id, true);
  }

  protected ask(to: string, lastIndex: number, lastTerm: number): void {
    const { id: from, term } = this.core;
    const { transfer } = this;
    // Not before the own vote is durable: votes for a term that it forgets could be asked for twice.
    this.core.sendDurable({ kind: "vote-request", from, to, term, lastIndex, lastTerm, transfer });
  }

  protected askedAll(): void {}

  protected won(): void {
    this.core.becomeLeader();
  }
}
