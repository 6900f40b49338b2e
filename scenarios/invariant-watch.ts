import type { TraceEvent } from "../host/trace.ts";
import type { TraceRecord, TraceSink } from "../sim/trace.ts";
import type { NodeState, StepInvariant, StepWatch } from "../topologies/topology.ts";

/** A step invariant that did not hold. */
export interface BrokenInvariant {
  readonly name: string;
  /** True time. */
  readonly time: number;
  /** What was wrong: a message id and its parameters. */
  readonly event: TraceEvent;
}

/**
 * Checks a topology's invariants after each step in which a node said something of itself, and passes on what is traced. Of
 * each invariant the first break is kept: what comes after follows from it.
 */
export class InvariantWatch implements TraceSink {
  readonly broken: BrokenInvariant[] = [];
  private readonly sink: TraceSink;
  private readonly nodes: ReadonlySet<string>;
  private readonly watches: { readonly name: string; readonly watch: StepWatch }[];
  private due = false;

  /** @param nodes the hosts of nodes: what clients and operators say moves no invariant */
  constructor(sink: TraceSink, invariants: readonly StepInvariant[], nodes: Iterable<string>) {
    this.sink = sink;
    this.nodes = new Set(nodes);
    this.watches = invariants.map((invariant) => ({ name: invariant.name, watch: invariant.watch() }));
  }

  get world(): boolean {
    return this.sink.world;
  }

  record(record: TraceRecord): void {
    if (record.incarnation > 0 && this.nodes.has(record.host)) this.due = true;
    this.sink.record(record);
  }

  eventStarted(event: number, cause: number, host: string): void {
    this.sink.eventStarted(event, cause, host);
  }

  linked(event: number, cause: number): void {
    this.sink.linked(event, cause);
  }

  /** To be called between two steps. */
  check(time: number, states: () => ReadonlyMap<string, NodeState>): void {
    if (!this.due || this.watches.length === 0) return;
    this.due = false;
    const nodes = states();
    for (const each of [...this.watches]) {
      const event = each.watch.check(nodes);
      if (event === undefined) continue;
      this.broken.push({ name: each.name, time, event });
      this.watches.splice(this.watches.indexOf(each), 1);
    }
  }
}
