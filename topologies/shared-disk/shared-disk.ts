import type { Host } from "../../host/host.ts";
import { SECOND } from "../../host/time.ts";
import { NodeCaller } from "../cluster-client.ts";
import { isReadOnly } from "../operation.ts";
import { positionsNeverRegress } from "../position-invariant.ts";
import { holding } from "../roles.ts";
import { RoutedClient } from "../routed-client.ts";
import {
  bears,
  type ClusterClient,
  type ClusterConfig,
  type FaultModel,
  type ModePromise,
  type Topology,
} from "../topology.ts";
import { onePrimaryAnEpoch, positionsRiseWithinEpoch } from "./invariants.ts";
import { NodeContext } from "./node-context.ts";
import { SharedDiskNode } from "./node.ts";
import { promoteAction, watchOverPrimary } from "./promotion.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";
import { formatSwitches, parseSwitches, type Switches } from "./switches.ts";

const DESIGN = "shared-disk";
const PRIMARY = "primary";
const DISK = "disk";

/** How far behind the newest durable files a replica may be, as a user of the design would have it. */
const VERSION_LAG = SECOND;

/** Until a change succeeds again once a core is healed, a person's reaction included. */
const PROGRESS = 30 * SECOND;

/** What the proposal claims, and every mode that does not hold the careful mode's promises is held to. */
const PROPOSED: readonly ModePromise[] = [
  { property: "reads-answered" },
  { property: "values-written" },
  { property: "version-current", bound: VERSION_LAG },
];

/** What the careful mode keeps. Pinned: see {@link ModePromise}. */
const CAREFUL_PROMISES: readonly ModePromise[] = [
  { property: "values-written" },
  { property: "staleness-bounded", bound: DEFAULT_SETTINGS.stalenessBound },
  { property: "linearizable", of: "primary" },
  { property: "durable" },
  { property: "progress", within: PROGRESS },
];

const PROPOSED_FAULTS: FaultModel = bears(
  "kill",
  "pause",
  "packet-loss",
  "duplication",
  "reordering",
  "slow-link",
  "connection-reset",
  "clock-skew",
  "clock-drift",
  "clock-step",
  "short-transfer",
);

/** Clocks may drift by a tenth: see DRIFT_MARGIN. The disk keeps what was synced: it is the one thing that must not fail. */
const CAREFUL_FAULTS: FaultModel = bears(
  ...PROPOSED_FAULTS.within.keys(),
  "power-loss",
  "partition",
  "clog",
  "swizzle-clog",
  "disk-slow",
  "disk-stall",
  "disk-server-crash",
  "lost-locks",
);

/**
 * A primary and read-only replicas on one disk, with any of the mitigations.
 *
 * @param id default: design, base and what differs from it, as {@link sharedDiskMode} reads it
 */
export function sharedDisk(switches: Switches, id = `${DESIGN}:${formatSwitches(switches)}`): Topology {
  const careful = keepsCarefulPromises(switches);
  const dynamic = switches.epochs || switches.promotion;
  return {
    id,
    summary: summaryOf(id, switches),
    promises: careful ? CAREFUL_PROMISES : PROPOSED,
    faultModel: careful ? CAREFUL_FAULTS : PROPOSED_FAULTS,
    roles: [
      {
        role: "primary",
        holders: (nodes) => holding(nodes, "primary"),
        whenVacant: "nobody",
      },
      { role: "replica", holders: (nodes) => holding(nodes, "replica"), whenVacant: "nobody" },
      { role: "disk", holders: () => [DISK], whenVacant: "nobody" },
    ],
    invariants: switches.epochs ? [positionsRiseWithinEpoch, onePrimaryAnEpoch] : [positionsNeverRegress],
    actions: switches.promotion ? [promoteAction(nodesOf)] : [],
    place: (config) => ({
      nodes: nodesOf(config).map((name) => ({ name, mounts: ["shared"] })),
      sharedDisk: DISK,
      ...(switches["uncached-mount"] ? { mount: { attributeCache: false, lookupCache: "none" } } : {}),
    }),
    cores: (config) => (switches.promotion ? nodesOf(config).map((node) => [node, DISK]) : [[PRIMARY, DISK]]),
    startNode: (host, config) =>
      new SharedDiskNode(new NodeContext(host, config, switches, nodesOf(config)), host.name === PRIMARY),
    connect: (host, config) => (dynamic ? new RoutedClient(host, nodesOf(config)) : fixedClient(host, config)),
    ...(switches.promotion ? { onCall: (host, config, how) => watchOverPrimary(host, nodesOf(config), how) } : {}),
  };
}

/**
 * The mode that an id names: "shared-disk:careful", or a base and switches to be set on or off,
 * "shared-disk:as-written+leases+no-lock".
 *
 * @returns undefined for an id of another design
 * @throws UnknownModeError for a base or switch that there is not
 */
export function sharedDiskMode(id: string): Topology | undefined {
  const prefix = `${DESIGN}:`;
  return id.startsWith(prefix) ? sharedDisk(parseSwitches(id.slice(prefix.length)), id) : undefined;
}

/** Whether the switches are enough for what the careful mode promises. */
function keepsCarefulPromises(switches: Switches): boolean {
  return switches.epochs && switches.promotion && switches["bounded-staleness"];
}

function summaryOf(id: string, switches: Switches): string {
  if (id === `${DESIGN}:as-written`) {
    return "one primary, read-only replicas on the same disk, no mitigation (the proposal as written)";
  }
  if (id === `${DESIGN}:careful`) {
    return "one primary, replicas on the same disk, with what it takes: leases, bounded staleness, fencing, promotion";
  }
  return `one primary, replicas on the same disk: ${formatSwitches(switches)}`;
}

function nodesOf({ replicas }: ClusterConfig): string[] {
  return [PRIMARY, ...Array.from({ length: replicas }, (_, index) => replicaName(index))];
}

/** A client where nobody's role ever changes. */
function fixedClient(host: Host, config: ClusterConfig): ClusterClient {
  const caller = new NodeCaller(host);
  return {
    execute: (operation, target) => {
      const primary = !isReadOnly(operation) || target.role === "primary" || config.replicas === 0;
      return caller.execute(primary ? PRIMARY : replicaName(target.choice % config.replicas), operation);
    },
  };
}

function replicaName(index: number): string {
  return `replica-${index + 1}`;
}
