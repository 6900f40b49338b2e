import type { Host } from "../../host/host.ts";
import type { SharedDisk } from "../../sim/fs/shared-disk.ts";
import type { VirtualDisk } from "../../sim/fs/virtual-disk.ts";
import type { Machine } from "../../sim/machine.ts";
import type { SimulatedNetwork } from "../../sim/network/network.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { FaultModel, MemberChange, NodeState } from "../../topologies/topology.ts";
import { drift, step, trueClocks } from "./clock-faults.ts";
import {
  crashServer,
  DiskConditions,
  failCalls,
  fill,
  loseLocks,
  rot,
  slow,
  stall,
  type StruckDisk,
} from "./disk-faults.ts";
import type { Effect } from "./effect.ts";
import type { Fault, PlannedFault } from "./fault.ts";
import { FaultAtlas, isMinorityOf } from "./fault-atlas.ts";
import { needsClock, needsDisk, needsProcess, strikesClients } from "./fault-needs.ts";
import { KnownNodes } from "./known-nodes.ts";
import { comingElectorates, type MemberStep } from "./member-steps.ts";
import { clog, cut, reset, swizzle, worsen } from "./network-faults.ts";
import { operate } from "./operator.ts";
import { bringDown, hold } from "./process-faults.ts";
import { type FaultFate, type FaultReport, type Strike, strikeReport } from "./strike.ts";
import { everMeant, hostsOf, type Population } from "./subjects.ts";

/** The world as the nemesis reaches into it. */
export interface StruckWorld {
  readonly simulation: Simulation<SimulatedNetwork>;
  readonly population: Population;
  /** Nodes and clients, by host. */
  readonly machines: ReadonlyMap<string, Machine>;
  /** Nodes' own disks, by host. */
  readonly localDisks: ReadonlyMap<string, VirtualDisk>;
  readonly sharedDisk: SharedDisk | undefined;
  /** As a topology's own; see there. */
  readonly electorates?: (nodes: ReadonlyMap<string, NodeState>) => readonly (readonly string[])[];
  /** What a person can do to the cluster, by name. */
  readonly actions: ReadonlyMap<string, StruckAction>;
}

/** What a person can do to a cluster. */
export interface StruckAction {
  readonly members: MemberChange | undefined;
  /** Its second argument is the host that it is to be done to. */
  readonly run: (operator: Host, subject: string) => Promise<void>;
}

/** What strikes each of several hosts by itself. */
type SingleHostFault = Exclude<Fault, { readonly kind: "partition" | "swizzle-clog" | "operator" }>;

/**
 * Carries out the faults of a plan. When the run's chaos is over, it heals a core of hosts and leaves the rest as it is,
 * frozen: then whether the design makes progress rests on the design alone.
 */
export class Nemesis {
  private readonly world: StruckWorld;
  private readonly atlas: FaultAtlas;
  private readonly nodes = new KnownNodes();
  private readonly faults: readonly PlannedFault[];
  private readonly unbounded: boolean;
  private readonly strikes = new Map<PlannedFault, Strike>();
  private readonly withheld = new Set<PlannedFault>();
  private readonly vain = new Set<PlannedFault>();
  private readonly conditions = new DiskConditions();
  private readonly drifts = trueClocks();
  private operators = 0;
  private awaitingWrite: PlannedFault[] = [];
  private core: ReadonlySet<string> | undefined;

  /** @param unbounded lets faults strike that the fault model does not bear */
  constructor(world: StruckWorld, model: FaultModel, faults: readonly PlannedFault[], unbounded: boolean) {
    this.world = world;
    this.faults = faults;
    this.unbounded = unbounded;
    this.atlas = new FaultAtlas(model, world.population.nodes.length, () => this.electorates());
  }

  /** What is known of every node that has not lost its disk since: its state, or the last that it had. */
  get known(): ReadonlyMap<string, NodeState> {
    return this.nodes.look(this.world.population.states());
  }

