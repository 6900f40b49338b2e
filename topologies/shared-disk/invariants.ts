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

/** No epoch of a group has two primaries. */
export const onePrimaryAnEpoch: StepInvariant = {
  name: "one-primary-an-epoch",
  watch() {
    const owners = new Map<string, string>();
    return {
      check(nodes) {
        for (const [host, { role, fields }] of nodes) {
          const { epoch, group = "" } = fields;
          if (role !== "primary" || typeof epoch !== "number") continue;
          const key = `${String(group)}/${epoch}`;
          const owner = owners.get(key);
          if (owner !== undefined && owner !== host) {
            return { kind: "invariant-two-primaries", epoch, host, other: owner };
          }
          owners.set(key, host);
        }
        return undefined;
      },
    };
  },
};

/** What a replica holds a lease on is there: its primary has not deleted it, nor a later one its whole epoch. */
export const leasedTablesStay: StepInvariant = {
  name: "leased-tables-stay",
  watch() {
    return {
      check(nodes) {
        const replicas = [...nodes].filter(([, { role }]) => role === "replica");
        for (const [host, { role, fields }] of nodes) {
          const { epoch = 0, deleted, collecting, group } = fields;
          if (role !== "primary" || typeof deleted !== "string") continue;
          const gone = new Set(deleted.split(","));
          for (const [replica, held] of replicas) {
            const { epoch: theirs = 0, leased = "" } = held.fields;
            if (leased === "" || held.fields["group"] !== group) continue;
            const table = String(leased)
              .split(",")
              .find((each) => (theirs === epoch ? gone.has(each) : theirs < epoch && collecting === true));
            if (table !== undefined) return { kind: "invariant-leased-table-deleted", host, replica, table };
          }
        }
        return undefined;
      },
    };
  },
};
