import type { Duration } from "../host/time.ts";
import { eventKindName } from "./event-kind.ts";
import type { Task } from "./task.ts";

const KEPT = 64;

/** One of a run's last events, as a report prints it. */
export interface RecentEvent {
  readonly event: number;
  readonly time: Duration;
  readonly kind: string;
  /** "" for the world. */
  readonly host: string;
  readonly task: string;
  readonly cause: number;
}

/** The last few events of a run, kept always, so that a run that gets stuck can say what it was doing. */
export class RecentEvents {
  private readonly events = new Float64Array(KEPT);
  private readonly times = new Float64Array(KEPT);
  private readonly kinds = new Int32Array(KEPT);
  private readonly causes = new Float64Array(KEPT);
  private readonly tasks: (Task | undefined)[] = new Array<Task | undefined>(KEPT).fill(undefined);
  private count = 0;

  add(event: number, time: Duration, kind: number, task: Task | undefined, cause: number): void {
    const at = this.count++ & (KEPT - 1);
    this.events[at] = event;
    this.times[at] = time;
    this.kinds[at] = kind;
    this.causes[at] = cause;
    this.tasks[at] = task;
  }

  /** The last `limit` events, oldest first. */
  last(limit: number): RecentEvent[] {
    const length = Math.min(limit, KEPT, this.count);
    const result: RecentEvent[] = [];
    for (let index = this.count - length; index < this.count; index++) {
      const at = index & (KEPT - 1);
      const task = this.tasks[at];
      result.push({
        event: this.events[at] as number,
        time: this.times[at] as number,
        kind: eventKindName(this.kinds[at] as number),
        host: task === undefined ? "" : task.incarnation.host,
        task: task === undefined ? "" : task.name,
        cause: this.causes[at] as number,
      });
    }
    return result;
  }
}
