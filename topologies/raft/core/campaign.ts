import type { Message } from "./messages.ts";
import type { DropReason } from "./ready.ts";
import { RoleState } from "./role-state.ts";

/** Asks the voters for something, and counts who grants it. */
export abstract class Campaign extends RoleState {
  private readonly answers = new Map<string, boolean>();
  private elapsed = 0;
  private timeout = 0;

  start(): void {
    this.timeout = this.drawTimeout();
    const { core } = this;
    const { lastIndex, lastTerm } = core.log;
    for (const to of this.voters()) if (to !== core.id) this.ask(to, lastIndex, lastTerm);
    this.askedAll();
  }

  tick(): void {
    this.elapsed++;
    if (this.elapsed >= this.timeout) this.core.campaign("election-timeout");
  }

  step(message: Message): DropReason | undefined {
    const { core } = this;
    switch (message.kind) {
      case "append-request":
      case "heartbeat":
      case "snapshot":
        core.becomeFollower(core.term, message.from, "leader-heard");
        return core.deliver(message);
      case "timeout-now":
      case "pre-vote-request":
      case "pre-vote-response":
      case "vote-request":
      case "vote-response":
      case "append-response":
      case "heartbeat-response":
      case "read-request":
      case "read-response":
        return "unexpected";
    }
  }

  protected abstract ask(to: string, lastIndex: number, lastTerm: number): void;

  /** All others have been asked. */
  protected abstract askedAll(): void;

  /** A majority has granted it. */
  protected abstract won(): void;

  /** Those whose answers count: by the latest configuration in the log. */
  protected voters(): readonly string[] {
    return this.core.log.configuration.configuration.voters;
  }

  /** Counts an answer; only the first of each voter. */
  protected record(voter: string, granted: boolean): void {
    const { core, answers } = this;
    const voters = this.voters();
    if (!voters.includes(voter) || answers.has(voter)) return;
    answers.set(voter, granted);
    const grants = [...answers.values()].filter((each) => each).length;
    switch (core.quorum.outcome(voters.length, grants, answers.size - grants)) {
      case "won":
        return this.won();
      case "lost":
        return core.becomeFollower(core.term, undefined, "election-lost");
      case "open":
        return;
    }
  }
}
