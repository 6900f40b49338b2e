import type { Digraph } from "./digraph.ts";

/** The strongly connected components of a graph: which one each node is in, and how large each is. */
export interface Components {
  readonly of: Int32Array;
  readonly sizes: readonly number[];
}

/**
 * Strongly connected components over the edges whose label is in `mask` (Tarjan, "Depth-First Search and Linear Graph
 * Algorithms", 1972), without recursion, in linear time.
 */
export function components(graph: Digraph, mask: number): Components {
  const { size, offsets, targets, labels } = graph;
  const of = new Int32Array(size).fill(-1);
  const sizes: number[] = [];
  // Order of discovery, from 1; 0 is "not yet found".
  const found = new Int32Array(size);
  const low = new Int32Array(size);
  const nextEdge = new Int32Array(size);
  const open = new Int32Array(size);
  const path = new Int32Array(size);
  let opened = 0;
  let discovered = 0;
  for (let root = 0; root < size; root++) {
    if (found[root] !== 0) continue;
    let depth = 0;
    path[0] = root;
    found[root] = low[root] = ++discovered;
    nextEdge[root] = offsets[root] as number;
    open[opened++] = root;
    while (depth >= 0) {
      const node = path[depth] as number;
      const edge = nextEdge[node] as number;
      if (edge < (offsets[node + 1] as number)) {
        nextEdge[node] = edge + 1;
        if (((labels[edge] as number) & mask) === 0) continue;
        const target = targets[edge] as number;
        if (found[target] === 0) {
          found[target] = low[target] = ++discovered;
          nextEdge[target] = offsets[target] as number;
          open[opened++] = target;
          path[++depth] = target;
        } else if (of[target] === -1) {
          low[node] = Math.min(low[node] as number, found[target] as number);
        }
        continue;
      }
      depth--;
      if (depth >= 0) {
        const parent = path[depth] as number;
        low[parent] = Math.min(low[parent] as number, low[node] as number);
      }
      if (low[node] === found[node]) {
        let members = 0;
        for (let member = -1; member !== node; members++) {
          member = open[--opened] as number;
          of[member] = sizes.length;
        }
        sizes.push(members);
      }
    }
  }
  return { of, sizes };
}

/** The nodes of each component that has a cycle, in order of their least node; nodes in ascending order. */
export function cyclicComponents({ of, sizes }: Components): Int32Array[] {
  const members = new Map<number, Int32Array>();
  const filled = new Map<number, number>();
  of.forEach((component, node) => {
    const size = sizes[component] ?? 0;
    if (size < 2) return;
    let nodes = members.get(component);
    if (nodes === undefined) members.set(component, (nodes = new Int32Array(size)));
    const place = filled.get(component) ?? 0;
    nodes[place] = node;
    filled.set(component, place + 1);
  });
  return [...members.values()];
}
