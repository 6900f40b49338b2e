import type { SharedDisk } from "../../sim/fs/shared-disk.ts";
import type { VirtualDisk } from "../../sim/fs/virtual-disk.ts";
import type { Machine } from "../../sim/machine.ts";
import type { SimulatedNetwork } from "../../sim/network/network.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { FaultModel, NodeState } from "../../topologies/topology.ts";
import { drift, step } from "./clock-faults.ts";
import { crashServer, failCalls, fill, loseLocks, rot, slow, stall, type StruckDisk } from "./disk-faults.ts";
import type { Effect } from "./effect.ts";
import type { Fault, PlannedFault } from "./fault.ts";
import { FaultAtlas } from "./fault-atlas.ts";
import { clog, cut, reset, swizzle, worsen } from "./network-faults.ts";
import { bringDown, hold } from "./process-faults.ts";
import { canBeMeant, hostsOf, type Population } from "./subjects.ts";

/** The world as the nemesis reaches into it. */
export interface StruckWorld {
  readonly simulation: Simulation<SimulatedNetwork>;
  readonly population: Population;
  /** Nodes and clients, by host. */
  readonly machines: ReadonlyMap<string, Machine>;
  /** Nodes' own disks, by host. */
  readonly localDisks: ReadonlyMap<string, VirtualDisk>;
  readonly sharedDisk: SharedDisk | undefined;
}

/**
 * What became of a planned fault: it made a difference; it struck and made none; it would have gone beyond the fault
 * model; its time did not come; or it means nothing on this topology.
 */
export type FaultFate = "fired" | "vain" | "withheld" | "not-due" | "inapplicable";

export interface FaultReport {
  readonly planned: PlannedFault;
  readonly fate: FaultFate;
  /** Whether it struck beyond the fault model. */
  readonly beyond: boolean;
}

interface Strike {
  readonly planned: PlannedFault;
  readonly beyond: boolean;
  readonly effect: Effect;
  over: boolean;
}

/**
 * Carries out the faults of a plan. When the run's chaos is over, it heals a core of hosts and leaves the rest as it is,
 * frozen: then whether the design makes progress rests on the design alone.
 */
export class Nemesis {
  private readonly world: StruckWorld;
  private readonly atlas: FaultAtlas;
  private readonly faults: readonly PlannedFault[];
  private readonly unbounded: boolean;
  private readonly strikes = new Map<PlannedFault, Strike>();
  private readonly withheld = new Set<PlannedFault>();
  private readonly vain = new Set<PlannedFault>();
  private awaitingWrite: PlannedFault[] = [];
  private core: ReadonlySet<string> | undefined;

  /** @param unbounded lets faults strike that the fault model does not bear */
  constructor(world: StruckWorld, model: FaultModel, faults: readonly PlannedFault[], unbounded: boolean) {
    this.world = world;
    this.faults = faults;
    this.unbounded = unbounded;
    this.atlas = new FaultAtlas(model, world.population.nodes.length);
  }

