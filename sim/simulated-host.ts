import type { Clock, Timer } from "../host/clock.ts";
import type { FileSystem } from "../host/file-system.ts";
import { UnknownMountError, type Host, type StopSignal, type Task } from "../host/host.ts";
import type { Network } from "../host/network.ts";
import type { RandomStream } from "../host/random.ts";
import type { Duration, MonotonicTime, WallTime } from "../host/time.ts";
import type { TraceEvent } from "../host/trace.ts";
import type { MountableDisk, NetworkDevice } from "./device.ts";
import { EventKind } from "./event-kind.ts";
import { never, type Incarnation } from "./incarnation.ts";
import type { EventToken, Kernel } from "./kernel.ts";
import type { MachineClock } from "./machine-clock.ts";
import type { Processor } from "./processor.ts";
import type { Task as SimTask } from "./task.ts";

/** What a simulated host is made of; the parts that outlive the incarnation belong to its machine. */
export interface MachineParts {
  readonly kernel: Kernel;
  readonly clock: MachineClock;
  readonly processor: Processor;
  readonly mounts: ReadonlyMap<string, MountableDisk>;
  readonly network: NetworkDevice;
  /** A task failed or the node gave up: ends the incarnation. */
  readonly crash: (incarnation: Incarnation, task: SimTask, error: unknown) => void;
}

/** The machine as one incarnation of its node sees it. Once that incarnation has ended, nothing here has any effect. */
export class SimulatedHost implements Host {
  readonly name: string;
  readonly incarnation: number;
  readonly clock: Clock;
  readonly stop: StopSignal;
  readonly net: Network;
  private readonly parts: MachineParts;
  private readonly life: Incarnation;
  private readonly streams = new Map<string, RandomStream>();
  private readonly fileSystems = new Map<string, FileSystem>();
  private readonly stopSignal: SimulatedStopSignal;

  constructor(parts: MachineParts, life: Incarnation) {
    this.parts = parts;
    this.life = life;
    this.name = life.host;
    this.incarnation = life.number;
    this.clock = new SimulatedClock(parts, life);
    this.stopSignal = new SimulatedStopSignal();
    this.stop = this.stopSignal;
    this.net = parts.network.attach(life, this);
  }

  cpu(nanoseconds: number): Promise<void> {
    const { life, parts } = this;
    if (!life.alive) return never();
    if (!Number.isSafeInteger(nanoseconds) || nanoseconds < 0) {
      throw new RangeError(`cpu() takes whole nanoseconds, got ${nanoseconds}`);
    }
    const task = life.currentTask;
    const delay = parts.processor.charge(nanoseconds);
    return new Promise<void>((resolve) => {
      parts.kernel.complete(delay, EventKind.CPU, task, new Delivery(life, task, resolve));
    });
  }

  random(purpose: string): RandomStream {
    let stream = this.streams.get(purpose);
    if (stream === undefined) {
      // Named by incarnation too: a restarted node must not repeat the draws of its former life.
      stream = this.parts.kernel.nodeRandom(`${this.name}#${this.incarnation}/${purpose}`, this.life);
      this.streams.set(purpose, stream);
    }
    return stream;
  }

  fs(mount: string): FileSystem {
    let fileSystem = this.fileSystems.get(mount);
    if (fileSystem === undefined) {
      const disk = this.parts.mounts.get(mount);
      if (disk === undefined) throw new UnknownMountError(this.name, mount, [...this.parts.mounts.keys()]);
      fileSystem = disk.mount(this.life);
      this.fileSystems.set(mount, fileSystem);
    }
    return fileSystem;
  }

  spawn(name: string, run: () => Promise<void>): Task {
    const { life, parts } = this;
    if (!life.alive) return { name, done: never() };
    const task = parts.kernel.createTask(name, life);
    life.tasks.add(task);
    const done = new Promise<void>((resolve) => {
      const start = (): void => {
        runTask(parts, life, task, run, resolve);
      };
      parts.kernel.complete(0, EventKind.SPAWN, task, new Delivery(life, task, start));
    });
    return { name, done };
  }

  fatal(error: unknown): void {
    if (this.life.alive) this.parts.crash(this.life, this.life.currentTask, error);
  }

