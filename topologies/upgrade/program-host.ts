import type { Clock } from "../../host/clock.ts";
import type { FileSystem } from "../../host/file-system.ts";
import type { Host, StopSignal, Task } from "../../host/host.ts";
import type { Network } from "../../host/network.ts";
import type { RandomStream } from "../../host/random.ts";
import type { TraceEvent } from "../../host/trace.ts";

/** A node's host as one of its programs sees it: that one can be ended in good order while the node goes on with another. */
export class ProgramHost implements Host {
  readonly stop: StopSignal;
  private readonly host: Host;
  private ended = false;
  private resolveEnd: () => void = () => undefined;

  constructor(host: Host) {
    this.host = host;
    const whenEnded = new Promise<void>((resolve) => {
      this.resolveEnd = resolve;
    });
    const isRequested = (): boolean => this.ended || host.stop.requested;
    this.stop = {
      get requested() {
        return isRequested();
      },
      whenRequested: Promise.race([whenEnded, host.stop.whenRequested]),
    };
  }

  /** Asks the program to end. */
  end(): void {
    this.ended = true;
    this.resolveEnd();
  }

  get name(): string {
    return this.host.name;
  }

  get incarnation(): number {
    return this.host.incarnation;
  }

  get clock(): Clock {
    return this.host.clock;
  }

  get net(): Network {
    return this.host.net;
  }

  cpu(nanoseconds: number): Promise<void> {
    return this.host.cpu(nanoseconds);
  }

  random(purpose: string): RandomStream {
    return this.host.random(purpose);
  }

  fs(mount: string): FileSystem {
    return this.host.fs(mount);
  }

  spawn(name: string, run: () => Promise<void>): Task {
    return this.host.spawn(name, run);
  }

  fatal(error: unknown): void {
    this.host.fatal(error);
  }

  trace(event: TraceEvent): void {
    this.host.trace(event);
  }
}
