import type { Kernel } from "./kernel.ts";
import type { Task } from "./task.ts";

/** How an incarnation ended: by an error of its own, as a killed process, or with its machine's power. */
export type EndOfLife = "crash" | "kill" | "power-loss";

/**
 * One life of a node, from a start to its end. Everything the machine does for a node is done for an incarnation, and
 * reaches the node only through {@link deliver}: that is what keeps a dead incarnation from ever being resumed.
 */
export class Incarnation {
  readonly host: string;
  /** 1 for the first. */
  readonly number: number;
  readonly main: Task;
  readonly tasks = new Set<Task>();
  /** Set by the machine: crashes the node. */
  onFailure: (task: Task, error: unknown) => void = () => undefined;
  private readonly kernel: Kernel;
  private living = true;
  private frozen = false;
  private deferred: { task: Task; action: () => void }[] = [];

  constructor(kernel: Kernel, host: string, number: number) {
    this.kernel = kernel;
    this.host = host;
    this.number = number;
    this.main = kernel.createTask("main", this);
    this.tasks.add(this.main);
  }

  get alive(): boolean {
    return this.living;
  }

  get paused(): boolean {
    return this.frozen;
  }

  /** The task that is running, when it is one of this incarnation; else the main one. */
  get currentTask(): Task {
    const current = this.kernel.current;
    return current !== undefined && current.incarnation === this ? current : this.main;
  }

  /**
   * Brings an outcome to the node as part of the current event: now; on resumption when paused; never when dead.
   *
   * @param action must not throw; usually settles a promise
   */
  deliver(task: Task, action: () => void): void {
    if (!this.living) return;
    if (this.frozen) {
      this.deferred.push({ task, action });
      return;
    }
    this.kernel.current = task;
    action();
  }

  /** Crashes the node: code of its own, called by a device as part of `task`, threw. */
  fail(task: Task, error: unknown): void {
    if (this.living) this.onFailure(task, error);
  }

  /** Ends this life. What its current synchronous stretch still asks for has no effect. */
  end(): void {
    this.living = false;
    this.deferred = [];
    this.tasks.clear();
  }

  pause(): void {
    this.frozen = true;
  }

  /** Ends a pause and hands over what has piled up meanwhile, in order. */
  resume(): { task: Task; action: () => void }[] {
    this.frozen = false;
    const piled = this.deferred;
    this.deferred = [];
    return piled;
  }
}

/** What a dead incarnation gets for every promise it asks for. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}
