import { Campaign } from "./campaign.ts";
import type { Message } from "./messages.ts";
import type { DropReason, RaftRole } from "./ready.ts";

/** Asks whether it would be elected, without a new term: a node that was cut off disturbs nobody when it returns. */
export class PreCandidate extends Campaign {
  readonly role: RaftRole = "pre-candidate";

  override step(message: Message): DropReason | undefined {
    if (message.kind !== "pre-vote-response") return super.step(message);
    // One that was granted for another term answers a question of long ago.
    if (message.granted && message.term !== this.core.term + 1) return "unexpected";
    this.record(message.from, message.granted);
    return undefined;
  }

  protected ask(to: string, lastIndex: number, lastTerm: number): void {
    const { core } = this;
    core.send({ kind: "pre-vote-request", from: core.id, to, term: core.term + 1, lastIndex, lastTerm });
  }

  protected askedAll(): void {
    this.record(this.core.id, true);
  }

  protected won(): void {
    this.core.becomeCandidate("pre-elected", false);
  }
}
