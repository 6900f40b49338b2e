import type { Duration } from "../host/time.ts";
import { eventKindName } from "./event-kind.ts";
import type { Task } from "./task.ts";

/** What an event was, and the digest of the run once everything it set off had happened. */
export interface Step {
  readonly event: number;
  readonly time: Duration;
  readonly kind: string;
  /** "" for the world. */
  readonly host: string;
  readonly task: string;
  /** Low lane of the fingerprint when the next event began. */
  readonly digest: number;
}

/** A digest for each event of a run, so that two runs can be compared to where they part. */
export class StepLog {
  private readonly times: number[] = [];
  private readonly kinds: number[] = [];
  private readonly tasks: (Task | undefined)[] = [];
  /** Entry n is the digest when event n+1 began, which is when event n and all it set off were over. */
  private readonly digests: number[] = [];

  /** @param digest of the run before the event */
  begin(digest: number, time: Duration, kind: number, task: Task | undefined): void {
    this.digests.push(digest);
    this.times.push(time);
    this.kinds.push(kind);
    this.tasks.push(task);
  }

  /** @param digest of the run after its last event */
  finish(digest: number): void {
    this.digests.push(digest);
  }

  get length(): number {
    return this.times.length;
  }

  /** The step of an event, counted from 1 as events are; undefined past the end. */
  step(event: number): Step | undefined {
    const at = event - 1;
    const time = this.times[at];
    if (time === undefined) return undefined;
    const task = this.tasks[at];
    return {
      event,
      time,
      kind: eventKindName(this.kinds[at] as number),
      host: task === undefined ? "" : task.incarnation.host,
      task: task === undefined ? "" : task.name,
      digest: this.digests[event] ?? 0,
    };
  }
}
