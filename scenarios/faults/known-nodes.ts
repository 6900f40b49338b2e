import type { NodeState } from "../../topologies/topology.ts";

/** What is known of nodes, of those too that are down: what each was when it was seen last, unless its disk is gone. */
export class KnownNodes {
  private readonly states = new Map<string, NodeState>();

  /** @param states of the nodes that are up */
  look(states: ReadonlyMap<string, NodeState>): ReadonlyMap<string, NodeState> {
    for (const [host, state] of states) {
      // One that is only just finding out what it is says nothing: what it was it may be again.
      if (state.ready || state.role !== "none" || !this.states.has(host)) this.states.set(host, state);
    }
    return this.states;
  }

  /** A node has lost its disk. */
  forget(host: string): void {
    this.states.delete(host);
  }
}
