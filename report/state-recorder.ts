import type { RetainedTrace } from "../sim/trace.ts";
import type { NodeState, StepInvariant, Topology } from "../topologies/topology.ts";
import type { StateChange } from "./moments.ts";

/**
 * A topology that runs as it would anyway, while the states of its nodes are written down: an invariant that never breaks
 * looks at them after each step in which a node said something of itself.
 *
 * @param trace of the same run: what has been recorded by then is what a state stands after
 */
export function recordingStates(
  topology: Topology,
  trace: Pick<RetainedTrace, "records">,
): { readonly topology: Topology; readonly states: readonly StateChange[] } {
  const states: StateChange[] = [];
  const latest = new Map<string, NodeState>();
  const look = (nodes: ReadonlyMap<string, NodeState>): undefined => {
    const rank = trace.records.length - 1;
    for (const [host, { role, ready, fields }] of nodes) {
      const before = latest.get(host);
      if (before !== undefined && before.role === role && before.ready === ready && sameFields(before, fields))
        continue;
      // A copy: a node may use its object again, and may have put more into it than is asked for.
      const state = { role, ready, fields: { ...fields } };
      latest.set(host, state);
      states.push({ rank, host, state });
    }
    for (const host of latest.keys()) {
      if (nodes.has(host)) continue;
      latest.delete(host);
      states.push({ rank, host, state: undefined });
    }
    return undefined;
  };
  const watching: StepInvariant = { name: "states-recorded", watch: () => ({ check: look }) };
  return { topology: { ...topology, invariants: [...topology.invariants, watching] }, states };
}

function sameFields({ fields: before }: NodeState, now: NodeState["fields"]): boolean {
  const names = Object.keys(now);
  return names.length === Object.keys(before).length && names.every((name) => before[name] === now[name]);
}
