import type { NodeState, StepInvariant } from "../topology.ts";
import type { CoreInspection } from "./core/inspection.ts";
import { type CoreInvariant, coreInvariants } from "./core/invariants.ts";
import type { RaftNodeState } from "./node.ts";

/** Takes the cores of the nodes that are up, by member: who comes back after a loss of its disk is another. */
function fillWithCores(cores: Map<string, CoreInspection>, nodes: ReadonlyMap<string, NodeState>): void {
  cores.clear();
  for (const state of nodes.values()) {
    const { core } = state as RaftNodeState;
    if (core !== undefined) cores.set(core.id, core);
  }
}

function ofNodes(invariant: CoreInvariant): StepInvariant {
  return {
    name: invariant.name,
    watch() {
      const watching = invariant.watch();
      const cores = new Map<string, CoreInspection>();
      return {
        check(nodes) {
          fillWithCores(cores, nodes);
          return watching.check(cores);
        },
      };
    },
  };
}

/** What the cores of a cluster must keep true, looked at after each step of a run. */
export const raftInvariants: readonly StepInvariant[] = coreInvariants.map(ofNodes);
