import type { Clock, Timer } from "../clock.ts";
import type { Duration, MonotonicTime, WallTime } from "../time.ts";
import { never, type Lifetime } from "./lifetime.ts";

/** The longest delay that Node's timers take, in milliseconds: beyond it they would fire at once. */
const LONGEST_DELAY = 0x7fff_ffff;

/**
 * This machine's clocks. The monotonic one counts from its creation, stands still while the machine is suspended, and has a
 * resolution of nanoseconds; timers are late by up to about two milliseconds.
 */
export class NodeClock implements Clock {
  private readonly start = performance.now();
  private readonly lifetime: Lifetime;
  private readonly onTimerFailure: (error: unknown) => void;

  /** @param onTimerFailure called with what a timer's call-back threw */
  constructor(lifetime: Lifetime, onTimerFailure: (error: unknown) => void) {
    this.lifetime = lifetime;
    this.onTimerFailure = onTimerFailure;
  }

  monotonic(): MonotonicTime {
    return Math.round((performance.now() - this.start) * 1e6);
  }

  wall(): WallTime {
    return Date.now() * 1000;
  }

  sleep(duration: Duration): Promise<void> {
    if (this.lifetime.ended) return never();
    return new Promise((resolve) => this.timer(duration, resolve));
  }

  /** @throws RangeError when the duration is no duration */
  timer(duration: Duration, callback: () => void): Timer {
    if (!Number.isSafeInteger(duration) || duration < 0) {
      throw new RangeError(`a duration must be a whole number of nanoseconds, not negative, got ${duration}`);
    }
    if (this.lifetime.ended) return { cancel: () => undefined };
    const deadline = this.monotonic() + duration;
    let stopWaiting!: () => void;
    const forget = this.lifetime.hold(() => stopWaiting());

    const wait = (remaining: Duration): void => {
      if (remaining === 0) {
        const immediate = setImmediate(look);
        stopWaiting = () => clearImmediate(immediate);
      } else {
        const timeout = setTimeout(look, Math.min(Math.ceil(remaining / 1e6), LONGEST_DELAY));
        stopWaiting = () => clearTimeout(timeout);
      }
    };
    const look = (): void => {
      const remaining = deadline - this.monotonic();
      // Node's timers count whole milliseconds of a cached time and may fire up to one early; hence the second look.
      if (remaining > 0) {
        wait(remaining);
        return;
      }
      forget();
      try {
        callback();
      } catch (error) {
        this.onTimerFailure(error);
      }
    };
    wait(duration);

    return {
      cancel: () => {
        stopWaiting();
        forget();
      },
    };
  }
}
