import type { NodeState } from "../../topologies/topology.ts";

/** What is known of nodes, of those too that are down: what each was when it was seen last, unless its disk is gone. */
export class KnownNodes {
  private readonly states = new Map<string, NodeState>();
  /** Hosts with damage on their disks, each with who it was. */
  private readonly spoilt = new Map<string, string | undefined>();

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

  /** What a node has on its disk is no longer what was written. */
  spoil(host: string): void {
    this.spoilt.set(host, this.states.get(host)?.identity);
  }

  /** Nodes that are still who they were when their disks were damaged, whether they have found out or not. */
  get damaged(): ReadonlySet<string> {
    const damaged = [...this.spoilt].filter(([host, identity]) => this.states.get(host)?.identity === identity);
    return new Set(damaged.map(([host]) => host));
  }
}
