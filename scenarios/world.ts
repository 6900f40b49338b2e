import { onlyReads } from "../checkers/answers.ts";
import type { HistoryEntry } from "../checkers/history.ts";
import { SECOND, type Duration } from "../host/time.ts";
import { SimulatedNetwork } from "../sim/network/network.ts";
import { Simulation } from "../sim/simulation.ts";
import type { StepLog } from "../sim/step-log.ts";
import type { TraceSink } from "../sim/trace.ts";
import type { Topology } from "../topologies/topology.ts";
import { topologyNamed } from "./catalogue.ts";
import { runClient, type AskedTerms } from "./client.ts";
import { Cluster, PlanError } from "./cluster.ts";
import { Nemesis } from "./faults/nemesis.ts";
import { WORKLOAD_KINDS, type Plan, type WorkloadKind } from "./plan.ts";
import { VERIFIER, verify, type Verification } from "./verifier.ts";

/** Until the nemesis looks again whether the cluster is ready, or the chaos over. */
const POLL: Duration = SECOND / 100;
/** The machine of the person on call. */
export const OPERATOR = "operator";
/** How long the verifier tries to get a change through where the mode promises no bound. */
const DEFAULT_PROGRESS: Duration = 30 * SECOND;

/** Simulated machines, set up as a plan has them and ready to run. */
export interface World {
  readonly simulation: Simulation<SimulatedNetwork>;
  readonly cluster: Cluster;
  readonly nemesis: Nemesis;
  readonly history: readonly HistoryEntry[];
  /** What each operation of the history asked for beside itself, in order of invocation. */
  readonly asked: readonly AskedTerms[];
  /** The kind of workload of each process in the history. */
  readonly processes: readonly WorkloadKind[];
  /** The first of the processes that are the verifier's: those from there on. */
  readonly firstVerifier: number;
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

/** The machines that are neither nodes nor disks: the clients, and the verifier and the person on call where they are. */
export function clientsOf(plan: Plan): string[] {
  return [
    ...plan.clients.map((client) => client.name),
    ...(plan.healing === undefined ? [] : [VERIFIER]),
    ...(plan.onCall === undefined ? [] : [OPERATOR]),
  ];
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
  const asked: AskedTerms[] = [];
  const { kernel } = simulation;
  let healed: Healing | undefined;
  const surroundings = {
    now: () => kernel.now,
    record: (entry: HistoryEntry) => {
      history.push(entry);
      if (entry.type === "invoke" && !onlyReads({ f: entry.f, input: entry.value })) nemesis.changeInvoked();
    },
    asked: (terms: AskedTerms) => void asked.push(terms),
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
    plan.healing === undefined
      ? undefined
      : { recovered: undefined, converged: undefined, replicas: [], complete: false };
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
              healed: () => healed?.core.filter((name) => cluster.machines.has(name)),
              within: progressBound(topology),
              convergence: convergenceBound(topology),
              running: () =>
                [...cluster.machines].flatMap(([name, { running, paused }]) => (running && !paused ? [name] : [])),
              reconnect: () => nemesis.reconnect(),
              survey: () => topology.survey?.(host, plan.cluster) ?? Promise.resolve([]),
            },
            verification,
          ),
        );
  const { onCall } = plan;
  if (onCall !== undefined && topology.onCall !== undefined) {
    const watch = topology.onCall.bind(topology);
    simulation.host(OPERATOR, async (host) => {
      while (!begun) await host.clock.sleep(POLL);
      await watch(host, plan.cluster, onCall);
    });
  }
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
      electorates: (nodes) => topology.electorates?.(nodes) ?? [],
      actions: new Map(
        topology.actions.map((action) => [
          action.name,
          { members: action.members, run: (operator, subject) => action.run(operator, plan.cluster, subject) },
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
    if (healed !== undefined || healing === undefined) return;
    const cores = topology.cores(plan.cluster, nemesis.known, nemesis.damaged);
    const core = cores[healing.core % cores.length] ?? [];
    nemesis.heal(core);
    healed = { at: kernel.now, core };
  };
  const watch = (): void => {
    if (!begun && cluster.ready) {
      begun = true;
      nemesis.begin();
      if (healing !== undefined) simulation.at(healing.after, heal);
    }
    if (begun && clients.every((client) => client.mainFinished)) heal();
    if (!begun || (healing !== undefined && healed === undefined)) simulation.at(POLL, watch);
  };
  // A world without faults is left alone: nothing is to be seen of its nemesis.
  if (plan.faults.length > 0 || healing !== undefined || onCall !== undefined) simulation.at(POLL, watch);

  return {
    simulation,
    cluster,
    nemesis,
    history,
    asked,
    firstVerifier: clients.length,
    processes: [...plan.clients.map((client) => client.workload), ...WORKLOAD_KINDS],
    verification,
    healedAt: () => healed?.at,
    finished: () => clients.every((client) => client.mainFinished) && verifier?.mainFinished !== false,
  };
}

/** When a core was healed, and which. */
interface Healing {
  readonly at: number;
  readonly core: readonly string[];
}

function progressBound({ promises }: Topology): Duration {
  const bounds = promises.flatMap((promise) => (promise.property === "progress" ? [promise.within] : []));
  return bounds.length === 0 ? DEFAULT_PROGRESS : Math.min(...bounds);
}

/** Within what a mode promises that its nodes come to hold the same; undefined when it does not. */
function convergenceBound({ promises }: Topology): Duration | undefined {
  return promises.find((promise) => promise.property === "converges")?.within;
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
  const topology = topologyNamed(plan.topology);
  if (topology === undefined) throw new PlanError(`the plan's topology '${plan.topology}' is unknown`);
  return topology;
}
