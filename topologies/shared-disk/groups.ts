import { keysOf } from "../operation.ts";
import { OperationError, type ClusterClient, type ClusterConfig } from "../topology.ts";
import type { Switches } from "./switches.ts";

/** A primary with its replicas, and a database of their own on the disk. */
export interface NodeGroup {
  /** The first is the primary at first. */
  readonly nodes: readonly string[];
  /** Tells the group's directories from other groups'. */
  readonly suffix: string;
}

/** The groups on the disk: one, or two of the same size. */
export function groupsOf({ replicas }: ClusterConfig, switches: Switches): readonly NodeGroup[] {
  const first: NodeGroup = { nodes: nodesNamed("", replicas), suffix: "" };
  return switches["two-groups"] ? [first, { nodes: nodesNamed("second-", replicas), suffix: "-2" }] : [first];
}

function nodesNamed(prefix: string, replicas: number): string[] {
  return [`${prefix}primary`, ...Array.from({ length: replicas }, (_, index) => `${prefix}replica-${index + 1}`)];
}

/** A client of several groups, each of which has the keys whose characters' sum leaves its number; no operation spans two. */
export function groupedClient(clients: readonly ClusterClient[]): ClusterClient {
  const [only] = clients;
  if (clients.length === 1 && only !== undefined) return only;
  return {
    execute: async (operation, target, sync) => {
      const groups = new Set(keysOf(operation).map((key) => sumOf(key) % clients.length));
      const [group = 0] = groups;
      // Neighbours in the order of keys are not of one group, so that no scan is.
      if (groups.size > 1 || operation.op === "scan") {
        throw new OperationError("failed", "cross-group", "the keys of an operation must be of one group");
      }
      return (clients[group] as ClusterClient).execute(operation, target, sync);
    },
  };
}

function sumOf(key: string): number {
  let sum = 0;
  for (let at = 0; at < key.length; at++) sum += key.charCodeAt(at);
  return sum;
}
