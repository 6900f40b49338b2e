import type { TraceEvent } from "../../host/trace.ts";
import type { NodeState, StepInvariant } from "../topology.ts";

/**
 * What a node has said that it has, it has: durable entries are there again after any crash, and what clients see never goes
 * back, as long as it is the same copy of the data on the same branch. For the primary of a later epoch a branch may be cut
 * off; a new copy may begin anywhere.
 */
export const positionsNeverRegress: StepInvariant = {
  name: "positions-never-regress",
  watch() {
    const durable = new Map<string, { readonly copy: number; readonly branch: number; readonly flushed: number }>();
    const published = new Map<number, number>();
    return {
      check(nodes): TraceEvent | undefined {
        for (const [host, { ready, role, fields }] of nodes) {
          const { copy, epoch, branch, flushed, published: shown } = fields;
          if (typeof copy !== "number" || typeof branch !== "number" || typeof flushed !== "number") continue;
          const before = durable.get(host);
          // The branch counts on which it came to have so much: to go over to another comes before the cut.
          if (before?.copy === copy && flushed < before.flushed && branch === before.branch) {
            return { kind: "invariant-position-regressed", host, before: before.flushed, now: flushed };
          }
          if (before?.copy !== copy || flushed !== before.flushed) durable.set(host, { copy, branch, flushed });
          if (role !== "primary" || !ready || typeof shown !== "number" || typeof epoch !== "number") continue;
          const seen = published.get(epoch) ?? 0;
          if (shown < seen) return { kind: "invariant-position-regressed", host, before: seen, now: shown };
          if (shown > seen) published.set(epoch, shown);
        }
        return undefined;
      },
    };
  },
};

/** No two nodes ever take changes in the same epoch. */
export const onePrimaryAnEpoch: StepInvariant = {
  name: "one-primary-an-epoch",
  watch() {
    const leaders = new Map<string, string>();
    return {
      check(nodes): TraceEvent | undefined {
        for (const [host, { role, fields }] of nodes) {
          const { cluster, epoch } = fields;
          if (role !== "primary" || typeof epoch !== "number" || typeof cluster !== "number") continue;
          const key = `${cluster}/${epoch}`;
          const leader = leaders.get(key);
          if (leader === undefined) leaders.set(key, host);
          else if (leader !== host) return { kind: "invariant-two-primaries", host, other: leader, epoch };
        }
        return undefined;
      },
    };
  },
};

/** The log goes back to what replicas that are connected, or being copied to, still need. */
export const logIsKept: StepInvariant = {
  name: "log-is-kept",
  watch: () => ({
    check(nodes: ReadonlyMap<string, NodeState>): TraceEvent | undefined {
      for (const [host, { fields }] of nodes) {
        const { base, needed } = fields;
        if (typeof base !== "number" || typeof needed !== "number" || base <= needed) continue;
        return { kind: "invariant-log-not-kept", host, base, needed };
      }
      return undefined;
    },
  }),
};
