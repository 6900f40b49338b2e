import type { RandomStream } from "../../host/random.ts";
import type { Duration } from "../../host/time.ts";
import type { Kernel } from "../kernel.ts";
import { drawLatency, type DiskProfile } from "./disk-profile.ts";

const SECOND = 1_000_000_000;

/**
 * When a device will be done with what it is asked: a bounded number of operations at once, a least interval between two
 * beginnings (operations a second) and one bus that all transfers share. Contention shows as waiting.
 */
export class DeviceQueue {
  readonly profile: DiskProfile;
  private readonly kernel: Kernel;
  private readonly random: RandomStream;
  private readonly slots: Float64Array;
  private readonly interval: Duration;
  private nextStart = 0;
  private busFree = 0;
  /** What it has been asked to do so far. */
  operations = 0;
  /** Bytes that the device itself has moved so far. */
  readBytes = 0;
  writtenBytes = 0;
  /** How many times slower than its profile the device is. */
  private factor = 1;

  constructor(kernel: Kernel, profile: DiskProfile, random: RandomStream) {
    this.kernel = kernel;
    this.profile = profile;
    this.random = random;
    this.slots = new Float64Array(profile.queueDepth);
    this.interval = Math.ceil(SECOND / profile.iops);
  }

  /** Makes the device `factor` times slower than its profile from now on; 1 is as it was built. */
  slowDown(factor: number): void {
    if (!(factor > 0)) throw new RangeError(`a disk is slowed by a positive factor, got ${factor}`);
    this.factor = factor;
  }

  read(bytes: number): Duration {
    this.readBytes += bytes;
    return this.submit(bytes, drawLatency(this.profile.readLatency, this.random));
  }

  write(bytes: number): Duration {
    this.writtenBytes += bytes;
    return this.submit(bytes, drawLatency(this.profile.writeLatency, this.random));
  }

  /** A write of `bytes` followed by a flush of the device's cache; without bytes, the flush alone. */
  flush(bytes: number): Duration {
    this.writtenBytes += bytes;
    const flush = drawLatency(this.profile.flushLatency, this.random);
    return this.submit(bytes, drawLatency(this.profile.writeLatency, this.random) + flush);
  }

  /** A call that the page cache answers: it waits for nobody. */
  cached(bytes: number): Duration {
    const cost = this.profile.cacheHit + Math.floor((bytes * this.profile.copyPerByte) / 1_000);
    return this.factor === 1 ? cost : Math.round(cost * this.factor);
  }

  private submit(bytes: number, latency: Duration): Duration {
    this.operations++;
    const { now } = this.kernel;
    const slot = this.earliestSlot();
    const start = Math.max(now, this.slots[slot] as number, this.nextStart);
    this.nextStart = start + Math.round(this.interval * this.factor);
    const transferFrom = Math.max(start, this.busFree);
    this.busFree = transferFrom + Math.ceil((bytes * SECOND * this.factor) / this.profile.bandwidth);
    const done = this.busFree + Math.round(latency * this.factor);
    this.slots[slot] = done;
    return done - now;
  }

  private earliestSlot(): number {
    const { slots } = this;
    const { now } = this.kernel;
    let best = 0;
    for (let slot = 0; slot < slots.length; slot++) {
      const free = slots[slot] as number;
      if (free <= now) return slot;
      if (free < (slots[best] as number)) best = slot;
    }
    return best;
  }
}
