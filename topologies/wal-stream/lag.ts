import type { Duration, MonotonicTime } from "../../host/time.ts";
import type { ReplicaProgress } from "./acknowledgements.ts";

/** How far a replica is behind at one step. */
export interface StepLag {
  /** From the primary's flush of an entry until it heard that the replica was so far with it: of the latest such entry. */
  readonly time: Duration;
  /** Bytes of entries that the primary has flushed and the replica is not so far with. */
  readonly bytes: number;
}

/** As PostgreSQL's `pg_stat_replication` has it: write_lag, flush_lag and replay_lag. */
export interface ReplicaLag {
  readonly write: StepLag;
  readonly flush: StepLag;
  readonly replay: StepLag;
}

interface Sample {
  readonly lsn: number;
  /** Bytes of all entries up to it since the primary began. */
  readonly bytes: number;
  readonly at: MonotonicTime;
}

/** Samples of the primary's flushes that are kept: a replica further behind is measured from the oldest. */
const MOST_SAMPLES = 1_024;

/** When the primary had what, so that it can tell how late replicas are. */
export class FlushTimes {
  private samples: Sample[] = [{ lsn: 0, bytes: 0, at: 0 }];

  /** Another `bytes` of entries, up to an LSN, are durable at the primary. */
  flushed(lsn: number, bytes: number, at: MonotonicTime): void {
    const { samples } = this;
    samples.push({ lsn, bytes: (samples.at(-1) as Sample).bytes + bytes, at });
    if (samples.length > 2 * MOST_SAMPLES) this.samples = samples.slice(-MOST_SAMPLES);
  }

  /** Bytes behind an LSN. */
  bytesBehind(lsn: number): number {
    const newest = this.samples.at(-1) as Sample;
    return newest.lsn <= lsn ? 0 : newest.bytes - this.at(lsn).bytes;
  }

  /** When the newest entry, up to an LSN, was flushed; undefined when that is not known any more. */
  timeOf(lsn: number): MonotonicTime | undefined {
    const sample = this.at(lsn);
    return sample.at === 0 ? undefined : sample.at;
  }

  private at(lsn: number): Sample {
    const { samples } = this;
    let low = 0;
    let high = samples.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((samples[middle] as Sample).lsn <= lsn) low = middle;
      else high = middle - 1;
    }
    return samples[low] as Sample;
  }
}

const NOTHING: ReplicaProgress = { received: 0, flushed: 0, applied: 0, streaming: false };

/** How far one replica is behind. */
export class LagTracker {
  private readonly times: FlushTimes;
  private progress = NOTHING;
  private delays = { write: 0, flush: 0, replay: 0 };

  constructor(times: FlushTimes) {
    this.times = times;
  }

  /** The replica has told how far it is. */
  acknowledged(progress: ReplicaProgress, at: MonotonicTime): void {
    const { times, progress: before, delays } = this;
    const delay = (lsn: number, last: number, known: Duration): Duration => {
      if (lsn <= last) return known;
      const flushed = times.timeOf(lsn);
      return flushed === undefined ? known : at - flushed;
    };
    this.delays = {
      write: delay(progress.received, before.received, delays.write),
      flush: delay(progress.flushed, before.flushed, delays.flush),
      replay: delay(progress.applied, before.applied, delays.replay),
    };
    this.progress = progress;
  }

  get lag(): ReplicaLag {
    const { times, progress, delays } = this;
    return {
      write: { time: delays.write, bytes: times.bytesBehind(progress.received) },
      flush: { time: delays.flush, bytes: times.bytesBehind(progress.flushed) },
      replay: { time: delays.replay, bytes: times.bytesBehind(progress.applied) },
    };
  }
}
