import type { RandomStream } from "../host/random.ts";
import type { Duration } from "../host/time.ts";

/**
 * Decides how long each completion is held back beyond its device's time. That is the whole of a simulation's freedom in
 * ordering: at nanosecond resolution ties are rare, so races are opened by drawn delays, not by picking among equals.
 */
export interface Scheduler {
  /**
   * @param kind the event's kind, an EventKind
   * @param host the host it belongs to, "" for the world
   * @returns whole nanoseconds to add
   */
  delay(kind: number, host: string): Duration;
}

/** Scales of jitter, one drawn for each run: some runs are nearly in lockstep, in others whole operations overtake. */
const SCALES: readonly Duration[] = [64, 2_000, 20_000, 200_000];

/** Most delays are small, one in 64 is sixteen times as long: rare stragglers open the widest windows. */
export class RandomScheduler implements Scheduler {
  private readonly random: RandomStream;
  private readonly scale: Duration;

  constructor(random: RandomStream) {
    this.random = random;
    this.scale = random.pick(SCALES);
  }

  delay(): Duration {
    const draw = this.random.uint32();
    const jitter = Math.floor(((draw >>> 6) * this.scale) / 0x400_0000);
    return (draw & 63) === 0 ? jitter * 16 : jitter;
  }
}

/** Passes another scheduler's decisions on and keeps them, for a {@link ReplayScheduler}. */
export class RecordingScheduler implements Scheduler {
  readonly decisions: Duration[] = [];
  private readonly inner: Scheduler;

  constructor(inner: Scheduler) {
    this.inner = inner;
  }

  delay(kind: number, host: string): Duration {
    const delay = this.inner.delay(kind, host);
    this.decisions.push(delay);
    return delay;
  }
}

/** Repeats recorded decisions; once they are used up, adds no delay. */
export class ReplayScheduler implements Scheduler {
  private readonly decisions: readonly Duration[];
  private next = 0;

  constructor(decisions: readonly Duration[]) {
    this.decisions = decisions;
  }

  delay(): Duration {
    return this.decisions[this.next++] ?? 0;
  }

  /** Decisions not asked for yet: 0 after a faithful replay. */
  get remaining(): number {
    return Math.max(0, this.decisions.length - this.next);
  }
}
