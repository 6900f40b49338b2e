import type { MonotonicTime } from "../../host/time.ts";

/** A moment, by the replica's own clock, and up to where the primary had published a little later. */
interface Outlook {
  readonly clock: MonotonicTime;
  readonly lsn: number;
}

/** Promises not yet kept that are remembered. */
const MOST = 16;

/**
 * How old a replica's data is at most. The replica sends its clock to the primary, which sends it back with the position up to
 * which it has published: what was acknowledged before the clock was read is below that. Once so much is applied, the data is
 * no older than that reading of the clock. No two clocks are compared.
 */
export class Freshness {
  private readonly improved: () => void;
  private waiting: Outlook[] = [];
  private asOf_: MonotonicTime | undefined;

  /** @param improved called when the data is known to be newer than was known before */
  constructor(improved: () => void) {
    this.improved = improved;
  }

  /** The data has all that was acknowledged before that moment; undefined: nothing is known. */
  get asOf(): MonotonicTime | undefined {
    return this.asOf_;
  }

  /** Once all up to an LSN is applied, the data is as new as that moment. */
  promise(clock: MonotonicTime, lsn: number): void {
    if (this.waiting.at(-1)?.clock === clock) return;
    this.waiting.push({ clock, lsn });
    if (this.waiting.length > MOST) this.waiting.splice(MOST / 2, 1);
  }

  /** All up to an LSN is applied. */
  reached(lsn: number): void {
    const { waiting } = this;
    let kept = 0;
    while (kept < waiting.length && (waiting[kept] as Outlook).lsn <= lsn) kept++;
    if (kept === 0) return;
    this.asOf_ = (waiting[kept - 1] as Outlook).clock;
    waiting.splice(0, kept);
    this.improved();
  }

  /** Forgets all: another primary's acknowledgements count from now on. */
  reset(): void {
    this.waiting = [];
    this.asOf_ = undefined;
  }
}
