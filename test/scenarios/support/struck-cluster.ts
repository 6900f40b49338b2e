import type { Host } from "../../../host/host.ts";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { MILLISECOND, SECOND, type Duration } from "../../../host/time.ts";
import { Cluster } from "../../../scenarios/cluster.ts";
import type { Fault, FaultSubject, PlannedFault } from "../../../scenarios/faults/fault.ts";
import { Nemesis } from "../../../scenarios/faults/nemesis.ts";
import type { FaultFate } from "../../../scenarios/faults/strike.ts";
import type { Machine } from "../../../sim/machine.ts";
import { SimulatedNetwork } from "../../../sim/network/network.ts";
import { Simulation } from "../../../sim/simulation.ts";
import { RetainedTrace } from "../../../sim/trace.ts";
import {
  bears,
  OperationError,
  type ClusterClient,
  type FaultModel,
  type OperatorAction,
  type Topology,
} from "../../../topologies/topology.ts";

const CONFIG = { replicas: 2, engine: { writeBufferBytes: 2048, level0CompactionTrigger: 2 } };
const LIKENESS = {
  disks: { local: "ssd", shared: "network" },
  mount: { attributeCacheMin: 0, attributeCacheMax: 0 },
} as const;

/** Every kind of fault, on any number of hosts: so that none is withheld. */
export const BEARS_ALL: FaultModel = bears(
  ...(["kill", "power-loss", "pause", "wipe", "partition", "clog", "swizzle-clog", "packet-loss"] as const),
  ...(["duplication", "reordering", "slow-link", "connection-reset", "clock-skew", "clock-drift"] as const),
  ...(["clock-step", "disk-error", "disk-full", "disk-slow", "disk-stall", "short-transfer"] as const),
  ...(["sync-failure", "lying-sync", "lost-write", "misdirected-write", "bit-rot", "device-lost"] as const),
  ...(["disk-server-crash", "lost-locks"] as const),
);

/** A fault at a time after the cluster was ready, in milliseconds. */
export function planned(
  fault: Fault,
  {
    at = 10,
    lasts = 100,
    ...rest
  }: { at?: number; lasts?: number; on?: Partial<FaultSubject>; duringWrite?: boolean } = {},
): PlannedFault {
  const on = { role: "primary", choice: 0, ...rest.on } as const;
  return { at: at * MILLISECOND, lasts: lasts * MILLISECOND, duringWrite: rest.duringWrite ?? false, on, fault };
}

export interface StruckOptions {
  readonly model?: FaultModel;
  readonly unbounded?: boolean;
  /** Beside the first, whose program is the test: they do nothing. */
  readonly idleClients?: number;
  readonly actions?: readonly OperatorAction[];
}

/** A topology's nodes, a nemesis that strikes them, and a client whose program is the test. */
export class StruckCluster {
  readonly trace = new RetainedTrace();
  readonly simulation: Simulation<SimulatedNetwork>;
  readonly cluster: Cluster;
  readonly nemesis: Nemesis;
  /** Nodes and clients, by host. */
  readonly machines: ReadonlyMap<string, Machine>;
  client: ClusterClient | undefined;
  private readonly observer: Machine;
  private program: () => Promise<void> = () => Promise.resolve();
  private begun = 0;

