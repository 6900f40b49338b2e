import type { HistoryEntry } from "../checkers/history.ts";
import { SimulatedNetwork } from "../sim/network/network.ts";
import { Simulation } from "../sim/simulation.ts";
import type { StepLog } from "../sim/step-log.ts";
import type { TraceSink } from "../sim/trace.ts";
import type { Topology } from "../topologies/topology.ts";
import { topologies } from "./catalogue.ts";
import { runClient } from "./client.ts";
import { Cluster, PlanError } from "./cluster.ts";
import type { Plan } from "./plan.ts";

/** Simulated machines, set up as a plan has them and ready to run. */
export interface World {
  readonly simulation: Simulation<SimulatedNetwork>;
  readonly cluster: Cluster;
  readonly history: readonly HistoryEntry[];
  /** Whether every client has done all its steps. */
  finished(): boolean;
}

/** The machines that a timeline has lanes for: the nodes, then the shared disk. */
export function lanesOf(plan: Plan): string[] {
  const { nodes } = topologyOf(plan).place(plan.cluster);
  return [...nodes.map((node) => node.name), ...disksOf(plan)];
}

/** Those of the lanes that are disks of their own. */
export function disksOf(plan: Plan): string[] {
  const { sharedDisk } = topologyOf(plan).place(plan.cluster);
  return sharedDisk === undefined ? [] : [sharedDisk];
}

/** Builds the world that a plan describes. @throws PlanError for an unknown topology or profile */
export function buildWorld(plan: Plan, witnesses: { readonly trace: TraceSink; readonly steps?: StepLog }): World {
  const simulation = new Simulation({
    seed: `${plan.seed}`,
    network: (kernel) => new SimulatedNetwork(kernel, { profile: plan.network }),
    ...witnesses,
  });
  const topology = topologyOf(plan);
  const cluster = new Cluster(simulation, simulation.network, topology, plan.cluster, plan);
  const history: HistoryEntry[] = [];
  const clients = plan.clients.map((client, process) =>
    simulation.host(client.name, (host) =>
      runClient(host, topology.connect(host, plan.cluster), client, {
        process,
        now: () => simulation.kernel.now,
        ready: () => cluster.ready,
        record: (entry) => history.push(entry),
      }),
    ),
  );
  return { simulation, cluster, history, finished: () => clients.every((client) => client.mainFinished) };
}

function topologyOf(plan: Plan): Topology {
  const topology = topologies.get(plan.topology);
  if (topology === undefined) throw new PlanError(`the plan's topology '${plan.topology}' is unknown`);
  return topology;
}
