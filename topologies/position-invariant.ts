import type { StepInvariant } from "./topology.ts";

/**
 * A node that takes writes never falls behind a position that it has shown: what is visible is durable, so that not even a
 * crash takes it back.
 */
export const positionsNeverRegress: StepInvariant = {
  name: "positions-never-regress",
  watch() {
    const highest = new Map<string, number>();
    return {
      check(nodes) {
        for (const [host, { role, fields }] of nodes) {
          const { sequence } = fields;
          if (role !== "primary" || typeof sequence !== "number") continue;
          const before = highest.get(host) ?? 0;
          if (sequence < before) return { kind: "invariant-position-regressed", host, before, now: sequence };
          highest.set(host, sequence);
        }
        return undefined;
      },
    };
  },
};
