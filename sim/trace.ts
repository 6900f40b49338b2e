import type { TraceEvent } from "../host/trace.ts";
import type { Duration } from "../host/time.ts";

/** A trace event with its place in the run. */
export interface TraceRecord {
  /** Position in the trace, from 0. */
  readonly index: number;
  /** True time: nanoseconds since the run began, on nobody's clock. */
  readonly time: Duration;
  /** Who reported it; "" for the world itself. */
  readonly host: string;
  readonly incarnation: number;
  /** The kernel event during which it happened. */
  readonly event: number;
  readonly data: TraceEvent;
}

/** Where a run's trace goes. A run without a sink retains nothing. */
export interface TraceSink {
  /** Whether it wants what devices and the world report too, not only what nodes say of themselves. */
  readonly world: boolean;
  record(record: TraceRecord): void;
  /** An event begins. `cause` is the event that scheduled it, 0 for the run's beginning. */
  eventStarted(event: number, cause: number, host: string): void;
  /** The current event also depends on an earlier one, through something both touched. */
  linked(event: number, cause: number): void;
}

/** Keeps the whole trace with its causes, for timelines and explanations. */
export class RetainedTrace implements TraceSink {
  readonly world = true;
  readonly records: TraceRecord[] = [];
  private readonly causes: number[] = [0];
  private readonly hosts: string[] = [""];
  private readonly links = new Map<number, number[]>();

  record(record: TraceRecord): void {
    this.records.push(kept(record));
  }

  eventStarted(event: number, cause: number, host: string): void {
    this.causes[event] = cause;
    this.hosts[event] = host;
  }

  linked(event: number, cause: number): void {
    const known = this.links.get(event);
    if (known === undefined) this.links.set(event, [cause]);
    else if (!known.includes(cause)) known.push(cause);
  }

  /** The host on which an event ran, "" for the world. */
  hostOf(event: number): string {
    return this.hosts[event] ?? "";
  }

  /** The events that an event depends on directly: the one that scheduled it first. */
  causesOf(event: number): readonly number[] {
    const scheduledBy = this.causes[event];
    const also = this.links.get(event) ?? [];
    return scheduledBy === undefined || scheduledBy === 0 ? also : [scheduledBy, ...also];
  }

  /** Every event without which `event` would not have happened as it did, itself included. */
  causalPast(event: number): ReadonlySet<number> {
    const past = new Set<number>([event]);
    const open = [event];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const cause of this.causesOf(next)) {
        if (past.has(cause)) continue;
        past.add(cause);
        open.push(cause);
      }
    }
    return past;
  }
}

/** Keeps only what nodes report of some kinds: enough for a judge, at little cost. */
export class ObservedTrace implements TraceSink {
  readonly world = false;
  readonly records: TraceRecord[] = [];
  private readonly kinds: ReadonlySet<string>;

  constructor(kinds: Iterable<string>) {
    this.kinds = new Set(kinds);
  }

  record(record: TraceRecord): void {
    if (this.kinds.has(record.data.kind)) this.records.push(kept(record));
  }

  eventStarted(): void {}

  linked(): void {}
}

/** A record with an event of its own: a node may use its object again for the next. */
function kept(record: TraceRecord): TraceRecord {
  return { ...record, data: { ...record.data } };
}
