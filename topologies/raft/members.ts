import { nodeNames } from "../replication/local-disks.ts";
import type { ClusterConfig } from "../topology.ts";
import type { Configuration } from "./core/configuration.ts";
import type { RaftSettings } from "./settings.ts";

/**
 * Members and the hosts that they are on. The first member of a host is named after it; whoever takes its place on the same
 * host, after a loss of the disk, has a name of its own behind a '#': it knows nothing of what the former one promised.
 */

const MARK = "#";

/** The host that a member is on. */
export function hostOf(member: string): string {
  const at = member.indexOf(MARK);
  return at < 0 ? member : member.slice(0, at);
}

/** The name of a host's further member. @param identity what no other of its members has */
export function furtherMember(host: string, identity: string): string {
  return `${host}${MARK}${identity}`;
}

/** The members that a configuration has on a host: more than one while one takes another's place. */
export function membersOn({ voters, learners }: Configuration, host: string): string[] {
  return [...voters, ...learners].filter((member) => hostOf(member) === host);
}

/** The hosts of all members of a configuration, each once. */
export function hostsOf({ voters, learners }: Configuration): string[] {
  return [...new Set([...voters, ...learners].map(hostOf))];
}

/** The hosts that a cluster begins with. */
export function foundersOf(config: ClusterConfig, { founders }: RaftSettings): string[] {
  const nodes = nodeNames(config);
  return founders === 0 ? nodes : nodes.slice(0, founders);
}

/** What messages of this cluster are told apart by. */
export function clusterOf(config: ClusterConfig): string {
  return `raft/${nodeNames(config).join(",")}`;
}
