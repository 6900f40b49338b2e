import type { Duration, MonotonicTime, WallTime } from "../host/time.ts";
import type { Kernel } from "./kernel.ts";

/** 2026-01-01T00:00:00Z in microseconds: what wall clocks show when a run begins. */
const RUN_BEGINS: WallTime = 1_767_225_600_000_000;

const MILLION = 1_000_000;

export interface ClockOptions {
  /** How fast the clock runs against true time, in parts per million too fast (negative: too slow). Default 0. */
  readonly driftPpm?: number;
  /** How far the wall clock is ahead of true time when the run begins, in microseconds. Default 0. */
  readonly wallSkew?: number;
}

/** The clocks of one machine: a monotonic one that may drift, and a wall clock that drifts with it and may be stepped. */
export class MachineClock {
  private readonly kernel: Kernel;
  private drift: number;
  /** True time and reading at which the current rate began. */
  private anchorTrue: Duration = 0;
  private anchorReading: MonotonicTime = 0;
  private wallOffset: WallTime;
  private bootReading: MonotonicTime = 0;

  constructor(kernel: Kernel, options: ClockOptions) {
    this.kernel = kernel;
    this.drift = checkedDrift(options.driftPpm ?? 0);
    this.wallOffset = RUN_BEGINS + (options.wallSkew ?? 0);
  }

  /** Nanoseconds on the machine's own oscillator since it was first switched on. */
  private reading(): MonotonicTime {
    const elapsed = this.kernel.now - this.anchorTrue;
    return this.anchorReading + elapsed + Math.floor((elapsed * this.drift) / MILLION);
  }

  monotonic(): MonotonicTime {
    return this.reading() - this.bootReading;
  }

  wall(): WallTime {
    return this.wallOffset + Math.floor(this.reading() / 1000);
  }

  /** True time until `duration` will have passed on this clock at its present rate, rounded up. */
  untilPassed(duration: Duration): Duration {
    if (this.drift === 0) return duration;
    return Math.ceil((duration * MILLION) / (MILLION + this.drift));
  }

  /** Changes the rate from now on; neither clock steps. @throws RangeError outside ±500,000 ppm */
  setDrift(ppm: number): void {
    checkedDrift(ppm);
    this.anchorReading = this.reading();
    this.anchorTrue = this.kernel.now;
    this.drift = ppm;
  }

  /** Moves the wall clock by so many microseconds, in either direction. */
  stepWall(microseconds: number): void {
    this.wallOffset += microseconds;
  }

  /** Power came back: the monotonic clock begins anew. */
  reboot(): void {
    this.bootReading = this.reading();
  }
}

function checkedDrift(ppm: number): number {
  if (!Number.isSafeInteger(ppm) || ppm < -500_000 || ppm > 500_000) {
    throw new RangeError(`clock drift must be a whole number of ppm within ±500000, got ${ppm}`);
  }
  return ppm;
}
