import { NodeDrain } from "../../../host/nodejs/drain.ts";
import type { Host } from "../../../host/host.ts";
import { SECOND } from "../../../host/time.ts";
import { Cluster, type ClusterMachines } from "../../../scenarios/cluster.ts";
import { SimulatedNetwork } from "../../../sim/network/network.ts";
import { Simulation } from "../../../sim/simulation.ts";
import { RetainedTrace, type TraceRecord } from "../../../sim/trace.ts";
import type { ClientOperation } from "../../../topologies/operation.ts";
import type { Answer, ClusterClient, ClusterConfig, ReadTarget, Topology } from "../../../topologies/topology.ts";

const LIKENESS: ClusterMachines = {
  disks: { local: "ssd", shared: "network" },
  mount: { attributeCacheMin: 0, attributeCacheMax: 0 },
};

/** A trace that can act on the world the very moment something is reported. */
class WatchedTrace extends RetainedTrace {
  private readonly actions = new Map<string, () => void>();

  /** Calls `action` once, when the next event of that kind is traced. */
  when(kind: string, action: () => void): void {
    this.actions.set(kind, action);
  }

  override record(record: TraceRecord): void {
    super.record(record);
    const action = this.actions.get(record.data.kind);
    this.actions.delete(record.data.kind);
    action?.();
  }
}

/** A client, with the operations on registers by name. */
export class RegisterClient {
  private readonly client: ClusterClient;

  constructor(client: ClusterClient) {
    this.client = client;
  }

  read(key: string, target: ReadTarget): Promise<Answer> {
    return this.client.execute({ op: "read", key }, target);
  }

  write(key: string, value: string): Promise<Answer> {
    return this.execute({ op: "write", key, value });
  }

  delete(key: string): Promise<Answer> {
    return this.execute({ op: "delete", key });
  }

  execute(operation: ClientOperation): Promise<Answer> {
    return this.client.execute(operation, { role: "primary", choice: 0 });
  }
}

/** A topology on simulated machines, with one client whose program is the test. */
export class TestCluster {
  readonly trace = new WatchedTrace();
  readonly simulation: Simulation<SimulatedNetwork>;
  readonly cluster: Cluster;

  constructor(topology: Topology, config: ClusterConfig, seed = "1", likeness = LIKENESS) {
    this.simulation = new Simulation({ seed, trace: this.trace, network: (kernel) => new SimulatedNetwork(kernel) });
    this.cluster = new Cluster(this.simulation, this.simulation.network, topology, config, likeness);
  }

  /** How many events of a kind nodes have traced so far. */
  count(kind: string): number {
    return this.trace.records.filter(({ data }) => data.kind === kind).length;
  }

  /** Runs the test's program as a client, once all nodes are up, and then ends the simulation. */
  async run(program: (client: RegisterClient, host: Host) => Promise<void>): Promise<void> {
    const { cluster } = this;
    const machine = this.simulation.host("client", async (host) => {
      while (!cluster.ready) await host.clock.sleep(SECOND / 100);
      await program(new RegisterClient(cluster.topology.connect(host, cluster.config)), host);
    });
    const result = await this.simulation.run({
      drain: new NodeDrain(),
      until: () => machine.mainFinished || machine.crashes.length > 0,
      deadline: 1000 * SECOND,
    });
    if (result.failure !== undefined) throw result.failure;
    for (const crash of result.crashes) throw crash.error;
    if (result.end !== "done") throw new Error("the client's program did not end");
  }
}
