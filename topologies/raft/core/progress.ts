import { Inflights } from "./inflights.ts";

/**
 * How a leader sends to a follower. "probe": one message at a time, to find where the logs part. "replicate": one message after
 * the other, without waiting. "snapshot": nothing, until it has a copy of the data.
 */
export type ProgressState = "probe" | "replicate" | "snapshot";

/** How far a follower is, as its leader knows. */
export class Progress {
  readonly id: string;
  /** All up to here is durable there, and the same as in the leader's log. Never falls. */
  match = 0;
  /** The next entry to be sent. */
  next: number;
  state: ProgressState = "probe";
  readonly inflights: Inflights;
  /** Up to where the follower has been told that entries are committed. */
  sentCommit = 0;
  /** When it last answered this leader, in ticks; to begin with, when the leader began to wait for that. */
  heardAt: number;
  /** When something was last sent anew because it may have been lost, in ticks. */
  resumedAt = -1;
  /** The latest round of heartbeats that it has answered. */
  round = 0;
  /** Something must be sent even if there is nothing to say: its answer tells what it has. */
  nudged = false;
  private probing = false;
  /** Whether the last probe had no entries: then its answer brings no news. */
  private bareProbe = false;

  constructor(id: string, next: number, now: number, maxMessages: number, maxBytes: number) {
    this.id = id;
    this.next = next;
    this.heardAt = now;
    this.inflights = new Inflights(maxMessages, maxBytes);
  }

  /** Whether nothing may be sent now. */
  get paused(): boolean {
    switch (this.state) {
      case "probe":
        return this.probing;
      case "replicate":
        return this.inflights.full;
      case "snapshot":
        return true;
    }
  }

  /** Takes note of a message that was sent, of `count` entries. */
  sent(count: number, bytes: number, commit: number): void {
    this.nudged = false;
    const last = this.next + count - 1;
    this.sentCommit = Math.max(this.sentCommit, Math.min(commit, last));
    if (this.state === "probe") {
      this.probing = true;
      this.bareProbe = count === 0;
    } else if (count > 0) {
      this.next = last + 1;
      this.inflights.add(last, bytes);
    }
  }

  /**
   * The follower has all up to `index`.
   *
   * @param base where the leader's log begins: a follower that has that needs no snapshot
   * @returns whether that is news
   */
  acknowledged(index: number, base: number): boolean {
    const news = index > this.match;
    if (news) this.match = index;
    if (this.next <= index) this.next = index + 1;
    switch (this.state) {
      case "replicate":
        this.inflights.freeTo(index);
        break;
      case "probe":
        // An old answer must not end the probe: where messages overtake one another, each would set off all that is in
        // flight once more, and their answers again.
        if (news || (index === this.match && this.bareProbe)) this.becomeReplicate();
        break;
      case "snapshot":
        if (this.match >= base) this.becomeReplicate();
        break;
    }
    return news;
  }

  /**
   * The follower could not attach what came behind `index`.
   *
   * @param hint where the logs may agree at the latest
   * @returns whether that is news: a refusal may come late, or twice
   */
  refused(index: number, hint: number): boolean {
    if (this.state === "replicate") {
      if (index <= this.match) return false;
      this.becomeProbe(this.match + 1);
      return true;
    }
    if (this.state === "snapshot" || index !== this.next - 1) return false;
    this.next = Math.max(Math.min(index, hint + 1), this.match + 1);
    this.probing = false;
    return true;
  }

  /** It has answered a heartbeat: whatever was sent before has arrived or is lost. */
  resume(): void {
    this.probing = false;
    // Otherwise a follower that lost all that was in flight would never be sent anything again.
    if (this.state === "replicate" && this.inflights.full) this.inflights.freeFirst();
  }

  becomeProbe(next: number): void {
    this.state = "probe";
    this.next = next;
    this.probing = false;
    this.inflights.reset();
  }

  becomeReplicate(): void {
    this.state = "replicate";
    this.next = this.match + 1;
    this.probing = false;
    this.inflights.reset();
  }

  becomeSnapshot(): void {
    this.state = "snapshot";
    this.inflights.reset();
  }

  /** A snapshot has been sent: the next answer tells whether it was taken. */
  snapshotSent(index: number): void {
    if (this.state !== "snapshot") return;
    this.becomeProbe(Math.max(this.match, index) + 1);
    this.probing = true;
  }

  /** A snapshot could not be sent: probe again, after a while. */
  snapshotFailed(): void {
    if (this.state !== "snapshot") return;
    this.becomeProbe(this.match + 1);
    this.probing = true;
  }
}
