import type { StateChange } from "../../report/moments.ts";
import type { TraceRecord } from "../../sim/trace.ts";
import type { NodeState } from "../../topologies/topology.ts";

/**
 * Asks nodes for their state after each step in which something was traced, and keeps what changed. Asking has no effect on
 * a run, so that a run that is recorded has the fingerprint of one that is not.
 */
export class StateRecorder {
  readonly states: StateChange[] = [];
  private readonly records: readonly TraceRecord[];
  private readonly nodes: readonly string[];
  private readonly known = new Map<string, NodeState | undefined>();
  private seen = 0;

  /** @param records the trace, which grows as the run goes on */
  constructor(records: readonly TraceRecord[], nodes: readonly string[]) {
    this.records = records;
    this.nodes = nodes;
  }

  /** To be called between two steps. */
  look(inspect: () => ReadonlyMap<string, NodeState>): void {
    const { length } = this.records;
    if (length === this.seen) return;
    this.seen = length;
    const now = inspect();
    for (const host of this.nodes) {
      const state = now.get(host);
      if (sameState(this.known.get(host), state)) continue;
      // A node may answer with the same object again.
      const kept = state === undefined ? undefined : { ...state, fields: { ...state.fields } };
      this.known.set(host, kept);
      this.states.push({ rank: length - 1, host, state: kept });
    }
  }
}

function sameState(one: NodeState | undefined, other: NodeState | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  if (one.role !== other.role || one.ready !== other.ready) return false;
  const names = Object.keys(other.fields);
  return (
    names.length === Object.keys(one.fields).length && names.every((name) => one.fields[name] === other.fields[name])
  );
}
