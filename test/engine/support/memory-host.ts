import type { FileSystem } from "../../../host/file-system.ts";
import type { LocalHost, Task } from "../../../host/host.ts";
import { RandomStream } from "../../../host/random.ts";
import type { TraceEvent } from "../../../host/trace.ts";

class CountingRandom extends RandomStream {
  private state = 1;

  override uint32(): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.state;
  }
}

/** A host that does nothing but run what it is told; it collects what was traced, and the crashes of its tasks. */
export class MemoryHost implements LocalHost {
  readonly name = "host";
  readonly incarnation: number;
  readonly events: TraceEvent[] = [];
  readonly crashes: unknown[] = [];
  /** Processor time charged, in nanoseconds. */
  work = 0;
  private readonly mount: FileSystem;
  private now = 0;
  readonly stop = { requested: false, whenRequested: new Promise<void>(() => {}) };
  readonly clock = {
    monotonic: () => this.now,
    wall: () => this.now,
    sleep: async (duration: number) => {
      this.now += duration;
      await Promise.resolve();
    },
    timer: () => ({ cancel: () => {} }),
  };

  constructor(mount: FileSystem, incarnation: number) {
    this.mount = mount;
    this.incarnation = incarnation;
  }

  cpu(nanoseconds: number): Promise<void> {
    this.work += nanoseconds;
    this.now += nanoseconds;
    return Promise.resolve();
  }

  random(): RandomStream {
    return new CountingRandom();
  }

  fs(): FileSystem {
    return this.mount;
  }

  spawn(name: string, run: () => Promise<void>): Task {
    const done = run().catch((error: unknown) => {
      this.crashes.push(error);
      return new Promise<void>(() => {});
    });
    return { name, done };
  }

  fatal(error: unknown): void {
    this.crashes.push(error);
  }

  trace(event: TraceEvent): void {
    this.events.push(event);
  }

  eventsOf(kind: string): TraceEvent[] {
    return this.events.filter((event) => event.kind === kind);
  }
}
