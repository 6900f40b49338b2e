import type { Host } from "../../../../host/host.ts";
import { NodeDrain } from "../../../../host/nodejs/drain.ts";
import { MILLISECOND, SECOND } from "../../../../host/time.ts";
import { Cluster } from "../../../../scenarios/cluster.ts";
import { InvariantWatch } from "../../../../scenarios/invariant-watch.ts";
import type { VirtualDisk } from "../../../../sim/fs/virtual-disk.ts";
import type { Machine } from "../../../../sim/machine.ts";
import { SimulatedNetwork } from "../../../../sim/network/network.ts";
import { partition } from "../../../../sim/network/partition.ts";
import type { Guard } from "../../../../sim/network/rule.ts";
import { Simulation } from "../../../../sim/simulation.ts";
import { RetainedTrace, type TraceRecord } from "../../../../sim/trace.ts";
import type { ClientOperation } from "../../../../topologies/operation.ts";
import { epochOf, placeOf } from "../../../../topologies/position.ts";
import {
  OperationError,
  type ClusterClient,
  type ClusterConfig,
  type ClusterSettings,
  type NodeState,
  type ReadTarget,
  type ReplicaReport,
  type SyncMode,
  type Topology,
} from "../../../../topologies/topology.ts";
import { NODE_SENTENCES, type Sentences } from "./sentences.ts";

const LIKENESS = {
  disks: { local: "nvme", shared: "network" },
  mount: { attributeCacheMin: 0, attributeCacheMax: 0 },
} as const;
const PRIMARY: ReadTarget = { role: "primary", choice: 0 };

/** Notes what nodes say of themselves, in order, while the test says what it does. */
class Notebook extends RetainedTrace {
  private readonly lines: { readonly text: string; readonly kind: string }[] = [];
  private readonly sentences: Sentences;
  private readonly isPrimary: (host: string) => boolean;
  writing = false;

  constructor(sentences: Sentences, isPrimary: (host: string) => boolean) {
    super();
    this.sentences = sentences;
    this.isPrimary = isPrimary;
  }

  override record(record: TraceRecord): void {
    super.record(record);
    const { host, data } = record;
    // When each replica follows is a matter of microseconds.
    if (!this.writing || (data.kind === "applied" && !this.isPrimary(host))) return;
    const told = this.sentences[data.kind]?.(data);
    if (told !== undefined) this.lines.push({ text: `  ${host} ${told}`, kind: data.kind });
  }

  say(line: string): void {
    if (this.writing) this.lines.push({ text: line, kind: "" });
  }

  /** All of it; what several nodes did one after the other, and each might have done first, in the order of their names. */
  get text(): string {
    const told: string[] = [];
    for (let from = 0, to = 0; from < this.lines.length; from = to) {
      const kind = this.lines[from]?.kind;
      while (to < this.lines.length && this.lines[to]?.kind === kind) to++;
      const group = this.lines.slice(from, to).map(({ text }) => text);
      told.push(...(kind === "" || kind === "applied" ? group : group.sort()));
    }
    return told.join("\n");
  }
}

export interface StoryOptions {
  readonly settings?: ClusterSettings;
  readonly replicas?: number;
  readonly engine?: ClusterConfig["engine"];
  readonly seed?: string;
  /** What stands in the transcript for what nodes trace. */
  readonly sentences?: Sentences;
}

/**
 * Three nodes, a client and a person, whose doings are the test: each line of the transcript is what the test did, and what
 * stands indented below it is what nodes said of it. Step invariants are watched all the while.
 */
export class Story {
  readonly simulation: Simulation<SimulatedNetwork>;
  readonly cluster: Cluster;
  private readonly topology: Topology;
  private readonly notebook: Notebook;
  private readonly invariants: InvariantWatch;
  private client_: ClusterClient | undefined;
  private host_: Host | undefined;
  private operators = 0;

  constructor(topology: Topology, options: StoryOptions = {}) {
    const { settings = {}, replicas = 2, engine = {}, seed = "1", sentences = NODE_SENTENCES } = options;
    this.topology = topology;
    this.notebook = new Notebook(sentences, (node) => this.state(node)?.role === "primary");
    const config = { replicas, engine, settings };
    const nodes = topology.place(config).nodes.map(({ name }) => name);
    this.invariants = new InvariantWatch(this.notebook, topology.invariants, nodes);
    this.simulation = new Simulation({
      seed,
      trace: this.invariants,
      network: (kernel) => new SimulatedNetwork(kernel),
    });
    this.cluster = new Cluster(this.simulation, this.simulation.network, topology, config, LIKENESS);
  }

  /** Runs the test's program once all nodes serve. @returns the transcript */
  async tell(program: (story: this) => Promise<void>): Promise<string> {
    const { simulation, cluster, topology } = this;
    const machine = simulation.host("client", async (host) => {
      this.host_ = host;
      this.client_ = topology.connect(host, cluster.config);
      await this.until(() => cluster.ready);
      this.notebook.writing = true;
      await program(this);
    });
    const inspect = (): Map<string, NodeState> => cluster.inspect();
    const result = await simulation.run({
      drain: new NodeDrain(),
      until: () => {
        this.invariants.check(simulation.kernel.now, inspect);
        return machine.mainFinished || machine.crashes.length > 0;
      },
      deadline: 300 * SECOND,
    });
    if (result.failure !== undefined) throw result.failure;
    for (const crash of result.crashes) throw crash.error;
    if (result.end !== "done") throw new Error("the story did not end");
    const [broken] = this.invariants.broken;
    if (broken !== undefined) throw new Error(`${broken.name}: ${JSON.stringify(broken.event)}`);
    return this.notebook.text;
  }

