import type { Drain } from "../host/drain.ts";
import type { Duration } from "../host/time.ts";
import type { Device, NetworkDevice, Wait } from "./device.ts";
import { EventKind } from "./event-kind.ts";
import {
  DeadlockFailure,
  EventLimitFailure,
  LivelockFailure,
  UnhandledRejectionFailure,
  WorldFailure,
  type FailurePlace,
  type SimulationFailure,
} from "./failure.ts";
import { Kernel, type KernelOptions } from "./kernel.ts";
import { Machine, type MachineOptions, type NodeCrash, type StartNode } from "./machine.ts";
import { StrictMode } from "./strict-mode.ts";
import type { Task } from "./task.ts";

const DEFAULT_BATCH = 512;
const DEFAULT_EVENTS_PER_INSTANT = 100_000;

export interface SimulationOptions<Net extends NetworkDevice = NetworkDevice> extends KernelOptions {
  /** Makes the network, once the kernel it lives on exists. */
  readonly network: (kernel: Kernel) => Net;
  /** Makes the host's clock, timers and chance throw when simulated code reaches for them. Default true. */
  readonly strict?: boolean;
}

export interface RunOptions {
  /** How events are run on the event loop at hand. */
  readonly drain: Drain;
  /** Asked before each event: true ends the run. Without it the run ends when nothing is pending. */
  readonly until?: () => boolean;
  /** True time at which the run ends in any case. Default none. */
  readonly deadline?: Duration;
  /** Events after which the run fails. Default none. */
  readonly maxEvents?: number;
  /** Events at one instant after which the run fails. Default 100,000. */
  readonly maxEventsPerInstant?: number;
  /** Events between two hand-backs of the event loop. 1 makes the place of an unhandled rejection exact. Default 512. */
  readonly batch?: number;
  /** Called at each hand-back with the number of events so far. */
  readonly onBatch?: (events: number) => void;
}

export interface RunResult {
  /** "done": the goal was reached. "deadline": time was up first. "failed": see `failure`. */
  readonly end: "done" | "deadline" | "failed";
  readonly failure: SimulationFailure | undefined;
  readonly time: Duration;
  readonly events: number;
  readonly fingerprint: string;
  readonly nodeDigest: string;
  /** Nodes that ended by an error of their own, in order. */
  readonly crashes: readonly NodeCrash[];
}

/** A machine's name that is empty, taken or unknown. */
export class MachineNameError extends Error {
  override readonly name = "MachineNameError";
}

/** A world of simulated machines on one kernel. */
export class Simulation<Net extends NetworkDevice = NetworkDevice> {
  readonly kernel: Kernel;
  readonly network: Net;
  private readonly machines = new Map<string, Machine>();
  private readonly strict: boolean;

  constructor(options: SimulationOptions<Net>) {
    this.kernel = new Kernel(options);
    this.network = options.network(this.kernel);
    this.strict = options.strict ?? true;
  }

  /** Adds a machine and starts its node. `start` is called again, with a new host, after every restart. */
  host(name: string, start: StartNode, options: MachineOptions = {}): Machine {
    if (name === "" || this.machines.has(name)) throw new MachineNameError(`machine name '${name}' is empty or taken`);
    const machine = new Machine(this.kernel, this.network, name, start, options);
    this.machines.set(name, machine);
    machine.restart();
    return machine;
  }

  /** @throws MachineNameError when there is none of that name */
  machine(name: string): Machine {
    const machine = this.machines.get(name);
    if (machine === undefined) {
      throw new MachineNameError(`no machine '${name}'; there are ${[...this.machines.keys()].join(", ")}`);
    }
    return machine;
  }

  /** Does something to the world `delay` nanoseconds from now. */
  at(delay: Duration, action: () => void): void {
    this.kernel.schedule(delay, EventKind.WORLD, undefined, { fire: action });
  }

  /**
   * Runs until the goal, the deadline, or a failure; never hangs but in an endless loop of a node's own code, which only a
   * watchdog outside this thread can end.
   *
   * When a promise is rejected unseen, whether it was handled after all is looked at between two batches: the batch size is
   * part of what makes two runs the same, and only runs with a batch of one tell the exact place.
   */
  async run(options: RunOptions): Promise<RunResult> {
    const { kernel } = this;
    const batch = options.batch ?? DEFAULT_BATCH;
    const deadline = options.deadline ?? Infinity;
    const maxEvents = options.maxEvents ?? Infinity;
    const maxPerInstant = options.maxEventsPerInstant ?? DEFAULT_EVENTS_PER_INSTANT;
    const until = options.until;
    let end: RunResult["end"] = "done";
    let failure: SimulationFailure | undefined;
    let instant = kernel.now;
    let atInstant = 0;

    const fail = (reason: SimulationFailure): boolean => {
      end = "failed";
      failure = reason;
      return false;
    };
    const step = (): boolean => {
      if (failure !== undefined) return false;
      if (until?.() === true) return false;
      // Looked at, not taken: a run that ends here can be gone on with, and lacks nothing then.
      const next = kernel.nextTime();
      if (next === undefined) {
        return until === undefined ? false : fail(new DeadlockFailure(this.place(), this.waits()));
      }
      if (next > deadline) {
        kernel.now = deadline;
        end = "deadline";
        return false;
      }
      if (next !== instant) {
        instant = next;
        atInstant = 0;
      } else if (++atInstant > maxPerInstant) {
        return fail(new LivelockFailure(this.place(), maxPerInstant));
      }
      if (kernel.event >= maxEvents) return fail(new EventLimitFailure(this.place(kernel.upcomingTask), maxEvents));
      try {
        kernel.fire();
      } catch (error) {
        return fail(new WorldFailure(this.place(), error));
      }
      return true;
    };

    const strictMode = this.strict ? new StrictMode(kernel.guard) : undefined;
    let installed = false;
    try {
      await options.drain.run(step, {
        batch,
        onBatch: (inside) => {
          // Not before the first batch: a drain makes a second run on the thread wait, and guards must not nest.
          if (!installed) strictMode?.install();
          installed = true;
          kernel.guard.active = inside;
          if (!inside) options.onBatch?.(kernel.event);
        },
        onUnhandledRejection: (reason) => {
          if (failure === undefined) fail(new UnhandledRejectionFailure(this.place(), reason, batch === 1));
        },
      });
    } finally {
      kernel.guard.active = false;
      strictMode?.uninstall();
    }
    kernel.steps?.finish(kernel.fingerprint.lane);
    return {
      end,
      failure,
      time: kernel.now,
      events: kernel.event,
      fingerprint: kernel.fingerprint.toString(),
      nodeDigest: kernel.nodeDigest.toString(),
      crashes: [...this.machines.values()].flatMap((machine) => machine.crashes).sort((a, b) => a.event - b.event),
    };
  }

  private place(task: Task | undefined = this.kernel.current): FailurePlace {
    const { kernel } = this;
    return {
      time: kernel.now,
      event: kernel.event,
      host: task === undefined ? "" : task.incarnation.host,
      task: task === undefined ? "" : task.name,
      lastEvents: kernel.recent.last(12),
    };
  }

  private waits(): Wait[] {
    const disks = [...this.machines.values()].flatMap((machine) => machine.disks);
    return [...new Set<Device>([...disks, this.network])].flatMap((device) => device.waits());
  }
}
