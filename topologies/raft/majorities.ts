import { nodeNames } from "../replication/local-disks.ts";
import type { ClusterConfig, NodeState } from "../topology.ts";
import type { Configuration } from "./core/configuration.ts";
import type { CoreInspection } from "./core/inspection.ts";
import { hostOf } from "./members.ts";
import type { RaftNodeState } from "./node.ts";

/**
 * On whom a cluster relies. Its members change, and nodes may know of different configurations; any that stands in a log may
 * come into effect, so that what is said here is said of each.
 */

/** The hosts of the voters, by each configuration that a node knows of. */
export function electorates(nodes: ReadonlyMap<string, NodeState>): string[][] {
  return votersOf(nodes).map((voters) => voters.map(hostOf));
}

/**
 * Every smallest set of hosts that has a majority of each configuration. Only those count who are still the voters that they
 * were: whoever has lost its disk is somebody else, and whoever has damage on it may be at any time.
 */
export function majorities(
  config: ClusterConfig,
  nodes: ReadonlyMap<string, NodeState>,
  damaged: ReadonlySet<string>,
): string[][] {
  const known = votersOf(nodes);
  const all = nodeNames(config);
  if (known.length === 0) return subsets(all, (hosts) => hosts.length > all.length / 2);
  const isIntact = (voter: string): boolean => {
    const host = hostOf(voter);
    return coreOf(nodes.get(host))?.id === voter && !damaged.has(host);
  };
  const hosts = all.filter((host) => known.some((voters) => voters.some((voter) => hostOf(voter) === host)));
  const enough = (chosen: readonly string[]): boolean =>
    known.every((voters) => {
      const counted = voters.filter((voter) => chosen.includes(hostOf(voter)) && isIntact(voter));
      return counted.length > voters.length / 2;
    });
  const found = subsets(hosts, enough);
  // More disks are lost than it bears: nothing is enough.
  return found.length > 0 ? found : subsets(hosts, (chosen) => chosen.length > hosts.length / 2);
}

/** The voters of each configuration that is, or may come, in effect; each once. */
function votersOf(nodes: ReadonlyMap<string, NodeState>): (readonly string[])[] {
  const cores = [...nodes.values()].flatMap((state) => coreOf(state) ?? []);
  const committed = cores.map(({ committedConfiguration }) => committedConfiguration);
  // What came before one that is committed can never be in effect again, whoever has not heard of that yet.
  const newest = committed.reduce((index, placed) => Math.max(index, placed.index), 0);
  const found = new Map<string, readonly string[]>();
  const add = ({ voters }: Configuration): void => {
    if (voters.length > 0) found.set(voters.join(" "), voters);
  };
  for (const { configuration, committedConfiguration, comingConfiguration } of cores) {
    if (committedConfiguration.index >= newest) add(committedConfiguration.configuration);
    if (configuration.index < newest) continue;
    add(configuration.configuration);
    if (comingConfiguration !== undefined) add(comingConfiguration);
  }
  return [...found.values()];
}

function coreOf(state: NodeState | undefined): CoreInspection | undefined {
  return (state as RaftNodeState | undefined)?.core;
}

/** The smallest of the subsets that are enough: none has another within it. In order. */
function subsets(hosts: readonly string[], isEnough: (chosen: readonly string[]) => boolean): string[][] {
  const found: string[][] = [];
  for (let size = 1; size <= hosts.length; size++) {
    for (const chosen of chosenOf(hosts, size)) {
      if (isEnough(chosen) && !found.some((smaller) => smaller.every((host) => chosen.includes(host)))) {
        found.push(chosen);
      }
    }
  }
  return found;
}

function chosenOf(hosts: readonly string[], size: number, from = 0, chosen: readonly string[] = []): string[][] {
  if (chosen.length === size) return [[...chosen]];
  const found: string[][] = [];
  for (let at = from; at < hosts.length; at++) {
    found.push(...chosenOf(hosts, size, at + 1, [...chosen, hosts[at] as string]));
  }
  return found;
}