  get host(): Host {
    return this.host_ as Host;
  }

  machine(node: string): Machine {
    return this.cluster.machines.get(node) as Machine;
  }

  disk(node: string): VirtualDisk {
    return this.cluster.localDisks.get(node) as VirtualDisk;
  }

  state(node: string): NodeState | undefined {
    return this.cluster.inspect().get(node);
  }

  /** What nodes have said, of one kind. */
  events(kind: string): readonly TraceRecord[] {
    return this.notebook.records.filter(({ data }) => data.kind === kind);
  }

  /** A line of the transcript. */
  say(line: string): void {
    this.notebook.say(line);
  }

  /** Does what is not worth telling. */
  async quietly<T>(what: () => Promise<T>): Promise<T> {
    this.notebook.writing = false;
    const result = await what();
    this.notebook.writing = true;
    return result;
  }

  sleep(milliseconds: number): Promise<void> {
    return this.host.clock.sleep(milliseconds * MILLISECOND);
  }

  /** Waits until something is so. @throws Error when it does not come to be */
  async until(isSo: () => boolean, seconds = 60): Promise<void> {
    for (let round = 0; !isSo(); round++) {
      if (round > seconds * 1000) throw new Error("what was waited for did not come to be");
      await this.sleep(1);
    }
  }

  /** Waits until nodes are ready, all by default. */
  ready(...nodes: readonly string[]): Promise<void> {
    const wanted = nodes.length === 0 ? [...this.cluster.machines.keys()] : nodes;
    return this.until(() => wanted.every((node) => this.state(node)?.ready === true));
  }

  /** Waits until nodes have applied as much as the one that has applied most; all that are up by default. */
  async level(...nodes: readonly string[]): Promise<void> {
    await this.until(() => {
      const states = this.cluster.inspect();
      const applied = [...states.values()].map(({ fields }) => Number(fields["applied"] ?? -1));
      const wanted = nodes.length === 0 ? [...states.keys()] : nodes;
      return wanted.every((node) => states.get(node)?.fields["applied"] === Math.max(...applied));
    });
  }

  /** Writes a register, and tells what became of it. */
  write(key: string, value: string, sync?: SyncMode): Promise<string> {
    const level = sync === undefined ? "" : `, ${sync}`;
    return this.execute(`write ${key}=${value}${level}`, { op: "write", key, value }, PRIMARY, sync);
  }

  read(key: string, target: ReadTarget = PRIMARY): Promise<string> {
    const whom = target.role === "primary" ? "" : ` from replica ${target.choice}`;
    const fresh = target.fresh === undefined ? "" : `, ${target.fresh === "session" ? "session" : "bound"}`;
    return this.execute(`read ${key}${whom}${fresh}`, { op: "read", key }, target);
  }

  /** Carries out an operation. @returns what became of it, as the transcript has it */
  async execute(name: string, operation: ClientOperation, target = PRIMARY, sync?: SyncMode): Promise<string> {
    let told: string;
    try {
      const { value, position } = await (this.client_ as ClusterClient).execute(operation, target, sync);
      const found = value === null ? "" : ` ${JSON.stringify(value)}`;
      told = `ok${found} at ${epochOf(position ?? 0)}/${placeOf(position ?? 0)}`;
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      told = `${error.outcome}: ${error.code}`;
    }
    this.say(`${name}: ${told}`);
    return told;
  }

  /** Cuts the network between groups of hosts, until the guard is removed. */
  cut(...groups: readonly (readonly string[])[]): Guard {
    this.say(`cut ${groups.map((group) => group.join(" ")).join(" | ")}`);
    return this.simulation.network.addRule(partition(...groups));
  }

  /** A person does something. @returns what became of it */
  async operate(action: string, subject: string): Promise<string> {
    this.say(`operator: ${action} ${subject}`);
    const { topology, cluster, simulation } = this;
    const found = topology.actions.find(({ name }) => name === action);
    let told: string | undefined;
    simulation.host(`operator-${++this.operators}`, async (host) => {
      try {
        await found?.run(host, cluster.config, subject);
        told = "done";
      } catch (error) {
        if (!(error instanceof OperationError)) throw error;
        told = `${error.outcome}: ${error.code}`;
      }
    });
    await this.until(() => told !== undefined);
    this.say(`  -> ${told}`);
    return told as unknown as string;
  }

  /** What each node holds, when it is asked for all of it. */
  async survey(): Promise<readonly ReplicaReport[]> {
    return (await this.topology.survey?.(this.host, this.cluster.config)) ?? [];
  }

  /** Waits until all nodes of the cluster hold the same, in full. */
  async agree(): Promise<void> {
    for (let round = 0; round < 300; round++) {
      const held = await this.survey();
      const members = held.filter(({ outside }) => outside !== true);
      const same = new Set(members.map(({ position, digest }) => `${position} ${digest}`)).size === 1;
      if (same && held.length === this.cluster.machines.size) return;
      await this.sleep(100);
    }
    throw new Error(`nodes did not come to hold the same: ${JSON.stringify(await this.survey())}`);
  }
}
