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

/** The hosts that a subject can ever mean; none when the topology gives the role no meaning. */
export function everMeant({ role }: FaultSubject, { nodes, clients, roles }: Population): readonly string[] {
  if (role === "node") return nodes;
  if (role === "client") return clients;
  const rule = roles.find((each) => each.role === role);
  if (rule === undefined) return [];
  // Who holds a role whatever the nodes are up to holds it for good; any other may come to be any node's.
  const always = rule.holders(new Map());
  return always.length > 0 ? always : nodes;
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
