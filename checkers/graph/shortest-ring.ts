import type { Digraph } from "./digraph.ts";
import { ShortestWalks } from "./shortest-path.ts";

/** Edges looked at in search of a shorter cycle, once there is one. */
const SEARCH_EDGES = 2_000_000;

/** An edge of a cycle. */
export interface RingEdge {
  readonly from: number;
  readonly to: number;
  readonly label: number;
  readonly note: number;
}

/**
 * A shortest cycle of a strongly connected graph, from its least node on; a short one where the graph is so large that the
 * search is cut.
 *
 * @param least how short the search need not try to be: with a cycle of that length it ends
 */
export function shortestRing(graph: Digraph, least: number): RingEdge[] {
  const walks = new ShortestWalks(graph, { mask: -1, apart: 0, joints: 0, between: graph.size });
  const budget = { left: SEARCH_EDGES };
  let best: RingEdge[] = [];
  for (let node = 0; node < graph.size; node++) {
    for (let edge = graph.offsets[node] as number; edge < (graph.offsets[node + 1] as number); edge++) {
      if ((best.length > 0 && best.length <= least) || budget.left < 0) return fromLeast(best);
      const limit = best.length === 0 ? Infinity : best.length - 1;
      const found = walks.around(edge, node, limit, best.length === 0 ? { left: Infinity } : budget);
      if (found === undefined) continue;
      let from = node;
      best = found.map((one) => {
        const to = graph.targets[one] as number;
        const ringEdge = { from, to, label: graph.labels[one] as number, note: graph.notes[one] as number };
        from = to;
        return ringEdge;
      });
    }
  }
  return fromLeast(best);
}

function fromLeast(ring: readonly RingEdge[]): RingEdge[] {
  let least = 0;
  ring.forEach(({ from }, at) => {
    if (from < (ring[least]?.from ?? Infinity)) least = at;
  });
  return [...ring.slice(least), ...ring.slice(0, least)];
}
