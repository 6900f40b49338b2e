import type { TraceEvent, TraceValue } from "../host/trace.ts";
import type { Duration } from "../host/time.ts";
import type { RandomStream } from "../host/random.ts";
import { EventQueue, type EventAction } from "./event-queue.ts";
import { Fingerprint } from "./fingerprint.ts";
import type { Incarnation } from "./incarnation.ts";
import { NamedStream, NodeStream } from "./random.ts";
import { RecentEvents } from "./recent-events.ts";
import { RandomScheduler, type Scheduler } from "./scheduler.ts";
import type { StepLog } from "./step-log.ts";
import type { Task } from "./task.ts";
import type { TraceSink } from "./trace.ts";

export interface KernelOptions {
  /** Names every random stream of the run. */
  readonly seed: string;
  /** Defaults to a {@link RandomScheduler} on the seed. */
  readonly scheduler?: Scheduler | undefined;
  readonly trace?: TraceSink | undefined;
  /** Keeps a digest for each event, to compare two runs. */
  readonly steps?: StepLog | undefined;
}

/** A pending event, as {@link Kernel.cancel} wants it. */
export interface EventToken {
  readonly slot: number;
  readonly sequence: number;
}

/**
 * The heart of a simulation: virtual time, the queue of events, the sources of chance, and the witnesses (fingerprint,
 * trace) of what happened. Devices schedule through it and know nothing of each other.
 */
export class Kernel {
  readonly seed: string;
  readonly fingerprint = new Fingerprint();
  /** Covers what nodes trace, apart from {@link fingerprint}, which a new trace line must not move. */
  readonly nodeDigest = new Fingerprint();
  readonly scheduler: Scheduler;
  readonly recent = new RecentEvents();
  readonly steps: StepLog | undefined;
  /**
   * Whether simulated code is running, so that a strict run makes the host's clock and chance throw. A device clears it
   * around a library that needs them (memfs stamps its nodes with the date) and puts it back.
   */
  readonly guard = { active: false };

  /** True time: nanoseconds since the run began. */
  now: Duration = 0;
  /** The event being carried out, counted from 1; 0 before the first. */
  event = 0;
  /** For whom the current event is carried out; undefined for the world. */
  current: Task | undefined;

  private readonly queue = new EventQueue();
  private readonly trace: TraceSink | undefined;
  private readonly kindHashes = new Map<string, number>();
  private nextTask = 1;
  private traced = 0;

  constructor(options: KernelOptions) {
    this.seed = options.seed;
    this.trace = options.trace;
    this.tracing = options.trace?.world ?? false;
    this.steps = options.steps;
    this.scheduler = options.scheduler ?? new RandomScheduler(new NamedStream(`${options.seed}/scheduler`));
  }

  /** Whether anybody wants what devices and the world report; they skip composing their events when nobody does. */
  readonly tracing: boolean;

  /** Events that are pending, cancelled ones not yet passed over included. */
  get pending(): number {
    return this.queue.length;
  }

  /** A random stream for a device or the world: the same name in the same run draws the same numbers. */
  random(name: string): RandomStream {
    return new NamedStream(`${this.seed}/${name}`);
  }

  /** A random stream for a node, whose draws the fingerprint covers. */
  nodeRandom(name: string, life: Incarnation): RandomStream {
    return new NodeStream(`${this.seed}/${name}`, this.fingerprint, life);
  }

  createTask(name: string, incarnation: Incarnation): Task {
    return { id: this.nextTask++, name, incarnation };
  }

  /**
   * Schedules an event exactly `delay` nanoseconds from now.
   *
   * @param task for whom: when its incarnation ends first, the action is abandoned instead; undefined for the world
   * @returns the event's slot; see {@link token} for cancelling
   */
  schedule(delay: Duration, kind: number, task: Task | undefined, action: EventAction): number {
    return this.queue.push(this.now + delay, kind, this.event, task, action);
  }

  /** Schedules a completion: like {@link schedule}, held back by what the scheduler draws. */
  complete(delay: Duration, kind: number, task: Task | undefined, action: EventAction): number {
    const jitter = this.scheduler.delay(kind, task === undefined ? "" : task.incarnation.host);
    return this.queue.push(this.now + delay + jitter, kind, this.event, task, action);
  }

  /** Identifies a pending event for {@link cancel}; ask right after scheduling it. */
  token(slot: number): EventToken {
    return { slot, sequence: this.queue.sequenceOf(slot) };
  }

  /** Forgets a pending event; does nothing when it has fired. */
  cancel(token: EventToken): void {
    this.queue.cancel(token.slot, token.sequence);
  }

  /** Takes back all that is pending for an incarnation, in the order in which it would have happened. */
  abandonAll(incarnation: Incarnation): void {
    for (const action of this.queue.removeWhere((task) => task.incarnation === incarnation)) action.abandon?.();
  }

  /** When the next event is due; undefined when nothing is pending. */
  nextTime(): Duration | undefined {
    return this.queue.peek();
  }

  /** For whom the next event is, after {@link nextTime}; undefined for the world. */
  get upcomingTask(): Task | undefined {
    return this.queue.nextTask;
  }

  /** Moves time to the next event and carries it out. There must be one. */
  fire(): void {
    this.queue.pop();
    const { kind, task, cause, action, time: now } = this.queue;
    const event = ++this.event;
    this.now = now;
    this.current = task;
    const taskId = task === undefined ? 0 : task.id;
    this.steps?.begin(this.fingerprint.lane, now, kind, task);
    this.fingerprint.mix(kind ^ (taskId << 8));
    this.fingerprint.mix(now | 0);
    this.fingerprint.mix((now / 0x1_0000_0000) | 0);
    this.recent.add(event, now, kind, task, cause);
    this.trace?.eventStarted(event, cause, task === undefined ? "" : task.incarnation.host);
    (action as EventAction).fire();
  }

  /** Records that the current event depends on an earlier one through something that both touched, such as a file. */
  link(event: number): void {
    if (event !== 0 && event !== this.event) this.trace?.linked(this.event, event);
  }

  /** Reports what a device or the world did; compose the event only when {@link tracing}. */
  traceWorld(host: string, data: TraceEvent): void {
    this.record(host, 0, data);
  }

  /** Reports what a node says of itself. */
  traceNode(incarnation: Incarnation, data: TraceEvent): void {
    this.digest(incarnation, data);
    this.record(incarnation.host, incarnation.number, data);
  }

  private record(host: string, incarnation: number, data: TraceEvent): void {
    this.trace?.record({ index: this.traced++, time: this.now, host, incarnation, event: this.event, data });
  }

  private digest(incarnation: Incarnation, data: TraceEvent): void {
    const digest = this.nodeDigest;
    digest.mixNumber(this.now);
    digest.mix(this.hashOf(incarnation.host));
    for (const field of Object.keys(data)) {
      digest.mix(this.hashOf(field));
      this.digestValue(data[field]);
    }
  }

  private digestValue(value: TraceValue): void {
    if (typeof value === "number") this.nodeDigest.mixNumber(value);
    else if (typeof value === "string") this.nodeDigest.mixString(value);
    else this.nodeDigest.mix(value === true ? 1 : value === false ? 2 : 3);
  }

  private hashOf(name: string): number {
    let hash = this.kindHashes.get(name);
    if (hash === undefined) {
      hash = name.length;
      for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
      this.kindHashes.set(name, hash);
    }
    return hash;
  }
}
