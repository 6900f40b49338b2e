import type { Host } from "../host/host.ts";
import type { MountableDisk, NetworkDevice } from "./device.ts";
import { EventKind } from "./event-kind.ts";
import { describeError } from "./failure.ts";
import { Incarnation, type EndOfLife } from "./incarnation.ts";
import type { Kernel } from "./kernel.ts";
import { MachineClock, type ClockOptions } from "./machine-clock.ts";
import { Processor, type ProcessorOptions } from "./processor.ts";
import { runTask, SimulatedHost, type MachineParts } from "./simulated-host.ts";
import type { Task } from "./task.ts";

/** What a node runs: called at its first start and again after every restart, with a host of its own each time. */
export type StartNode = (host: Host) => Promise<void>;

export interface MachineOptions {
  /** Disks by mount name, usually "local" or "shared". Default none. */
  readonly mounts?: Readonly<Record<string, MountableDisk>>;
  readonly clock?: ClockOptions;
  readonly processor?: ProcessorOptions;
}

/** A node that ended by an error of its own. */
export interface NodeCrash {
  readonly host: string;
  readonly incarnation: number;
  readonly task: string;
  readonly error: unknown;
  readonly time: number;
  readonly event: number;
}

/** An operation on a machine that makes no sense in its state, such as restarting one that runs. */
export class MachineStateError extends Error {
  override readonly name = "MachineStateError";
}

/** One simulated computer: it outlives its node's incarnations. */
export class Machine {
  readonly name: string;
  readonly clock: MachineClock;
  readonly crashes: NodeCrash[] = [];
  private readonly kernel: Kernel;
  private readonly start: StartNode;
  private readonly parts: MachineParts;
  private readonly devices: readonly (MountableDisk | NetworkDevice)[];
  private life: Incarnation | undefined;
  private host: SimulatedHost | undefined;
  private incarnations = 0;
  private finished = false;

  constructor(kernel: Kernel, network: NetworkDevice, name: string, start: StartNode, options: MachineOptions) {
    this.kernel = kernel;
    this.name = name;
    this.start = start;
    this.clock = new MachineClock(kernel, options.clock ?? {});
    const mounts = new Map(Object.entries(options.mounts ?? {}));
    this.parts = {
      kernel,
      clock: this.clock,
      processor: new Processor(kernel, options.processor ?? {}),
      mounts,
      network,
      crash: (life, task, error) => {
        this.crashed(life, task, error);
      },
    };
    this.devices = [...new Set<MountableDisk | NetworkDevice>([...mounts.values(), network])];
  }

  get disks(): readonly MountableDisk[] {
    return [...this.parts.mounts.values()];
  }

  get running(): boolean {
    return this.life !== undefined;
  }

  get paused(): boolean {
    return this.life !== undefined && this.life.paused;
  }

  /** Whether the current incarnation's start function has run to its end. */
  get mainFinished(): boolean {
    return this.finished;
  }

  /** Of the latest start; 0 before the first. */
  get incarnation(): number {
    return this.incarnations;
  }

  /** Starts the node, or starts it again. @throws MachineStateError when it runs */
  restart(): void {
    if (this.life !== undefined) throw new MachineStateError(`${this.name} is running: kill it before restarting it`);
    const life = new Incarnation(this.kernel, this.name, ++this.incarnations);
    this.life = life;
    life.onFailure = (task, error) => {
      this.crashed(life, task, error);
    };
    this.finished = false;
    const host = new SimulatedHost(this.parts, life);
    this.host = host;
    if (this.kernel.tracing) this.kernel.traceWorld(this.name, { kind: "host-started", incarnation: life.number });
    const begin = (): void => {
      const main = (): Promise<void> => this.start(host);
      runTask(this.parts, life, life.main, main, () => {
        if (this.life === life) this.finished = true;
      });
    };
    this.kernel.complete(0, EventKind.START, life.main, {
      fire: () => {
        life.deliver(life.main, begin);
      },
    });
  }

  /** Ends the process at once, as SIGKILL does: what it wrote stays in its machine's page cache. Nothing if it is down. */
  kill(): void {
    this.end("kill", { kind: "host-killed" });
  }

  /** Cuts the machine's power: the process ends, and its disks lose what their crash model lets them lose. */
  powerLoss(): void {
    this.end("power-loss", { kind: "host-lost-power" });
    this.parts.network.powerLost(this.name);
    for (const disk of this.parts.mounts.values()) disk.powerLost(this.name);
    this.clock.reboot();
  }

  /** Cuts the machine's power and replaces its disk by an empty one. */
  wipe(): void {
    this.powerLoss();
    for (const disk of this.parts.mounts.values()) disk.wiped(this.name);
    if (this.kernel.tracing) this.kernel.traceWorld(this.name, { kind: "host-wiped" });
  }

  /** Stops the process in its tracks, as SIGSTOP does: the world goes on and what comes for it piles up. */
  pause(): void {
    if (this.life === undefined || this.life.paused) return;
    this.life.pause();
    if (this.kernel.tracing) this.kernel.traceWorld(this.name, { kind: "host-paused" });
  }

  /** Ends a pause; what piled up is handed over in order, each as an event of its own. */
  resume(): void {
    const life = this.life;
    if (life === undefined || !life.paused) return;
    if (this.kernel.tracing) this.kernel.traceWorld(this.name, { kind: "host-resumed" });
    let order = 0;
    for (const { task, action } of life.resume()) {
      this.kernel.schedule(order++, EventKind.RESUME, task, {
        fire: () => {
          life.deliver(task, action);
        },
      });
    }
  }

  /** Asks the node to end in good order, as SIGTERM does. */
  requestStop(): void {
    const { life, host } = this;
    if (life === undefined || host === undefined) return;
    this.kernel.complete(0, EventKind.STOP, life.main, {
      fire: () => {
        life.deliver(life.main, () => {
          host.requestStop();
        });
      },
    });
  }

  private crashed(life: Incarnation, task: Task, error: unknown): void {
    if (this.life !== life) return;
    const { now, event } = this.kernel;
    this.crashes.push({ host: this.name, incarnation: life.number, task: task.name, error, time: now, event });
    this.end("crash", { kind: "host-crashed", task: task.name, error: describeError(error) });
  }

  private end(how: EndOfLife, event: { readonly kind: string; readonly [field: string]: string }): void {
    const life = this.life;
    if (life === undefined) return;
    // Nothing may reach the node from here on, not even what abandoning its operations sets off.
    life.end();
    this.life = undefined;
    this.host = undefined;
    this.kernel.abandonAll(life);
    for (const device of this.devices) device.ended(life, how);
    this.parts.processor.clear();
    if (this.kernel.tracing) this.kernel.traceWorld(this.name, event);
  }
}
