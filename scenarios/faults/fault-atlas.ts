import type { FaultClass, FaultModel } from "../../topologies/topology.ts";
import { LASTING_DAMAGE } from "./fault.ts";

/**
 * Keeps account of which hosts are struck by what, and says whether one more fault still is within what a mode bears: a
 * promise can only be held against runs that the fault model allows. (TigerBeetle's storage fault atlas has the idea.)
 */
export class FaultAtlas {
  private readonly model: FaultModel;
  private readonly nodes: number;
  /** Hosts that are struck now, each as often as it is, by kind. */
  private readonly struck = new Map<FaultClass, Map<string, number>>();
  private readonly damaged = new Set<string>();

  constructor(model: FaultModel, nodes: number) {
    this.model = model;
    this.nodes = nodes;
  }

  /** Whether the fault model has room for a kind of fault at all. */
  bears(kind: FaultClass): boolean {
    return kind === "operator" || this.model.within.has(kind);
  }

  /** Whether striking these hosts too is within the fault model. */
  allows(kind: FaultClass, hosts: readonly string[]): boolean {
    // What a person does on purpose is no fault.
    if (kind === "operator") return true;
    const limit = this.model.within.get(kind);
    if (limit === undefined) return false;
    if (limit === "any") return true;
    const already = LASTING_DAMAGE.has(kind) ? this.damaged : new Set(this.struck.get(kind)?.keys() ?? []);
    const most = limit === "minority" ? Math.floor((this.nodes - 1) / 2) : limit;
    return new Set([...already, ...hosts]).size <= most;
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