  /** Nodes that have damage on their disks, whether they have found out or not, and are who they were when it came. */
  get damaged(): ReadonlySet<string> {
    this.nodes.look(this.world.population.states());
    return this.nodes.damaged;
  }

  /** The cluster is ready: the faults' times count from now. */
  begin(): void {
    for (const planned of this.faults) {
      if (!this.applies(planned)) continue;
      if (!this.unbounded && !this.atlas.bears(planned.fault.kind)) {
        this.withheld.add(planned);
        continue;
      }
      this.world.simulation.at(planned.at, () => {
        if (this.core !== undefined) return;
        if (planned.duringWrite) this.awaitingWrite.push(planned);
        else this.strike(planned);
      });
    }
  }

  /** A client has asked for a change: faults that wait for one strike a moment later, while it is on its way. */
  changeInvoked(): void {
    const due = this.awaitingWrite;
    if (due.length === 0) return;
    this.awaitingWrite = [];
    for (const planned of due) {
      // The fault's own start time, scattered over the first milliseconds of the change, without a draw.
      this.world.simulation.at(planned.at % 4_000_000, () => this.strike(planned));
    }
  }

  /**
   * Ends all that keeps a core from working: its hosts run, reach one another and every client, and their disks answer.
   * What is wrong elsewhere stays as it is from now on.
   */
  heal(core: readonly string[]): void {
    const { world } = this;
    this.core = new Set([...core, ...world.population.clients]);
    this.awaitingWrite = [];
    for (const strike of this.strikes.values()) {
      // A person at work would go on to change who belongs to the core.
      if (strike.planned.fault.kind === "operator") for (const effect of strike.effects) this.end(strike, effect);
      // A partition is lifted packet by packet, between hosts of the core.
      if (strike.planned.fault.kind === "partition") continue;
      for (const effect of strike.effects) {
        if (effect.hosts.some((host) => this.core?.has(host))) this.end(strike, effect);
      }
    }
    const states = world.population.states();
    for (const host of core) {
      const machine = world.machines.get(host);
      if (machine === undefined) continue;
      // A node that says it has failed is for a supervisor to start anew.
      if (machine.running && hasFailed(states.get(host))) machine.kill();
      if (!machine.running) machine.restart();
    }
  }

  /** Ends all partitions, wherever they are: from now on every host that runs reaches every other. After {@link heal}. */
  reconnect(): void {
    for (const strike of this.strikes.values()) {
      if (strike.planned.fault.kind !== "partition") continue;
      for (const effect of strike.effects) this.end(strike, effect);
    }
  }

  /** What became of every fault of the plan, in its order. */
  reports(): FaultReport[] {
    return this.faults.map((planned) => {
      const strike = this.strikes.get(planned);
      return {
        planned,
        fate: this.fateOf(planned, strike),
        strike: strikeReport(strike),
        beyond: strike?.beyond ?? false,
      };
    });
  }

  private fateOf(planned: PlannedFault, strike: Strike | undefined): FaultFate {
    if (strike !== undefined) return strike.effects.some((effect) => effect.fired()) ? "fired" : "vain";
    if (this.vain.has(planned)) return "vain";
    if (this.withheld.has(planned)) return "withheld";
    return this.applies(planned) ? "not-due" : "inapplicable";
  }

  private applies({ on, fault }: PlannedFault): boolean {
    const { population, sharedDisk } = this.world;
    if (fault.kind === "disk-server-crash" || fault.kind === "lost-locks") return sharedDisk !== undefined;
    if (fault.kind === "operator" && !this.world.actions.has(fault.action)) return false;
    // A client's program does not survive its machine: started again, it would do all its steps anew.
    if (on.role === "client" && !strikesClients(fault)) return false;
    return everMeant(on, population).some((host) => this.canSuffer(host, fault));
  }

