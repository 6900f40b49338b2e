import type { NodeState, RoleRule } from "../../topologies/topology.ts";
import type { FaultSubject } from "./fault.ts";

/** Who there is to be struck. */
export interface Population {
  /** Every node's host, in the order of their placement. */
  readonly nodes: readonly string[];
  readonly clients: readonly string[];
  readonly roles: readonly RoleRule[];
  /** The state of the nodes that are up. */
  readonly states: () => ReadonlyMap<string, NodeState>;
}

/** Who can ever be meant by a subject here: "nobody" when the topology gives the role no meaning. */
export function canBeMeant({ role }: FaultSubject, { nodes, clients, roles }: Population): boolean {
  if (role === "node") return nodes.length > 0;
  if (role === "client") return clients.length > 0;
  return roles.some((rule) => rule.role === role);
}

/** The hosts a subject means now, in order; none when nobody holds the role, nor one that stands in for it. */
export function hostsOf(subject: FaultSubject, population: Population): string[] {
  const candidates = holders(subject.role, population);
  const count = Math.min(subject.count ?? 1, candidates.length);
  return Array.from(
    { length: count },
    (_, index) => candidates[(subject.choice + index) % candidates.length] as string,
  ).sort();
}

function holders(role: FaultSubject["role"], population: Population): readonly string[] {
  if (role === "node") return population.nodes;
  if (role === "client") return population.clients;
  const rule = population.roles.find((each) => each.role === role);
  if (rule === undefined) return [];
  const found = rule.holders(population.states());
  if (found.length > 0 || rule.whenVacant === "nobody" || rule.whenVacant === role) return found;
  return holders(rule.whenVacant, population);
}
