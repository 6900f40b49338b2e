import type { Digraph } from "./digraph.ts";

/** How many edges may still be looked at. */
export interface SearchBudget {
  left: number;
}

/** Which walks count, and how long they are. */
export interface WalkRules {
  /** Labels of the edges that may be taken. */
  readonly mask: number;
  /** Labels of edges of which no two may follow each other; 0 for none. */
  readonly apart: number;
  /** Labels of edges that go on with the kind of the edge before. */
  readonly joints: number;
  /** Nodes from this one on stand between two others: the way out of them costs nothing. */
  readonly between: number;
}

/**
 * Shortest walks in a graph, by breadth. A node is met in up to two states, `node * 2 + 1` after an edge that must not be
 * followed by its like, else `node * 2`.
 */
export class ShortestWalks {
  protected readonly graph: Digraph;
  protected readonly rules: WalkRules;
  /** Round in which a state was last met, so that nothing need be cleared between searches. */
  protected readonly met: Int32Array;
  protected readonly cameBy: Int32Array;
  protected readonly cameFrom: Int32Array;
  protected round = 0;

  constructor(graph: Digraph, rules: WalkRules) {
    this.graph = graph;
    this.rules = rules;
    this.met = new Int32Array(graph.size * 2);
    this.cameBy = new Int32Array(graph.size * 2);
    this.cameFrom = new Int32Array(graph.size * 2);
  }

  /**
   * A shortest closed walk that begins with the edge `first`, which leaves node `home`: its edges, or undefined when there
   * is none of at most `limit` steps, or when the budget ended.
   */
  around(first: number, home: number, limit: number, budget: SearchBudget): number[] | undefined {
    const { rules } = this;
    this.round++;
    const start = this.stateAfter(first, home * 2);
    this.met[start] = this.round;
    this.cameFrom[start] = -1;
    let level = [start];
    for (let length = 1; level.length > 0 && length <= limit; length++) {
      const next: number[] = [];
      // Ways out of nodes between stay on the level, which grows while it is walked.
      for (const state of level) {
        if (state === home * 2) return [first, ...this.wayTo(state)];
        if (state >> 1 >= rules.between) this.expand(state, level, budget);
      }
      for (const state of level) {
        if (state >> 1 < rules.between) this.expand(state, next, budget);
      }
      if (budget.left < 0) return undefined;
      level = next;
    }
    return undefined;
  }

  protected expand(state: number, reached: number[], budget: SearchBudget): void {
    const { offsets, labels } = this.graph;
    const { mask, apart } = this.rules;
    const node = state >> 1;
    const end = offsets[node + 1] as number;
    for (let edge = offsets[node] as number; edge < end; edge++) {
      const label = labels[edge] as number;
      if ((label & mask) === 0 || ((label & apart) !== 0 && (state & 1) === 1)) continue;
      const after = this.stateAfter(edge, state);
      if (this.met[after] === this.round) continue;
      this.met[after] = this.round;
      this.cameBy[after] = edge;
      this.cameFrom[after] = state;
      reached.push(after);
    }
    budget.left -= end - (offsets[node] as number);
  }

  protected stateAfter(edge: number, before: number): number {
    return stateAfter(this.graph, this.rules, edge, before);
  }

  protected wayTo(state: number): number[] {
    const edges: number[] = [];
    for (let at = state; this.cameFrom[at] !== -1; at = this.cameFrom[at] as number) {
      edges.push(this.cameBy[at] as number);
    }
    return edges.reverse();
  }
}

/** The state in which an edge, taken in a state, leaves the walk. */
export function stateAfter({ targets, labels }: Digraph, rules: WalkRules, edge: number, before: number): number {
  const label = labels[edge] as number;
  const marked = (label & rules.apart) !== 0 || ((label & rules.joints) !== 0 && (before & 1) === 1);
  return (targets[edge] as number) * 2 + (marked ? 1 : 0);
}
