import type { Duration } from "../host/time.ts";
import type { Kernel } from "./kernel.ts";

export interface ProcessorOptions {
  /** Default 2. */
  readonly cores?: number;
  /** Time a nominal nanosecond of work takes here, in thousandths: 2000 is half the nominal speed. Default 1000. */
  readonly costPerMille?: number;
}

/** A machine's processors as a first-come-first-served queue, so that more work than they can do shows as waiting. */
export class Processor {
  private readonly kernel: Kernel;
  private readonly freeAt: Duration[];
  private readonly costPerMille: number;

  constructor(kernel: Kernel, options: ProcessorOptions) {
    const cores = options.cores ?? 2;
    if (!Number.isSafeInteger(cores) || cores < 1) throw new RangeError(`cores must be at least 1, got ${cores}`);
    this.kernel = kernel;
    this.freeAt = new Array<Duration>(cores).fill(0);
    this.costPerMille = options.costPerMille ?? 1000;
  }

  /** Takes a place in the queue; returns how long until the work is done. */
  charge(nanoseconds: Duration): Duration {
    const { freeAt } = this;
    let core = 0;
    for (let other = 1; other < freeAt.length; other++) {
      if ((freeAt[other] as Duration) < (freeAt[core] as Duration)) core = other;
    }
    const begin = Math.max(this.kernel.now, freeAt[core] as Duration);
    const end = begin + Math.ceil((nanoseconds * this.costPerMille) / 1000);
    freeAt[core] = end;
    return end - this.kernel.now;
  }

  /** The node is gone, and its queued work with it. */
  clear(): void {
    this.freeAt.fill(0);
  }
}
