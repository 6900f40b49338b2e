import { components, cyclicComponents, type Components } from "../graph/components.ts";
import { DigraphBuilder, inducedSubgraph, type Digraph } from "../graph/digraph.ts";
import { ShortestWalks, stateAfter, type SearchBudget, type WalkRules } from "../graph/shortest-path.ts";
import type { Operation } from "../history.ts";
import {
  CYCLE_FAMILIES,
  CYCLE_VARIANTS,
  implies,
  type CycleAnomaly,
  type CycleFamily,
  type CycleVariant,
} from "./consistency-model.ts";
import { JOINT, PROCESS, REAL_TIME, RW, WR, WW, type DependencyGraph } from "./dependency-graph.ts";

/** A step of a cycle of transactions, by their numbers. */
export interface DependencyStep {
  readonly from: number;
  readonly to: number;
  /** Its label: WW, WR, RW, PROCESS or REAL_TIME. */
  readonly label: number;
  /** The element that it rests on; -1 of process and real time. */
  readonly element: number;
}

export interface AnomalousCycle {
  readonly kind: CycleAnomaly;
  readonly steps: readonly DependencyStep[];
}

/**
 * Edges looked at for one kind of cycle in one component, before a cycle found may be other than the shortest, and all in
 * all.
 */
const SEARCH_EDGES = 2_000_000;
const TOTAL_EDGES = 60_000_000;

/**
 * Finds in each strongly connected component the cycles of the forbidden kinds, one of each, leaving out kinds that
 * another one found there implies. That there is a forbidden cycle is never missed. Each is a shortest one of its kind,
 * unless its component is so large that the search was cut short.
 */
export function anomalousCycles(
  { graph, transactions }: DependencyGraph,
  operations: readonly Operation[],
  forbidden: ReadonlySet<string>,
  report: (cycle: AnomalousCycle) => void,
): void {
  const total = { left: TOTAL_EDGES };
  for (const nodes of cyclicComponents(components(graph, -1))) {
    new ComponentSearch(graph, nodes, transactions, operations).find(forbidden, total, report);
  }
}

class ComponentSearch {
  protected readonly graph: Digraph;
  /** By node of the component: its node of the whole graph, which is the number of a transaction for the first ones. */
  protected readonly nodes: Int32Array;
  protected readonly operations: readonly Operation[];
  /** Nodes from this one on stand between transactions. */
  protected readonly between: number;
  protected readonly sources: Int32Array;

  constructor(whole: Digraph, nodes: Int32Array, transactions: number, operations: readonly Operation[]) {
    this.nodes = nodes;
    this.operations = operations;
    this.graph = inducedSubgraph(whole, nodes);
    const first = nodes.findIndex((node) => node >= transactions);
    this.between = first === -1 ? nodes.length : first;
    this.sources = new Int32Array(this.graph.targets.length);
    for (let node = 0; node < nodes.length; node++) {
      this.sources.fill(node, this.graph.offsets[node], this.graph.offsets[node + 1]);
    }
  }

  find(forbidden: ReadonlySet<string>, total: SearchBudget, report: (cycle: AnomalousCycle) => void): void {
    const found = new Set<CycleAnomaly>();
    for (const variant of CYCLE_VARIANTS) {
      for (const family of CYCLE_FAMILIES) {
        const sought: CycleAnomaly = `${family}${variant}`;
        if (!forbidden.has(sought) || [...found].some((kind) => implies(kind, sought))) continue;
        const steps = this.shortest(family, variant, total);
        const kind = steps === undefined ? undefined : kindOf(steps);
        if (kind === undefined || steps === undefined || found.has(kind)) continue;
        found.add(kind);
        report({ kind, steps });
      }
    }
  }

  /**
   * A shortest cycle with an edge that the family rests on. What makes it no cycle of a worse family or of less order was
   * sought before.
   */
  protected shortest(family: CycleFamily, variant: CycleVariant, total: SearchBudget): DependencyStep[] | undefined {
    const { required, rules } = rulesOf(family, variant, this.between);
    const onCycle = this.cyclicEdges(rules, required, family);
    const walks = new ShortestWalks(this.graph, rules);
    const allowance = Math.min(SEARCH_EDGES, Math.max(0, total.left));
    const budget = { left: allowance };
    let best: DependencyStep[] | undefined;
    for (const edge of onCycle) {
      const source = this.sources[edge] as number;
      const limit = best === undefined ? Infinity : best.length - 1;
      if (limit < 2) break;
      const back = (rules.mask & REAL_TIME) === 0 ? undefined : this.backInTime(edge);
      if (back !== undefined) {
        best = [this.stepOf([edge]), back];
        continue;
      }
      // What is certain to be on a cycle is worth a whole search while nothing was found.
      const certain = best === undefined && family !== "G-single";
      const walk = walks.around(edge, source, limit, certain ? { left: Infinity } : budget);
      if (walk !== undefined) best = simple(this.stepsOf(walk));
      if (budget.left < 0) break;
    }
    total.left -= allowance - Math.max(0, budget.left);
    return best;
  }