  constructor(topology: Topology, faults: readonly PlannedFault[], options: StruckOptions = {}) {
    const { model = BEARS_ALL, unbounded = false, idleClients = 1, actions = [] } = options;
    const { trace } = this;
    const simulation = new Simulation({ seed: "1", trace, network: (kernel) => new SimulatedNetwork(kernel) });
    this.simulation = simulation;
    const cluster = new Cluster(simulation, simulation.network, topology, CONFIG, LIKENESS);
    this.cluster = cluster;
    this.observer = simulation.host("client-1", (host) => this.observe(host));
    const idle = Array.from({ length: idleClients }, (_, index) =>
      simulation.host(`client-${index + 2}`, (host) => host.stop.whenRequested),
    );
    const clients = [this.observer, ...idle];
    this.machines = new Map([...cluster.machines.values(), ...clients].map((machine) => [machine.name, machine]));
    this.nemesis = new Nemesis(
      {
        simulation,
        population: {
          nodes: [...cluster.machines.keys()],
          clients: clients.map(({ name }) => name),
          roles: topology.roles,
          states: () => cluster.inspect(),
        },
        machines: this.machines,
        localDisks: cluster.localDisks,
        sharedDisk: cluster.sharedDisk,
        electorates: (nodes) => topology.electorates?.(nodes) ?? [],
        actions: new Map(
          actions.map((action) => [
            action.name,
            { members: action.members, run: (operator, subject) => action.run(operator, CONFIG, subject) },
          ]),
        ),
      },
      model,
      faults,
      unbounded,
    );
  }

  machine(name: string): Machine {
    return this.machines.get(name) as Machine;
  }

  /** Runs the test's program as the first client, from the moment at which the faults' times begin to count. */
  async run(program: () => Promise<void>): Promise<void> {
    this.program = program;
    const result = await this.simulation.run({
      drain: new NodeDrain(),
      until: () => this.observer.mainFinished || this.observer.crashes.length > 0,
      deadline: 1000 * SECOND,
    });
    if (result.failure !== undefined) throw result.failure;
    for (const crash of this.observer.crashes) throw crash.error;
  }

  /** Waits until so many milliseconds after the faults' times began to count, in true time. */
  async until(milliseconds: number): Promise<void> {
    const left = this.begun + milliseconds * MILLISECOND - this.simulation.kernel.now;
    if (left > 0) await new Promise<void>((resolve) => this.simulation.at(left, resolve));
  }

  /** Writes one value after the other until a time, whatever becomes of them. @returns how many were acknowledged */
  async writeUntil(milliseconds: number): Promise<number> {
    let acknowledged = 0;
    let over = false;
    const writer = async (number: number): Promise<void> => {
      for (let round = 0; !over; round++) {
        if (await this.succeeds({ op: "write", key: `k${number}`, value: `value ${round}`.padEnd(100) }))
          acknowledged++;
        else await new Promise<void>((resolve) => this.simulation.at(MILLISECOND, resolve));
      }
    };
    void writer(1);
    void writer(2);
    await this.until(milliseconds);
    over = true;
    return acknowledged;
  }

  /** Whether an operation is answered well. */
  async succeeds(operation: Parameters<ClusterClient["execute"]>[0]): Promise<boolean> {
    try {
      this.nemesis.changeInvoked();
      await (this.client as ClusterClient).execute(operation, { role: "primary", choice: 0 });
      return true;
    } catch (error) {
      if (error instanceof OperationError) return false;
      throw error;
    }
  }

  /** How long a packet takes that is sent now; undefined when it has not come after `patience` milliseconds. */
  async carry(from: string, to: string, patience = 20): Promise<Duration | undefined> {
    const { kernel, network } = this.simulation;
    const sent = kernel.now;
    let arrived: Duration | undefined;
    network.carry(from, to, 10, () => (arrived ??= kernel.now - sent));
    await new Promise<void>((resolve) => this.simulation.at(patience * MILLISECOND, resolve));
    return arrived;
  }

  async reaches(from: string, to: string): Promise<boolean> {
    return (await this.carry(from, to)) !== undefined;
  }

  get fates(): FaultFate[] {
    return this.nemesis.reports().map(({ fate }) => fate);
  }

  private async observe(host: Host): Promise<void> {
    const { cluster } = this;
    while (!cluster.ready) await host.clock.sleep(10 * MILLISECOND);
    this.client = cluster.topology.connect(host, cluster.config);
    this.begun = this.simulation.kernel.now;
    this.nemesis.begin();
    await this.program();
  }
}
