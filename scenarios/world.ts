import type { HistoryEntry } from "../checkers/history.ts";
import type { Kernel } from "../sim/kernel.ts";
import type { Machine } from "../sim/machine.ts";
import { DISK_PROFILES } from "../sim/fs/disk-profile.ts";
import { SharedDisk } from "../sim/fs/shared-disk.ts";
import { VirtualDisk } from "../sim/fs/virtual-disk.ts";
import type { MountableDisk } from "../sim/device.ts";
import { SimulatedNetwork } from "../sim/network/network.ts";
import { Simulation } from "../sim/simulation.ts";
import type { StepLog } from "../sim/step-log.ts";
import type { TraceSink } from "../sim/trace.ts";
import type { NodeState, Topology, TopologyNode } from "../topologies/topology.ts";
import { topologies } from "./catalogue.ts";
import { runClient } from "./client.ts";
import type { DiskProfileName, Plan } from "./plan.ts";

/** A plan asks for something that this build does not have. */
export class PlanError extends Error {
  override readonly name = "PlanError";
}

/** Simulated machines, set up as a plan has them and ready to run. */
export interface World {
  readonly simulation: Simulation;
  readonly topology: Topology;
  readonly history: readonly HistoryEntry[];
  /** Whether every client has done all its steps. */
  finished(): boolean;
  /** The state of every node that is up. */
  inspect(): Map<string, NodeState>;
}

/** The machines that a timeline has lanes for: the nodes, then the shared disk. */
export function lanesOf(plan: Plan): string[] {
  const { nodes, sharedDisk } = topologyOf(plan).place(plan.cluster);
  const names = nodes.map((node) => node.name);
  return sharedDisk === undefined ? names : [...names, sharedDisk];
}

/** Those of the lanes that are disks of their own. */
export function disksOf(plan: Plan): string[] {
  const { sharedDisk } = topologyOf(plan).place(plan.cluster);
  return sharedDisk === undefined ? [] : [sharedDisk];
}

/** Builds the world that a plan describes. @throws PlanError for an unknown topology or profile */
export function buildWorld(plan: Plan, witnesses: { readonly trace: TraceSink; readonly steps?: StepLog }): World {
  const topology = topologyOf(plan);
  let network: SimulatedNetwork | undefined;
  const simulation = new Simulation({
    seed: `${plan.seed}`,
    network: (kernel) => (network = new SimulatedNetwork(kernel, { profile: plan.network })),
    ...witnesses,
  });
  const nodes = new Map<string, TopologyNode>();
  const placement = topology.place(plan.cluster);
  const shared =
    placement.sharedDisk === undefined || network === undefined
      ? undefined
      : sharedDisk(simulation.kernel, network, placement.sharedDisk, plan);
  for (const { name, mounts } of placement.nodes) {
    const disks: Record<string, MountableDisk> = {};
    if (mounts.includes("local")) {
      disks["local"] = new VirtualDisk(simulation.kernel, name, { profile: diskProfile(plan.disks.local) });
    }
    if (mounts.includes("shared") && shared !== undefined) disks["shared"] = shared;
    simulation.host(
      name,
      (host) => {
        const node = topology.startNode(host, plan.cluster);
        nodes.set(name, node);
        return node.run();
      },
      { mounts: disks },
    );
  }

  const history: HistoryEntry[] = [];
  const ready = (): boolean =>
    placement.nodes.every(({ name }) => (nodes.get(name)?.inspect().role ?? "none") !== "none");
  const clients: Machine[] = plan.clients.map((client, process) =>
    simulation.host(client.name, (host) =>
      runClient(host, topology.connect(host, plan.cluster), client, {
        process,
        now: () => simulation.kernel.now,
        ready,
        record: (entry) => history.push(entry),
      }),
    ),
  );
  return {
    simulation,
    topology,
    history,
    finished: () => clients.every((client) => client.mainFinished),
    inspect: () =>
      new Map(
        [...nodes].filter(([name]) => simulation.machine(name).running).map(([name, node]) => [name, node.inspect()]),
      ),
  };
}

function topologyOf(plan: Plan): Topology {
  const topology = topologies.get(plan.topology);
  if (topology === undefined) throw new PlanError(`the plan's topology '${plan.topology}' is unknown`);
  return topology;
}

function diskProfile(name: DiskProfileName) {
  const profile = DISK_PROFILES[name];
  if (profile === undefined) throw new PlanError(`the plan's disk profile '${name}' is unknown`);
  return profile;
}

function sharedDisk(kernel: Kernel, network: SimulatedNetwork, serverHost: string, plan: Plan): SharedDisk {
  const { attributeCacheMin: least, attributeCacheMax: most } = plan.mount;
  return new SharedDisk(kernel, serverHost, network, {
    serverHost,
    profile: diskProfile(plan.disks.shared),
    mount: {
      noAttributeCache: most === 0,
      fileAttributes: { least, most },
      directoryAttributes: { least, most },
    },
  });
}
