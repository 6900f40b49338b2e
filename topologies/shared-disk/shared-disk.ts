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
import { leasedTablesStay, onePrimaryAnEpoch, positionsRiseWithinEpoch } from "./invariants.ts";
import { groupedClient, groupsOf, type NodeGroup } from "./groups.ts";
import { NodeContext } from "./node-context.ts";
import { SharedDiskNode } from "./node.ts";
import { promoteAction, watchOverPrimary } from "./promotion.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";
import { baseOf, formatSwitches, parseSwitches, type Switches } from "./switches.ts";

const DESIGN = "shared-disk";
const DISK = "disk";

/** How far behind the primary, and the newest durable files, a replica may be, as a user of the design would have it. */
const VERSION_LAG = SECOND;

/** Until a change succeeds again once a core is healed, a person's reaction included. */
const PROGRESS = 30 * SECOND;

/** What the proposal claims, and every mode that does not hold the careful mode's promises is held to. */
const PROPOSED: readonly ModePromise[] = [
  { property: "reads-answered" },
  { property: "values-written" },
  { property: "durable" },
  { property: "version-current", bound: VERSION_LAG },
  { property: "acknowledged-readable", bound: VERSION_LAG },
  { property: "reads-whole" },
];

/** What the careful mode keeps. Pinned: see {@link ModePromise}. */
const CAREFUL_PROMISES: readonly ModePromise[] = [
  { property: "values-written" },
  { property: "staleness-bounded", bound: DEFAULT_SETTINGS.stalenessBound },
  { property: "linearizable", of: "primary" },
  { property: "durable" },
  { property: "reads-whole" },
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

/** A cluster file system here has no server of its own to fail, and no host's loss of power is to take everybody's disk. */
const POSIX_FAULTS: FaultModel = bears(
  ...[...CAREFUL_FAULTS.within.keys()].filter(
    (each) => each !== "power-loss" && each !== "disk-server-crash" && each !== "lost-locks",
  ),
);

/**
 * A primary and read-only replicas on one disk, with any of the mitigations.
 *
 * @param id default: design, base and what differs from it, as {@link sharedDiskMode} reads it
 */
export function sharedDisk(switches: Switches, id = `${DESIGN}:${formatSwitches(switches)}`): Topology {
  // Modes told from the careful one are held to what it promises, so that what a switch is for shows when it is off.
  const careful = baseOf(switches) === "careful";
  const posix = switches["posix-disk"];
  const groups = (config: ClusterConfig): readonly NodeGroup[] => groupsOf(config, switches);
  const dynamic = switches.epochs || switches.promotion || switches.reservation;
  return {
    id,
    summary: summaryOf(id, switches),
    promises: careful ? CAREFUL_PROMISES : PROPOSED,
    faultModel: posix ? POSIX_FAULTS : careful ? CAREFUL_FAULTS : PROPOSED_FAULTS,
    roles: [
      {
        role: "primary",
        holders: (nodes) => holding(nodes, "primary"),
        whenVacant: "nobody",
      },
      { role: "replica", holders: (nodes) => holding(nodes, "replica"), whenVacant: "nobody" },
      posix
        ? { role: "disk", holders: () => [], whenVacant: "nobody" }
        : { role: "disk", holders: () => [DISK], whenVacant: "nobody" },
    ],
    invariants: [
      ...(switches.epochs ? [positionsRiseWithinEpoch, onePrimaryAnEpoch] : [positionsNeverRegress]),
      ...(switches.leases ? [leasedTablesStay] : []),
    ],
    actions: switches.promotion ? [promoteAction((config) => groups(config).flatMap(({ nodes }) => nodes))] : [],
    place: (config) => ({
      nodes: groups(config).flatMap(({ nodes }) => nodes.map((name) => ({ name, mounts: ["shared"] }))),
      sharedDisk: posix ? undefined : DISK,
      mount: {
        ...(switches["uncached-mount"] ? { attributeCache: false, lookupCache: "none" } : {}),
        ...(switches["sync-export"] ? { stableNames: true } : {}),
        ...(posix ? { posix } : {}),
      },
    }),
    cores: (config) => coresOf(groups(config), switches),
    startNode: (host, config) => {
      const group = groups(config).find(({ nodes }) => nodes.includes(host.name)) as NodeGroup;
      return new SharedDiskNode(new NodeContext(host, config, switches, group));
    },
    connect: (host, config) =>
      groupedClient(
        groups(config).map((group) =>
          dynamic ? new RoutedClient(host, group.nodes) : fixedClient(host, group, switches),
        ),
      ),
    ...(switches.promotion
      ? {
          onCall: async (host, config, how) => {
            await Promise.all(groups(config).map(({ nodes }) => watchOverPrimary(host, nodes, how)));
          },
        }
      : {}),
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

function summaryOf(id: string, switches: Switches): string {
  if (id === `${DESIGN}:as-written`) {
    return "one primary, read-only replicas on the same disk, no mitigation (the proposal as written)";
  }
  if (id === `${DESIGN}:careful`) {
    return "one primary, replicas on the same disk, with what it takes: leases, bounded staleness, fencing, promotion";
  }
  return `one primary, replicas on the same disk: ${formatSwitches(switches)}`;
}

/** One node of each group, with the disk: any, where a person may promote it. */
function coresOf(groups: readonly NodeGroup[], switches: Switches): string[][] {
  const disk = switches["posix-disk"] ? [] : [DISK];
  const size = switches.promotion ? Math.min(...groups.map(({ nodes }) => nodes.length)) : 1;
  return Array.from({ length: size }, (_, at) => [...groups.map(({ nodes }) => nodes[at] as string), ...disk]);
}

/** A client where nobody's role ever changes. */
function fixedClient(host: Host, { nodes }: NodeGroup, switches: Switches): ClusterClient {
  const caller = new NodeCaller(host);
  const [primary = "", ...replicas] = nodes;
  // Where nothing keeps replicas from writing, a client takes any node for one that does.
  const writers = switches["exclusive-open"] && !switches.lock ? nodes : [primary];
  const writer = writers[lastCode(host.name) % writers.length] as string;
  return {
    execute: (operation, target) => {
      if (!isReadOnly(operation)) return caller.execute(writer, operation);
      const asked = target.role === "primary" || replicas.length === 0 ? [primary] : replicas;
      return caller.execute(asked[target.choice % asked.length] as string, operation);
    },
  };
}

/** Tells hosts of one kind, which are numbered, apart. */
function lastCode(name: string): number {
  return name.charCodeAt(name.length - 1);
}
