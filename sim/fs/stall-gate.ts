import type { Wait } from "../device.ts";
import type { EventAction } from "../event-queue.ts";
import type { Incarnation } from "../incarnation.ts";
import type { Kernel } from "../kernel.ts";
import type { Task } from "../task.ts";

interface Parked {
  readonly action: EventAction;
  readonly kind: number;
  readonly task: Task | undefined;
  readonly what: string;
}

/** Where operations wait while a device answers nothing. */
export class StallGate {
  private readonly kernel: Kernel;
  private parked: Parked[] = [];
  private closed = false;
  /** Operations that have had to wait so far. */
  held = 0;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  get stalled(): boolean {
    return this.closed;
  }

  stall(): void {
    this.closed = true;
  }

  /** Lets everything go on that has piled up. */
  release(): void {
    this.closed = false;
    const { parked } = this;
    this.parked = [];
    for (const { action, kind, task } of parked) this.kernel.complete(0, kind, task, action);
  }

  /** Keeps an action, to be carried out as an event of its kind once the gate opens. */
  park(action: EventAction, kind: number, task: Task | undefined, what: string): void {
    this.held++;
    this.parked.push({ action, kind, task, what });
  }

  /** Takes back what waits for an incarnation that has ended, in order. */
  abandon(incarnation: Incarnation): void {
    const { parked } = this;
    this.parked = parked.filter(({ task }) => task?.incarnation !== incarnation);
    for (const { action, task } of parked) if (task?.incarnation === incarnation) action.abandon?.();
  }

  waits(): Wait[] {
    return this.parked.flatMap(({ task, what }) =>
      task === undefined ? [] : [{ host: task.incarnation.host, task: task.name, what }],
    );
  }
}
