/**
 * A directed graph in typed arrays: nodes are 0 to `size` - 1; the edges out of node n are those from `offsets[n]` up to
 * `offsets[n + 1]`. Each has a label of one bit, its kind, and a number of its builder's own.
 */
export interface Digraph {
  readonly size: number;
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
  readonly labels: Uint8Array;
  readonly notes: Int32Array;
}

/** Collects edges. */
export class DigraphBuilder {
  protected sources = new Int32Array(1024);
  protected targets = new Int32Array(1024);
  protected labels = new Uint8Array(1024);
  protected notes = new Int32Array(1024);
  protected nodes: number;
  protected edges = 0;

  /** @param nodes how many nodes there are to begin with */
  constructor(nodes: number) {
    this.nodes = nodes;
  }

  get edgeCount(): number {
    return this.edges;
  }

  addNode(): number {
    return this.nodes++;
  }

  addEdge(from: number, to: number, label: number, note: number): void {
    if (this.edges === this.sources.length) this.grow();
    this.sources[this.edges] = from;
    this.targets[this.edges] = to;
    this.labels[this.edges] = label;
    this.notes[this.edges] = note;
    this.edges++;
  }

  /** The graph; edges out of one node keep the order in which they were added. */
  build(): Digraph {
    const { nodes, edges } = this;
    const offsets = new Int32Array(nodes + 1);
    for (let edge = 0; edge < edges; edge++) bump(offsets, (this.sources[edge] as number) + 1);
    for (let node = 0; node < nodes; node++) bump(offsets, node + 1, offsets[node]);
    const next = offsets.slice();
    const targets = new Int32Array(edges);
    const labels = new Uint8Array(edges);
    const notes = new Int32Array(edges);
    for (let edge = 0; edge < edges; edge++) {
      const source = this.sources[edge] as number;
      const place = next[source] as number;
      next[source] = place + 1;
      targets[place] = this.targets[edge] as number;
      labels[place] = this.labels[edge] as number;
      notes[place] = this.notes[edge] as number;
    }
    return { size: nodes, offsets, targets, labels, notes };
  }

  protected grow(): void {
    const capacity = this.sources.length * 2;
    const enlarged = (array: Int32Array): Int32Array<ArrayBuffer> => {
      const larger = new Int32Array(capacity);
      larger.set(array);
      return larger;
    };
    this.sources = enlarged(this.sources);
    this.targets = enlarged(this.targets);
    this.notes = enlarged(this.notes);
    const labels = new Uint8Array(capacity);
    labels.set(this.labels);
    this.labels = labels;
  }
}

function bump(counts: Int32Array, at: number, by = 1): void {
  counts[at] = (counts[at] ?? 0) + by;
}

/** The part of a graph among some of its nodes, renumbered in the order given. */
export function inducedSubgraph(graph: Digraph, nodes: Int32Array): Digraph {
  const local = new Map<number, number>();
  nodes.forEach((node, at) => local.set(node, at));
  const builder = new DigraphBuilder(nodes.length);
  nodes.forEach((node, from) => {
    for (let edge = graph.offsets[node] as number; edge < (graph.offsets[node + 1] as number); edge++) {
      const to = local.get(graph.targets[edge] as number);
      if (to !== undefined) builder.addEdge(from, to, graph.labels[edge] as number, graph.notes[edge] as number);
    }
  });
  return builder.build();
}
