import type { ClusterConfig, FaultClass, FaultLimit, FaultModel, Placement, ReplicaReport } from "../topology.ts";

/** What designs have in common whose nodes have disks of their own and each hold all data. */

/** What comes to pass in any data centre, and such designs bear on any number of hosts. */
const BORNE: readonly FaultClass[] = [
  "kill",
  "power-loss",
  "pause",
  "partition",
  "clog",
  "swizzle-clog",
  "packet-loss",
  "duplication",
  "reordering",
  "slow-link",
  "connection-reset",
  "clock-skew",
  "clock-drift",
  "clock-step",
  "disk-full",
  "disk-slow",
  "disk-stall",
  "short-transfer",
  "operator",
];

/** What comes to pass in any data centre, and so many lost disks, or disks with other kinds of damage that lasts. */
export function bearingLostDisks(most: FaultLimit, ...damage: readonly FaultClass[]): FaultModel {
  const within = new Map<FaultClass, FaultLimit>(BORNE.map((each) => [each, "any"]));
  for (const each of ["wipe", ...damage] as const) within.set(each, most);
  return { within };
}

/** The names of a cluster's nodes, in order. */
export function nodeNames({ replicas }: ClusterConfig): string[] {
  return Array.from({ length: replicas + 1 }, (_, index) => `node-${index + 1}`);
}

/** Every node on a machine with a disk of its own. */
export function onLocalDisks(nodes: readonly string[]): Placement {
  return { nodes: nodes.map((name) => ({ name, mounts: ["local"] })), sharedDisk: undefined };
}

/** What a node answers that is asked for all that it holds. */
export interface SurveyAnswer {
  /** Whether it cannot tell just now, as it does not answer or is becoming whole: the rest says nothing then. */
  readonly busy: boolean;
  /** Whether it belongs to no cluster just now, and so holds nothing. */
  readonly outside?: boolean;
  readonly position: number;
  readonly digest: string;
}

/** What every node holds that can tell. @param ask undefined: no answer came */
export async function surveyed(
  nodes: readonly string[],
  ask: (node: string) => Promise<SurveyAnswer | undefined>,
): Promise<readonly ReplicaReport[]> {
  const answers = await Promise.all(nodes.map(ask));
  return answers.flatMap((answer, index) => {
    if (answer === undefined || answer.busy) return [];
    const { position, digest, outside = false } = answer;
    return [{ node: nodes[index] as string, position, digest, ...(outside ? { outside } : {}) }];
  });
}
