import type { NodeState, Role } from "../../topologies/topology.ts";

/** What a node was from a moment on. */
interface RoleSpan {
  readonly since: number;
  readonly role: Role | "none";
}

/**
 * Looks at the states of nodes whenever somebody has them at hand, and keeps of them what metrics need: who was what and
 * when, and the greatest sum of each number that all nodes tell of themselves.
 */
export class StateWatch {
  private readonly roles = new Map<string, RoleSpan[]>();
  private readonly fields: readonly string[];
  private readonly peaks = new Map<string, number>();

  /** @param fields of states whose greatest sums are kept */
  constructor(fields: readonly string[]) {
    this.fields = fields;
  }

  look(time: number, states: ReadonlyMap<string, NodeState>): void {
    for (const [host, { role }] of states) {
      const spans = this.roles.get(host);
      if (spans === undefined) this.roles.set(host, [{ since: time, role }]);
      else if (spans[spans.length - 1]?.role !== role) spans.push({ since: time, role });
    }
    for (const field of this.fields) {
      let sum: number | undefined;
      for (const state of states.values()) {
        const value = state.fields[field];
        if (typeof value === "number") sum = (sum ?? 0) + value;
      }
      if (sum !== undefined) this.peaks.set(field, Math.max(sum, this.peaks.get(field) ?? 0));
    }
  }

  /** What a node was at a time, as it was last seen; "none" before that. */
  roleAt(host: string, time: number): Role | "none" {
    const spans = this.roles.get(host) ?? [];
    let role: Role | "none" = "none";
    for (const span of spans) {
      if (span.since > time) break;
      role = span.role;
    }
    return role;
  }

  /** The greatest sum over all nodes of a field; undefined when no node ever had it. */
  peakOf(field: string): number | undefined {
    return this.peaks.get(field);
  }
}