  /** The cluster is ready: the faults' times count from now. */
  begin(): void {
    for (const planned of this.faults) {
      if (!this.applies(planned)) continue;
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
      // A partition is lifted packet by packet, between hosts of the core.
      if (strike.planned.fault.kind !== "partition" && strike.effect.hosts.some((host) => this.core?.has(host))) {
        this.end(strike);
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

  /** What became of every fault of the plan, in its order. */
  reports(): FaultReport[] {
    return this.faults.map((planned) => {
      const strike = this.strikes.get(planned);
      return { planned, fate: this.fateOf(planned, strike), beyond: strike?.beyond ?? false };
    });
  }

  private fateOf(planned: PlannedFault, strike: Strike | undefined): FaultFate {
    if (strike !== undefined) return strike.effect.fired() ? "fired" : "vain";
    if (this.vain.has(planned)) return "vain";
    if (this.withheld.has(planned)) return "withheld";
    return this.applies(planned) ? "not-due" : "inapplicable";
  }

  private applies({ on, fault }: PlannedFault): boolean {
    const { population, sharedDisk } = this.world;
    if (fault.kind === "disk-server-crash" || fault.kind === "lost-locks") return sharedDisk !== undefined;
    // A client's program does not survive its machine: started again, it would do all its steps anew.
    if (on.role === "client" && !strikesClients(fault)) return false;
    return canBeMeant(on, population);
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
    const beyond = !this.atlas.allows(
      fault.kind,
      hosts.filter((host) => !population.clients.includes(host)),
    );
    if (beyond && !this.unbounded) {
      this.withheld.add(planned);
      return;
    }
    if (simulation.kernel.tracing) {
      for (const host of hosts) simulation.kernel.traceWorld(host, { kind: "fault-began", fault: fault.kind });
    }
    const effect = this.carryOut(planned, hosts);
    const strike: Strike = { planned, beyond, effect, over: false };
    this.strikes.set(planned, strike);
    this.atlas.began(fault.kind, effect.hosts);
    simulation.at(planned.lasts, () => {
      // What is frozen does not thaw.
      if (this.core === undefined) this.end(strike);
    });
  }

  private subjectsOf({ on, fault }: PlannedFault): string[] {
    const { population, sharedDisk } = this.world;
    if (fault.kind === "disk-server-crash" || fault.kind === "lost-locks") {
      return sharedDisk === undefined ? [] : [sharedDisk.server.host];
    }
    const hosts = hostsOf(on, population);
    return needsDisk(fault) ? hosts.filter((host) => this.diskOf(host) !== undefined) : hosts;
  }

  private end(strike: Strike): void {
    if (strike.over) return;
    strike.over = true;
    const { simulation } = this.world;
    const { kind } = strike.planned.fault;
    strike.effect.end();
    this.atlas.ended(kind, strike.effect.hosts);
    if (!simulation.kernel.tracing) return;
    for (const host of strike.effect.hosts) simulation.kernel.traceWorld(host, { kind: "fault-ended", fault: kind });
  }

  private carryOut({ fault, lasts }: PlannedFault, hosts: readonly string[]): Effect {
    const { simulation, population, sharedDisk } = this.world;
    const { network } = simulation;
    const machines = hosts.flatMap((host) => this.world.machines.get(host) ?? []);
    const disks = hosts.flatMap((host) => this.diskOf(host) ?? []);
    const server = sharedDisk !== undefined && hosts.includes(sharedDisk.server.host) ? sharedDisk : undefined;
    switch (fault.kind) {
      case "kill":
      case "power-loss":
        return server === undefined ? bringDown(machines, fault.kind) : crashServer(server);
      case "wipe":
        return bringDown(machines, "wipe");
      case "pause":
        return server === undefined ? hold(machines) : stall([{ host: server.server.host, disk: server }]);
      case "partition": {
        const servers = [...population.nodes, ...(sharedDisk === undefined ? [] : [sharedDisk.server.host])];
        const lifted = (from: string, to: string): boolean => this.core?.has(from) === true && this.core.has(to);
        return cut(network, fault.shape, hosts, { servers, clients: population.clients }, lifted);
      }
      case "clog":
        return clog(network, hosts);
      case "swizzle-clog":
        return swizzle(simulation, hosts, lasts);
      case "packet-loss":
      case "duplication":
      case "reordering":
        return worsen(network, hosts, fault.kind, fault.perMillion);
      case "slow-link":
        return worsen(network, hosts, fault.kind, fault.latency);
      case "connection-reset":
        return reset(network, hosts);
      case "clock-drift":
        return drift(machines, fault.ppm);
      case "clock-skew":
      case "clock-step":
        return step(machines, fault.microseconds, fault.kind === "clock-step");
      case "disk-full":
        return fill(disks);
      case "disk-slow":
        return slow(disks, fault.factor);
      case "disk-stall":
        return stall(disks);
      case "bit-rot":
        return rot(disks, fault.bits);
      case "disk-server-crash":
        return crashServer(sharedDisk as SharedDisk);
      case "lost-locks":
        return loseLocks(sharedDisk as SharedDisk);
      default:
        return failCalls(disks, fault, fault.perMillion);
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

function strikesClients({ kind }: Fault): boolean {
  switch (kind) {
    case "pause":
    case "partition":
    case "clog":
    case "swizzle-clog":
    case "packet-loss":
    case "duplication":
    case "reordering":
    case "slow-link":
    case "connection-reset":
    case "clock-skew":
    case "clock-drift":
    case "clock-step":
      return true;
    default:
      return false;
  }
}

function needsDisk({ kind }: Fault): boolean {
  switch (kind) {
    case "wipe":
    case "disk-error":
    case "disk-full":
    case "disk-slow":
    case "disk-stall":
    case "short-transfer":
    case "sync-failure":
    case "lying-sync":
    case "lost-write":
    case "misdirected-write":
    case "bit-rot":
    case "device-lost":
      return true;
    default:
      return false;
  }
}