  trace(event: TraceEvent): void {
    if (this.life.alive) this.parts.kernel.traceNode(this.life, event);
  }

  /** Makes the wish to stop known to the node. */
  requestStop(): void {
    this.stopSignal.request();
  }
}

/** Runs a task's function to its end; a failure is a crash of the node. */
export function runTask(
  parts: Pick<MachineParts, "crash">,
  life: Incarnation,
  task: SimTask,
  run: () => Promise<void>,
  ended: () => void,
): void {
  const failed = (error: unknown): void => {
    if (life.alive) parts.crash(life, task, error);
  };
  let running: Promise<void>;
  try {
    running = run();
  } catch (error) {
    failed(error);
    return;
  }
  running.then(() => {
    if (!life.alive) return;
    life.tasks.delete(task);
    ended();
  }, failed);
}

/** An event that brings an outcome to a node. */
class Delivery {
  private readonly life: Incarnation;
  private readonly task: SimTask;
  private readonly action: () => void;

  constructor(life: Incarnation, task: SimTask, action: () => void) {
    this.life = life;
    this.task = task;
    this.action = action;
  }

  fire(): void {
    this.life.deliver(this.task, this.action);
  }
}

class SimulatedStopSignal implements StopSignal {
  requested = false;
  readonly whenRequested: Promise<void>;
  private resolve: () => void = () => undefined;

  constructor() {
    this.whenRequested = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  request(): void {
    this.requested = true;
    this.resolve();
  }
}

class SimulatedClock implements Clock {
  private readonly parts: MachineParts;
  private readonly life: Incarnation;

  constructor(parts: MachineParts, life: Incarnation) {
    this.parts = parts;
    this.life = life;
  }

  monotonic(): MonotonicTime {
    return this.parts.clock.monotonic();
  }

  wall(): WallTime {
    return this.parts.clock.wall();
  }

  sleep(duration: Duration): Promise<void> {
    if (!this.life.alive) return never();
    return new Promise((resolve) => {
      this.arm(duration, resolve);
    });
  }

  timer(duration: Duration, callback: () => void): Timer {
    if (!this.life.alive) return { cancel: () => undefined };
    const { parts, life } = this;
    const task = life.currentTask;
    return this.arm(duration, () => {
      try {
        callback();
      } catch (error) {
        parts.crash(life, task, error);
      }
    });
  }

  private arm(duration: Duration, action: () => void): SimulatedTimer {
    if (!Number.isSafeInteger(duration) || duration < 0) {
      throw new RangeError(`a timer takes whole nanoseconds, not negative, got ${duration}`);
    }
    return new SimulatedTimer(this.parts, this.life, this.monotonic() + duration, action);
  }
}

/** Fires once the machine's own clock has reached the deadline; a clock slowed meanwhile makes it wait on. */
class SimulatedTimer implements Timer {
  private readonly parts: MachineParts;
  private readonly life: Incarnation;
  private readonly deadline: MonotonicTime;
  private readonly task: SimTask;
  private action: (() => void) | undefined;
  private token: EventToken;

  constructor(parts: MachineParts, life: Incarnation, deadline: MonotonicTime, action: () => void) {
    this.parts = parts;
    this.life = life;
    this.deadline = deadline;
    this.action = action;
    this.task = life.currentTask;
    this.token = this.schedule();
  }

  private schedule(): EventToken {
    const { kernel, clock } = this.parts;
    const remaining = clock.untilPassed(Math.max(0, this.deadline - clock.monotonic()));
    return kernel.token(kernel.complete(remaining, EventKind.TIMER, this.task, this));
  }

  fire(): void {
    if (this.parts.clock.monotonic() < this.deadline) {
      this.token = this.schedule();
      return;
    }
    this.life.deliver(this.task, () => {
      // Asked anew at delivery: a paused node may cancel a timer that fell due meanwhile before it is handed over.
      const action = this.action;
      this.action = undefined;
      action?.();
    });
  }

  cancel(): void {
    if (this.action === undefined || !this.life.alive) return;
    this.action = undefined;
    this.parts.kernel.cancel(this.token);
  }
}