  /** The edges with a label, out of transactions, that lie on closed walks by the rules; for "G-single", that may. */
  protected cyclicEdges(rules: WalkRules, required: number, family: CycleFamily): number[] {
    const { graph, sources } = this;
    const apart = family === "G-nonadjacent";
    const searched = apart ? stateGraph(graph, rules, sources) : graph;
    const mask = family === "G-single" ? rules.mask | RW : rules.mask;
    const { of }: Components = components(searched, apart ? -1 : mask);
    const edges: number[] = [];
    for (let edge = 0; edge < graph.targets.length; edge++) {
      const [source, target] = [sources[edge] as number, graph.targets[edge] as number];
      if (graph.labels[edge] !== required || source >= this.between) continue;
      const [from, to] = apart ? [source * 2, stateAfter(graph, rules, edge, source * 2)] : [source, target];
      if (of[from] === of[to]) edges.push(edge);
    }
    return edges;
  }

  /** The way back of an edge, when its end had completed before its beginning was invoked. */
  protected backInTime(edge: number): DependencyStep | undefined {
    const [source, target] = [this.sources[edge] as number, this.graph.targets[edge] as number];
    if (target >= this.between) return undefined;
    const [from, to] = [this.nodes[target] as number, this.nodes[source] as number];
    const completed = this.operations[from]?.end ?? Infinity;
    if (completed >= (this.operations[to]?.start ?? -Infinity)) return undefined;
    return { from, to, label: REAL_TIME, element: -1 };
  }

  /** Joins edges through nodes that stand between. */
  protected stepsOf(walk: readonly number[]): DependencyStep[] {
    const steps: DependencyStep[] = [];
    let from = 0;
    walk.forEach((edge, at) => {
      if ((this.graph.targets[edge] as number) >= this.between) return;
      steps.push(this.stepOf(walk.slice(from, at + 1)));
      from = at + 1;
    });
    return steps;
  }

  protected stepOf(edges: readonly number[]): DependencyStep {
    const [first, last] = [edges[0] as number, edges[edges.length - 1] as number];
    return {
      from: this.nodes[this.sources[first] as number] as number,
      to: this.nodes[this.graph.targets[last] as number] as number,
      label: this.graph.labels[first] as number,
      element: this.graph.notes[last] as number,
    };
  }
}

function rulesOf(family: CycleFamily, variant: CycleVariant, between: number): { required: number; rules: WalkRules } {
  const data = family === "G0" ? WW : WW | WR | (family === "G-nonadjacent" || family === "G2-item" ? RW : 0);
  const order = variant === "" ? 0 : variant === "-process" ? PROCESS : PROCESS | REAL_TIME;
  const required = family === "G0" ? WW : family === "G1c" ? WR : RW;
  const apart = family === "G-nonadjacent" ? RW : 0;
  return { required, rules: { mask: data | order | JOINT, apart, joints: apart === 0 ? 0 : JOINT, between } };
}

/** The graph of states in which walks by the rules meet nodes: its cycles are their closed walks. */
function stateGraph(graph: Digraph, rules: WalkRules, sources: Int32Array): Digraph {
  const builder = new DigraphBuilder(graph.size * 2);
  for (let edge = 0; edge < graph.targets.length; edge++) {
    const label = graph.labels[edge] as number;
    if ((label & rules.mask) === 0) continue;
    const state = (sources[edge] as number) * 2;
    builder.addEdge(state, stateAfter(graph, rules, edge, state), 1, edge);
    if ((label & rules.apart) === 0) builder.addEdge(state + 1, stateAfter(graph, rules, edge, state + 1), 1, edge);
  }
  return builder.build();
}

/** Of a closed walk that comes by a transaction twice, a part that does not. */
function simple(steps: readonly DependencyStep[]): DependencyStep[] {
  const left = new Map<number, number>();
  for (const [at, { from, to }] of steps.entries()) {
    left.set(from, at);
    const since = left.get(to);
    if (since !== undefined) return steps.slice(since, at + 1);
  }
  return [...steps];
}

/** What a cycle is called (Adya, section 3.1; the variants are Elle's). */
function kindOf(steps: readonly DependencyStep[]): CycleAnomaly | undefined {
  const count = (label: number) => steps.filter((step) => step.label === label).length;
  const antiDependencies = count(RW);
  const adjacent = steps.some(({ label }, at) => label === RW && steps[(at + 1) % steps.length]?.label === RW);
  const variant: CycleVariant = count(REAL_TIME) > 0 ? "-realtime" : count(PROCESS) > 0 ? "-process" : "";
  if (antiDependencies > 1) return `${adjacent ? "G2-item" : "G-nonadjacent"}${variant}`;
  if (antiDependencies === 1) return `G-single${variant}`;
  if (count(WR) > 0) return `G1c${variant}`;
  return count(WW) > 0 ? `G0${variant}` : undefined;
}
