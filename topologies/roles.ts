import type { NodeState, Role } from "./topology.ts";

/** The hosts that hold a role now, in order of name. */
export function holding(nodes: ReadonlyMap<string, NodeState>, role: Role): string[] {
  return [...nodes]
    .filter(([, state]) => state.role === role)
    .map(([host]) => host)
    .sort();
}
