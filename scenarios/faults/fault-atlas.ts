import type { FaultClass, FaultModel } from "../../topologies/topology.ts";
import { LASTING_DAMAGE } from "./fault.ts";

/**
 * Keeps account of which hosts are struck by what, and says whether one more fault still is within what a mode bears: a
 * promise can only be held against runs that the fault model allows. (TigerBeetle's storage fault atlas has the idea.)
 */
export class FaultAtlas {
  private readonly model: FaultModel;
  private readonly nodes: number;
  private readonly electorates: () => readonly (readonly string[])[];
  /** Hosts that are struck now, each as often as it is, by kind. */
  private readonly struck = new Map<FaultClass, Map<string, number>>();
  private readonly damaged = new Set<string>();

  /**
   * @param nodes how many there are
   * @param electorates sets of hosts now, of each of which a minority is told; none: all nodes are one
   */
  constructor(model: FaultModel, nodes: number, electorates: FaultAtlas["electorates"] = () => []) {
    this.model = model;
    this.nodes = nodes;
    this.electorates = electorates;
  }

  /** Whether the fault model has room for a kind of fault at all. */
  bears(kind: FaultClass): boolean {
    return kind === "operator" || this.model.within.has(kind);
  }

  /**
   * Whether striking these hosts too is within the fault model.
   *
   * @param electorates of each of which a minority may be struck; by default those that there are
   */
  allows(kind: FaultClass, hosts: readonly string[], electorates = this.electorates()): boolean {
    // What a person does on purpose is no fault.
    if (kind === "operator") return true;
    const limit = this.model.within.get(kind);
    if (limit === undefined) return false;
    if (limit === "any") return true;
    const already = LASTING_DAMAGE.has(kind) ? this.damaged : new Set(this.struck.get(kind)?.keys() ?? []);
    const all = new Set([...already, ...hosts]);
    if (limit !== "minority") return all.size <= limit;
    if (electorates.length === 0) return all.size <= minorityOf(this.nodes);
    // Of those that a host does not belong to it can take nothing away.
    return isMinorityOf(
      electorates.filter((electorate) => electorate.some((host) => hosts.includes(host))),
      all,
    );
  }

  began(kind: FaultClass, hosts: readonly string[]): void {
    const now = this.struck.get(kind) ?? new Map<string, number>();
    this.struck.set(kind, now);
    for (const host of hosts) {
      now.set(host, (now.get(host) ?? 0) + 1);
      if (LASTING_DAMAGE.has(kind)) this.damaged.add(host);
    }
  }

  ended(kind: FaultClass, hosts: readonly string[]): void {
    const now = this.struck.get(kind);
    if (now === undefined) return;
    for (const host of hosts) {
      const times = (now.get(host) ?? 0) - 1;
      if (times > 0) now.set(host, times);
      else now.delete(host);
    }
  }
}

/** Whether fewer than half of each electorate are among some hosts. */
export function isMinorityOf(electorates: readonly (readonly string[])[], hosts: ReadonlySet<string>): boolean {
  return electorates.every(
    (electorate) => electorate.filter((host) => hosts.has(host)).length <= minorityOf(electorate.length),
  );
}

/** How many are fewer than half. */
function minorityOf(count: number): number {
  return Math.floor((count - 1) / 2);
}
