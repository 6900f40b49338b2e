import type { StepInvariant } from "../topology.ts";

/** In an epoch, no node's position falls behind one that it has shown: what is visible is durable. */
export const positionsRiseWithinEpoch: StepInvariant = {
  name: "positions-rise-within-epoch",
  watch() {
    const highest = new Map<string, number>();
    return {
      check(nodes) {
        for (const [host, { role, fields }] of nodes) {
          const { sequence, epoch = 0 } = fields;
          if (role !== "primary" || typeof sequence !== "number") continue;
          const key = `${host}/${String(epoch)}`;
          const before = highest.get(key) ?? 0;
          if (sequence < before) return { kind: "invariant-position-regressed", host, before, now: sequence };
          highest.set(key, sequence);
        }
        return undefined;
      },
    };
  },
};

/** No epoch has two primaries. */
export const onePrimaryAnEpoch: StepInvariant = {
  name: "one-primary-an-epoch",
  watch() {
    const owners = new Map<number, string>();
    return {
      check(nodes) {
        for (const [host, { role, fields }] of nodes) {
          const { epoch } = fields;
          if (role !== "primary" || typeof epoch !== "number") continue;
          const owner = owners.get(epoch);
          if (owner !== undefined && owner !== host) {
            return { kind: "invariant-two-primaries", epoch, host, other: owner };
          }
          owners.set(epoch, host);
        }
        return undefined;
      },
    };
  },
};
