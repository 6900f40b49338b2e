import type { Message } from "./messages.ts";
import type { ReadState, SnapshotNeed, Transition } from "./ready.ts";

/** What a node wants done, gathered until its driver takes it. */
export class Outbox {
  messages: Message[] = [];
  afterDurable: Message[] = [];
  readStates: ReadState[] = [];
  failedReads: number[] = [];
  snapshotsNeeded: SnapshotNeed[] = [];
  transitions: Transition[] = [];

  get isEmpty(): boolean {
    return (
      this.messages.length === 0 &&
      this.afterDurable.length === 0 &&
      this.readStates.length === 0 &&
      this.failedReads.length === 0 &&
      this.snapshotsNeeded.length === 0 &&
      this.transitions.length === 0
    );
  }
}
