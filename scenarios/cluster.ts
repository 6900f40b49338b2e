import type { Duration } from "../host/time.ts";
import type { MountableDisk } from "../sim/device.ts";
import { DISK_PROFILES, type DiskProfile } from "../sim/fs/disk-profile.ts";
import { SharedDisk } from "../sim/fs/shared-disk.ts";
import { VirtualDisk } from "../sim/fs/virtual-disk.ts";
import type { Machine } from "../sim/machine.ts";
import type { SimulatedNetwork } from "../sim/network/network.ts";
import type { Simulation } from "../sim/simulation.ts";
import type { ClusterConfig, NodeState, Topology, TopologyNode } from "../topologies/topology.ts";

/** A plan or test asks for something that this build does not have. */
export class PlanError extends Error {
  override readonly name = "PlanError";
}

/** The names of {@link DISK_PROFILES}. */
export type DiskProfileName = "nvme" | "ssd" | "network";

/** What a cluster's machines are like. */
export interface ClusterMachines {
  /** Profiles of the disks: each node's own, and the one behind a shared disk's server. */
  readonly disks: {
    readonly local: DiskProfileName;
    readonly shared: DiskProfileName;
    /** Bytes of memory in which a shared disk's server keeps pages. Default 1 GiB; a network block device has none. */
    readonly serverMemory?: number;
  };
  /** How the clients of a shared disk cache what they know of its files. */
  readonly mount: MountPlan;
}

/** How long a network mount believes a file's attributes, at least and at most; 0 and 0 turn the cache off. */
export interface MountPlan {
  readonly attributeCacheMin: Duration;
  readonly attributeCacheMax: Duration;
}

/** A topology's nodes on simulated machines. */
export class Cluster {
  readonly topology: Topology;
  readonly config: ClusterConfig;
  /** By name, in the order of their placement. */
  readonly machines: ReadonlyMap<string, Machine>;
  /** The nodes' own disks, by host. */
  readonly localDisks: ReadonlyMap<string, VirtualDisk>;
  readonly sharedDisk: SharedDisk | undefined;
  private readonly nodes = new Map<string, { readonly node: TopologyNode; readonly incarnation: number }>();

  /** Adds the machines to a simulation and starts their nodes. @throws PlanError for an unknown profile */
  constructor(
    simulation: Simulation,
    network: SimulatedNetwork,
    topology: Topology,
    config: ClusterConfig,
    likeness: ClusterMachines,
  ) {
    this.topology = topology;
    this.config = config;
    const { kernel } = simulation;
    const { nodes, sharedDisk: server, mount = {} } = topology.place(config);
    const { attributeCacheMin: least, attributeCacheMax: most } = likeness.mount;
    const { serverMemory } = likeness.disks;
    const shared =
      server === undefined
        ? undefined
        : new SharedDisk(kernel, server, network, {
            serverHost: server,
            profile: diskProfile(likeness.disks.shared),
            ...(serverMemory === undefined ? {} : { cacheBytes: serverMemory }),
            syncsMetadata: mount.stableNames ?? false,
            mount: {
              noAttributeCache: mount.attributeCache === undefined ? most === 0 : !mount.attributeCache,
              ...(mount.lookupCache === undefined ? {} : { lookupCache: mount.lookupCache }),
              fileAttributes: { least, most },
              directoryAttributes: { least, most },
            },
          });
    this.sharedDisk = shared;
    const everybodys =
      mount.posix === true
        ? new VirtualDisk(kernel, "shared", { profile: diskProfile(likeness.disks.shared) })
        : undefined;
    const localDisks = new Map<string, VirtualDisk>();
    this.localDisks = localDisks;
    const machines = new Map<string, Machine>();
    for (const { name, mounts } of nodes) {
      const disks: Record<string, MountableDisk> = {};
      if (mounts.includes("local")) {
        const disk = new VirtualDisk(kernel, name, { profile: diskProfile(likeness.disks.local) });
        localDisks.set(name, disk);
        disks["local"] = disk;
      }
      const common = shared ?? everybodys;
      if (mounts.includes("shared") && common !== undefined) disks["shared"] = common;
      const machine = simulation.host(
        name,
        (host) => {
          const node = topology.startNode(host, config);
          this.nodes.set(name, { node, incarnation: host.incarnation });
          return node.run();
        },
        { mounts: disks },
      );
      machines.set(name, machine);
    }
    this.machines = machines;
  }

  /** The state of every node that is up. */
  inspect(): Map<string, NodeState> {
    const states = new Map<string, NodeState>();
    for (const [name, machine] of this.machines) {
      const started = this.nodes.get(name);
      // Until its start has come to pass, a restarted machine still has its former node here.
      if (started === undefined || !machine.running || machine.incarnation !== started.incarnation) continue;
      states.set(name, started.node.inspect());
    }
    return states;
  }

  /** Whether every node is up and serves. */
  get ready(): boolean {
    const states = this.inspect();
    return states.size === this.machines.size && [...states.values()].every((state) => state.ready);
  }
}

function diskProfile(name: DiskProfileName): DiskProfile {
  const profile = DISK_PROFILES[name];
  if (profile === undefined) {
    throw new PlanError(`no disk profile '${name}'; there are ${Object.keys(DISK_PROFILES).join(", ")}`);
  }
  return profile;
}
