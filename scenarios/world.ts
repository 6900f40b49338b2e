import type { HistoryEntry } from "../checkers/history.ts";
import { SECOND, type Duration } from "../host/time.ts";
import { SimulatedNetwork } from "../sim/network/network.ts";
import { Simulation } from "../sim/simulation.ts";
import type { StepLog } from "../sim/step-log.ts";
import type { TraceSink } from "../sim/trace.ts";
import type { Topology } from "../topologies/topology.ts";
import { topologies } from "./catalogue.ts";
import { runClient } from "./client.ts";
import { Cluster, PlanError } from "./cluster.ts";
import { Nemesis } from "./faults/nemesis.ts";
import { WORKLOAD_KINDS, type Plan, type WorkloadKind } from "./plan.ts";
import { VERIFIER, verify, type Verification } from "./verifier.ts";

/** Until the nemesis looks again whether the cluster is ready, or the chaos over. */
const POLL: Duration = SECOND / 100;
/** How long the verifier tries to get a change through where the mode promises no bound. */
const DEFAULT_PROGRESS: Duration = 30 * SECOND;

/** Simulated machines, set up as a plan has them and ready to run. */
export interface World {
  readonly simulation: Simulation<SimulatedNetwork>;
  readonly cluster: Cluster;
  readonly nemesis: Nemesis;
  readonly history: readonly HistoryEntry[];
  /** The kind of workload of each process in the history. */
  readonly processes: readonly WorkloadKind[];
  /** What came of the healing; undefined when the plan has none. */
  readonly verification: Readonly<Verification> | undefined;
  /** True time of the healing; undefined before it. */
  healedAt(): number | undefined;
  /** Whether every client has done all its steps, and the verifier its own. */
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

/** The machines that are neither nodes nor disks: the clients, and the verifier where there is one. */
export function clientsOf(plan: Plan): string[] {
  return [...plan.clients.map((client) => client.name), ...(plan.healing === undefined ? [] : [VERIFIER])];
}

export interface WorldOptions {
  readonly trace: TraceSink;
  readonly steps?: StepLog | undefined;
  /** The design to run, in place of the one that the plan names: a variant of it, with a bug planted for example. */
  readonly topology?: Topology | undefined;
}

/** Builds the world that a plan describes. @throws PlanError for an unknown topology or profile */
export function buildWorld(plan: Plan, { trace, steps, topology = topologyOf(plan) }: WorldOptions): World {
  const simulation = new Simulation({
    seed: plan.salt === undefined ? `${plan.seed}` : `${plan.seed}/${plan.salt}`,
    network: (kernel) => new SimulatedNetwork(kernel, { profile: plan.network }),
    trace,
    steps,
  });
  checkMachineNames(plan, topology);
  const cluster = new Cluster(simulation, simulation.network, topology, plan.cluster, plan);
  const history: HistoryEntry[] = [];
  const { kernel } = simulation;
  let healedAt: number | undefined;
  const surroundings = {
    now: () => kernel.now,
    record: (entry: HistoryEntry) => {
      history.push(entry);
      if (entry.type === "invoke" && asksForChange(entry)) nemesis.changeInvoked();
    },
  };
  const clients = plan.clients.map((client, process) =>
    simulation.host(client.name, (host) =>
      runClient(host, topology.connect(host, plan.cluster), client, {
        ...surroundings,
        process,
        ready: () => begun || cluster.ready,
      }),
    ),
  );
  const verification: Verification | undefined =
    plan.healing === undefined ? undefined : { recovered: undefined, complete: false };
  const verifier =
    verification === undefined
      ? undefined
      : simulation.host(VERIFIER, (host) =>
          verify(
            host,
            topology.connect(host, plan.cluster),
            plan.clients,
            {
              ...surroundings,
              processOf: (workload) => clients.length + WORKLOAD_KINDS.indexOf(workload),
              healed: () => healedAt !== undefined,
              within: progressBound(topology),
            },
            verification,
          ),
        );
  const nemesis = new Nemesis(
    {
      simulation,
      population: {
        nodes: [...cluster.machines.keys()],
        clients: clientsOf(plan),
        roles: topology.roles,
        states: () => cluster.inspect(),
      },
      machines: new Map([...cluster.machines.values(), ...clients].map((machine) => [machine.name, machine])),
      localDisks: cluster.localDisks,
      sharedDisk: cluster.sharedDisk,
      actions: new Map(
        topology.actions.map((action) => [
          action.name,
          (operator, subject) => action.run(operator, plan.cluster, subject),
        ]),
      ),
    },
    topology.faultModel,
    plan.faults,
    plan.unbounded === true,
  );

  let begun = false;
  const healing = plan.healing;
  const heal = (): void => {
    if (healedAt !== undefined || healing === undefined) return;
    const cores = topology.cores(plan.cluster);
    nemesis.heal(cores[healing.core % cores.length] ?? []);
    healedAt = kernel.now;
  };
  const watch = (): void => {
    if (!begun && cluster.ready) {
      begun = true;
      nemesis.begin();
      if (healing !== undefined) simulation.at(healing.after, heal);
    }
    if (begun && clients.every((client) => client.mainFinished)) heal();
    if (!begun || (healing !== undefined && healedAt === undefined)) simulation.at(POLL, watch);
  };
  // A world without faults is left alone: nothing is to be seen of its nemesis.
  if (plan.faults.length > 0 || healing !== undefined) simulation.at(POLL, watch);

  return {
    simulation,
    cluster,
    nemesis,
    history,
    processes: [...plan.clients.map((client) => client.workload), ...WORKLOAD_KINDS],
    verification,
    healedAt: () => healedAt,
    finished: () => clients.every((client) => client.mainFinished) && verifier?.mainFinished !== false,
  };
}

/** What a history calls operations that change nothing. */
const READS: ReadonlySet<string> = new Set(["read", "scan"]);

/** Whether an operation may change something: a transaction may read only. */
function asksForChange({ f, value }: HistoryEntry): boolean {
  if (f !== "txn") return !READS.has(f);
  return (value as readonly (readonly [string, ...unknown[]])[]).some(([step]) => step !== "r");
}

function progressBound({ promises }: Topology): Duration {
  const bounds = promises.flatMap((promise) => (promise.property === "progress" ? [promise.within] : []));
  return Math.min(DEFAULT_PROGRESS, ...bounds);
}

/** @throws PlanError when a client has the name of one of the topology's machines */
export function checkMachineNames(plan: Plan, topology = topologyOf(plan)): void {
  const { nodes, sharedDisk } = topology.place(plan.cluster);
  const machines = new Set([...nodes.map(({ name }) => name), sharedDisk]);
  const taken = clientsOf(plan).find((name) => machines.has(name));
  if (taken !== undefined) throw new PlanError(`a client cannot be called '${taken}': ${topology.id} has that machine`);
}

/** @throws PlanError for an unknown topology */
export function topologyOf(plan: Plan): Topology {
  const topology = topologies.get(plan.topology);
  if (topology === undefined) throw new PlanError(`the plan's topology '${plan.topology}' is unknown`);
  return topology;
}