  /** Whether there is anything of a host's that the fault could strike. */
  private canSuffer(host: string, { kind }: Fault): boolean {
    const { machines, localDisks, sharedDisk } = this.world;
    if (kind === "wipe") return localDisks.has(host);
    if (needsClock(kind)) return machines.has(host);
    if (needsProcess(kind)) return machines.has(host) || host === sharedDisk?.server.host;
    return !needsDisk(kind) || this.diskOf(host) !== undefined;
  }

  private strike(planned: PlannedFault): void {
    if (this.core !== undefined) return;
    const { simulation, population } = this.world;
    const { fault } = planned;
    const hosts = this.subjectsOf(planned);
    if (hosts.length === 0) {
      this.vain.add(planned);
      return;
    }
    const beyond = !this.allows(
      planned,
      hosts.filter((host) => !population.clients.includes(host)),
    );
    if (beyond && !this.unbounded) {
      this.withheld.add(planned);
      return;
    }
    if (simulation.kernel.tracing) {
      for (const host of hosts) simulation.kernel.traceWorld(host, { kind: "fault-began", fault: fault.kind });
    }
    // Looked at before it strikes: whom it kills holds no role any more.
    const primary = this.primaries().some((host) => hosts.includes(host));
    const from = simulation.kernel.now;
    // Once more before nodes go down: what they know may come to bear when they come back.
    this.nodes.look(population.states());
    const effects = this.carryOut(planned, hosts, () => {
      for (const effect of effects) this.end(strike, effect);
    });
    for (const host of effects.flatMap((effect) => effect.hosts)) {
      if (fault.kind === "wipe") this.nodes.forget(host);
      if (fault.kind === "bit-rot") this.nodes.spoil(host);
    }
    const strike: Strike = { planned, beyond, effects, over: new Set(), hosts, primary, from, to: Infinity };
    this.strikes.set(planned, strike);
    for (const effect of effects) this.atlas.began(fault.kind, effect.hosts);
    // A person takes as long as it takes.
    if (fault.kind === "operator") return;
    simulation.at(planned.lasts, () => {
      // What is frozen does not thaw.
      if (this.core === undefined) for (const effect of effects) this.end(strike, effect);
    });
  }

  /** Whether striking hosts is within the fault model, whatever persons who are at work make of the members. */
  private allows({ fault }: PlannedFault, hosts: readonly string[]): boolean {
    // Nobody looks for damage before he makes a cluster smaller: what has not shown yet would be too much for it.
    const own = this.stepsOf(fault, hosts);
    if (own.length > 0) return isMinorityOf(this.electorates([...this.stepsUnderWay(), ...own]), this.damaged);
    if (fault.kind === "bit-rot") return this.atlas.allows(fault.kind, hosts, this.electorates(this.stepsUnderWay()));
    return this.atlas.allows(fault.kind, hosts);
  }

  private stepsUnderWay(): MemberStep[] {
    return [...this.strikes.values()].flatMap(({ planned, to, hosts }) =>
      to === Infinity ? this.stepsOf(planned.fault, hosts) : [],
    );
  }

  private stepsOf(fault: Fault, hosts: readonly string[]): MemberStep[] {
    if (fault.kind !== "operator") return [];
    const change = this.world.actions.get(fault.action)?.members;
    return change === undefined ? [] : hosts.map((host) => ({ host, change }));
  }

  /** Of each of which a minority may be damaged: those that there are, and those that come by steps. */
  private electorates(steps: readonly MemberStep[] = []): readonly (readonly string[])[] {
    const { electorates, population } = this.world;
    return comingElectorates(electorates?.(this.known) ?? [], steps, population.nodes);
  }

  private primaries(): string[] {
    const { roles, states } = this.world.population;
    const nodes = states();
    return roles.flatMap((rule) => (rule.role === "primary" || rule.role === "leader" ? rule.holders(nodes) : []));
  }

