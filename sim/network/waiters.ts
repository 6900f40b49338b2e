import { EventKind } from "../event-kind.ts";
import type { Incarnation } from "../incarnation.ts";
import type { Kernel } from "../kernel.ts";
import type { Task } from "../task.ts";

interface Waiter<T> {
  readonly task: Task;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Calls of one node that wait for something from the network, in order. */
export class Waiters<T> {
  private readonly kernel: Kernel;
  private readonly life: Incarnation;
  private readonly list: Waiter<T>[] = [];

  constructor(kernel: Kernel, life: Incarnation) {
    this.kernel = kernel;
    this.life = life;
  }

  get length(): number {
    return this.list.length;
  }

  /** The tasks that wait, in order. */
  get tasks(): readonly string[] {
    return this.list.map((waiter) => waiter.task.name);
  }

  wait(): Promise<T> {
    const task = this.life.currentTask;
    return new Promise((resolve, reject) => {
      this.list.push({ task, resolve, reject });
    });
  }

  /** Hands a value to the first that waits, as part of the current event. Only one hand-over an event: see {@link wake}. */
  hand(value: T): void {
    const waiter = this.list.shift();
    if (waiter === undefined) return;
    this.life.deliver(waiter.task, () => {
      waiter.resolve(value);
    });
  }

  /** Hands a value to the first that waits, as an event of its own, so that no two tasks run within one. */
  wake(value: T): void {
    const waiter = this.list.shift();
    if (waiter === undefined) return;
    this.later(waiter.task, () => {
      waiter.resolve(value);
    });
  }

  wakeAll(value: T): void {
    while (this.list.length > 0) this.wake(value);
  }

  /** @param reason makes an error for each that waits */
  failAll(reason: () => unknown): void {
    for (const waiter of this.list.splice(0)) {
      this.later(waiter.task, () => {
        waiter.reject(reason());
      });
    }
  }

  private later(task: Task, action: () => void): void {
    if (!this.life.alive) return;
    this.kernel.complete(0, EventKind.NET_WAKE, task, {
      fire: () => {
        this.life.deliver(task, action);
      },
    });
  }
}
