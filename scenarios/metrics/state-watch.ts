import type { NodeState } from "../../topologies/topology.ts";

/** Looks at the states of nodes whenever somebody has them at hand, and keeps the greatest sums of what they tell. */
export class StateWatch {
  private readonly fields: readonly string[];
  private readonly peaks = new Map<string, number>();

  /** @param fields of states that hold numbers */
  constructor(fields: readonly string[]) {
    this.fields = fields;
  }

  look(states: ReadonlyMap<string, NodeState>): void {
    for (const field of this.fields) {
      let sum: number | undefined;
      for (const state of states.values()) {
        const value = state.fields[field];
        if (typeof value === "number") sum = (sum ?? 0) + value;
      }
      if (sum !== undefined) this.peaks.set(field, Math.max(sum, this.peaks.get(field) ?? 0));
    }
  }

  /** The greatest sum over all nodes of a field; undefined when no node ever had it. */
  peakOf(field: string): number | undefined {
    return this.peaks.get(field);
  }
}