  private subjectsOf({ on, fault }: PlannedFault): string[] {
    const { population, sharedDisk } = this.world;
    if (fault.kind === "disk-server-crash" || fault.kind === "lost-locks") {
      return sharedDisk === undefined ? [] : [sharedDisk.server.host];
    }
    return hostsOf(on, population).filter((host) => this.canSuffer(host, fault));
  }

  private end(strike: Strike, effect: Effect): void {
    if (strike.over.has(effect)) return;
    strike.over.add(effect);
    const { simulation } = this.world;
    if (strike.over.size === strike.effects.length) strike.to = simulation.kernel.now;
    const { kind } = strike.planned.fault;
    effect.end();
    this.atlas.ended(kind, effect.hosts);
    if (!simulation.kernel.tracing) return;
    for (const host of effect.hosts) simulation.kernel.traceWorld(host, { kind: "fault-ended", fault: kind });
  }

  /** @param whenDone called when what ends by itself has ended */
  private carryOut({ fault, lasts }: PlannedFault, hosts: readonly string[], whenDone: () => void): Effect[] {
    const { simulation, population, sharedDisk } = this.world;
    switch (fault.kind) {
      case "partition": {
        const servers = [...population.nodes, ...(sharedDisk === undefined ? [] : [sharedDisk.server.host])];
        const lifted = (from: string, to: string): boolean => this.core?.has(from) === true && this.core.has(to);
        return [cut(simulation.network, fault.shape, hosts, { servers, clients: population.clients }, lifted)];
      }
      case "swizzle-clog":
        return swizzle(simulation, hosts, lasts, () => this.core !== undefined);
      case "operator": {
        const action = this.world.actions.get(fault.action) as StruckAction;
        return [operate(simulation, `operator-${++this.operators}`, hosts, action.run, whenDone)];
      }
      default:
        return hosts.map((host) => this.carryOutOn(host, fault));
    }
  }

  /** Strikes a host that can suffer it. */
  private carryOutOn(host: string, fault: SingleHostFault): Effect {
    const { sharedDisk } = this.world;
    const { network } = this.world.simulation;
    const machine = this.world.machines.get(host) as Machine;
    const disk = this.diskOf(host) as StruckDisk;
    const server = sharedDisk?.server.host === host ? sharedDisk : undefined;
    switch (fault.kind) {
      case "kill":
      case "power-loss":
        return server === undefined ? bringDown(machine, fault.kind) : crashServer(server);
      case "wipe":
        return bringDown(machine, "wipe");
      case "pause":
        return server === undefined ? hold(machine) : stall(disk, this.conditions);
      case "clog":
        return clog(network, host);
      case "packet-loss":
      case "duplication":
      case "reordering":
        return worsen(network, host, fault.kind, fault.perMillion);
      case "slow-link":
        return worsen(network, host, fault.kind, fault.latency);
      case "connection-reset":
        return reset(network, host);
      case "clock-drift":
        return drift(this.drifts, machine, fault.ppm);
      case "clock-skew":
      case "clock-step":
        return step(machine, fault.microseconds, fault.kind === "clock-step");
      case "disk-full":
        return fill(disk, this.conditions);
      case "disk-slow":
        return slow(disk, this.conditions, fault.factor);
      case "disk-stall":
        return stall(disk, this.conditions);
      case "bit-rot":
        return rot(disk, fault.bits);
      case "disk-server-crash":
        return crashServer(sharedDisk as SharedDisk);
      case "lost-locks":
        return loseLocks(sharedDisk as SharedDisk);
      default:
        return failCalls(disk, fault, fault.perMillion);
    }
  }

  /** A node's own disk, or the shared disk for its server. */
  private diskOf(host: string): StruckDisk | undefined {
    const { localDisks, sharedDisk } = this.world;
    const local = localDisks.get(host);
    if (local !== undefined) return { host, disk: local };
    return sharedDisk?.server.host === host ? { host, disk: sharedDisk } : undefined;
  }
}

function hasFailed(state: NodeState | undefined): boolean {
  return state?.fields["failed"] === true;
}
