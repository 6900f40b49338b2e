import type { EngineOptions } from "../engine/options.ts";
import type { Host } from "../host/host.ts";
import type { Duration } from "../host/time.ts";
import type { TraceEvent, TraceValue } from "../host/trace.ts";
import type { ClientOperation, DataValue } from "./operation.ts";

/** What a node can be in a topology. Faults and operator steps are addressed to roles, not to machines. */
export type Role = "primary" | "leader" | "replica" | "coordinator" | "disk";

/** One machine of a topology, and what is mounted on it. */
export interface NodePlacement {
  readonly name: string;
  readonly mounts: readonly ("local" | "shared")[];
}

/** How a topology's machines stand. */
export interface Placement {
  readonly nodes: readonly NodePlacement[];
  /** The host that serves the disk which the nodes mount as "shared"; undefined when each has only its own. */
  readonly sharedDisk: string | undefined;
  /** How they mount it, where the design depends on that; else as the plan says. */
  readonly mount?: SharedMount;
}

/** What a design asks of the mounts of its shared disk. */
export interface SharedMount {
  /** Whether what is known of files is believed for a while. */
  readonly attributeCache?: boolean;
  /** Which look-ups are remembered: those of names that are not there ("all"), or not, or none. */
  readonly lookupCache?: "all" | "positive" | "none";
  /**
   * Whether the server answers for changed names only once they are durable, as NFS asks of it (an export with "sync"), so that
   * its loss of power takes back nothing that a client was told.
   */
  readonly stableNames?: boolean;
  /** There is no server: every host has the disk as if it were its own, as a cluster file system gives it. Default false. */
  readonly posix?: boolean;
}

/** What is the same for every node of a cluster. Plain data: part of a plan. */
export interface ClusterConfig {
  /** Nodes beside the first. A topology that has none ignores it. */
  readonly replicas: number;
  /** What differs from the engine's defaults. */
  readonly engine: Partial<EngineOptions>;
  /**
   * What differs from a mode's own defaults, by the name of a setting: see settings.ts. One that a mode does not have means
   * nothing to it, so that the same plan fits all.
   */
  readonly settings?: ClusterSettings;
}

/** Settings by name. Durations are in nanoseconds. */
export type ClusterSettings = Readonly<Record<string, boolean | number | string>>;

/** A node's state as a person or an invariant sees it: plain data, read without side effects. */
export interface NodeState {
  /** Whether it serves whom it is there for. */
  readonly ready: boolean;
  readonly role: Role | "none";
  readonly fields: Readonly<Record<string, TraceValue>>;
  /** Who it is, where a node that has lost its data comes back as somebody else. */
  readonly identity?: string;
}

/** The program of one node. One is made for each incarnation. */
export interface TopologyNode {
  /** Opens what there is to open and serves until told to stop. Rejecting crashes the node. */
  run(): Promise<void>;
  /** Must not change anything, nor wait. */
  inspect(): NodeState;
}

/** Whom a read asks. In a topology without replicas "replica" means the node there is. */
export interface ReadTarget {
  readonly role: "primary" | "replica";
  /** Which of several: taken modulo their number, so that a plan fits any size. */
  readonly choice: number;
  /**
   * How new the answer must be at least: "session": no older than what this client has read and written before; a number:
   * no staler than so many nanoseconds. A node that cannot tell, or not in time, refuses. Default: whatever the node has.
   */
  readonly fresh?: "session" | Duration;
}

/**
 * Whose acknowledgement a change waits for, beside the node's that takes it: nobody's, one replica's or every replica's
 * (the document's `SyncMode`).
 */
export type SyncMode = "async" | "semi" | "full";

/** What became of an operation that succeeded. */
export interface Answer {
  /** What it found, as {@link ClientOperation} says; null for an operation that finds nothing out. */
  readonly value: DataValue;
  readonly node: string;
  /**
   * Where in the order of writes it stands, when the system tells: a change's own sequence number; of a read, the one up
   * to which the answer reflects writes.
   */
  readonly position: number | undefined;
}

/** An operation that got no good answer. */
export class OperationError extends Error {
  override readonly name = "OperationError";
  /** "failed": it certainly did not happen. "unknown": it may have, or may yet. */
  readonly outcome: "failed" | "unknown";
  /** A short code: "table-missing", "timeout". */
  readonly code: string;
  /** Who answered, when anybody did. */
  readonly node: string | undefined;
  /** Who takes changes, as far as the node knows that did not. */
  readonly primary: string | undefined;

  constructor(outcome: OperationError["outcome"], code: string, message: string, node?: string, primary?: string) {
    super(message);
    this.outcome = outcome;
    this.code = code;
    this.node = node;
    this.primary = primary;
  }
}

/** How a client uses a cluster. */
export interface ClusterClient {
  /**
   * Carries out one operation; never twice.
   *
   * @param target whom a read asks; changes go to whoever takes them
   * @param sync in place of what the mode does by itself, where it gives the choice (the document's `put_with_sync`)
   * @throws OperationError
   */
  execute(operation: ClientOperation, target: ReadTarget, sync?: SyncMode): Promise<Answer>;
}

/** A property that a mode claims for what its clients see. Pinned: weakening one is a change of the design, not a fix. */
export type ModePromise =
  /** While its fault model lasts, no read is answered by an error. */
  | { readonly property: "reads-answered" }
  /** No read returns what nobody wrote, and none of stored data that was damaged. */
  | { readonly property: "values-written" }
  /**
   * All operations, or all but reads of replicas, take effect at one moment between their call and their answer; or those
   * do that were answered in the same epoch.
   */
  | { readonly property: "linearizable"; readonly of?: "all" | "primary"; readonly between?: "failovers" }
  /**
   * What was acknowledged is there at the end, unless a later change replaced it, or, where that is the exception, the
   * primary of a later epoch began without it. Of changes that asked for less than `sync`, nothing is said.
   */
  | { readonly property: "durable"; readonly except?: "unreplicated-tail"; readonly sync?: SyncMode }
  /** A client that asks for it reads what it wrote, and nothing older than what it read. */
  | { readonly property: "session-reads" }
  /** A read that asks for a bound is no staler than that, against what its own epoch acknowledged. */
  | { readonly property: "fresh-as-asked" }
  /** Once a core is healed, all its nodes hold the same within so many nanoseconds. */
  | { readonly property: "converges"; readonly within: Duration }
  /** Once a core is healed, a change succeeds within so many nanoseconds. */
  | { readonly property: "progress"; readonly within: Duration }
  /** No read is stale by more than so many nanoseconds. */
  | { readonly property: "staleness-bounded"; readonly bound: Duration }
  /** A replica never serves from a version of the data older, by more than so many nanoseconds, than the newest durable one. */
  | { readonly property: "version-current"; readonly bound: Duration }
  /** No read misses what was acknowledged more than so many nanoseconds before it for want of a file that holds it. */
  | { readonly property: "acknowledged-readable"; readonly bound: Duration }
  /** What a read of several keys finds was so, all of it, at one position of the order of writes. */
  | { readonly property: "reads-whole" };

/** A kind of fault, as plans name it and fault models declare it. */
export type FaultClass =
  | "kill"
  | "power-loss"
  | "pause"
  | "wipe"
  | "partition"
  | "clog"
  | "swizzle-clog"
  | "packet-loss"
  | "duplication"
  | "reordering"
  | "slow-link"
  | "connection-reset"
  | "clock-skew"
  | "clock-drift"
  | "clock-step"
  | "disk-error"
  | "disk-full"
  | "disk-slow"
  | "disk-stall"
  | "short-transfer"
  | "sync-failure"
  | "lying-sync"
  | "lost-write"
  | "misdirected-write"
  | "bit-rot"
  | "device-lost"
  | "disk-server-crash"
  | "lost-locks"
  /** Not a fault, but a person at work: counted, and within every fault model. */
  | "operator";

/** On how many hosts a mode bears a kind of fault: of those struck at the same time, or, where data is gone, ever. */
export type FaultLimit = "any" | "minority" | number;

/** Under which faults a mode's promises are meant to hold. A plan that goes beyond may excuse what it breaks. */
export interface FaultModel {
  /** What is borne, and on how many hosts; a kind of fault that is not here is not borne at all. */
  readonly within: ReadonlyMap<FaultClass, FaultLimit>;
}

/** A fault model that bears some kinds of faults on any number of hosts. */
export function bears(...classes: readonly FaultClass[]): FaultModel {
  return { within: new Map(classes.map((each) => [each, "any"])) };
}

/** Who a fault or an operator step addressed to a role is for. */
export interface RoleRule {
  readonly role: Role;
  /** The hosts that hold the role now, in order of name. */
  holders(nodes: ReadonlyMap<string, NodeState>): string[];
  /** The role that stands in when nobody holds this one; "nobody": such a fault does nothing here. */
  readonly whenVacant: Role | "nobody";
}

/** What must be true after every step of a run. */
export interface StepInvariant {
  readonly name: string;
  /** Begins to watch a run; what it needs to remember of former steps, it keeps in what it returns. */
  watch(): StepWatch;
}

/** Watches one run. */
export interface StepWatch {
  /**
   * Called after each step in which a node said something of itself, with the state of every node that is up.
   *
   * @returns what is wrong, as a message id and its parameters; undefined when nothing is
   */
  check(nodes: ReadonlyMap<string, NodeState>): TraceEvent | undefined;
}

/** What an operator's action makes of its subject, in a cluster whose members change. */
export type MemberChange = "joins" | "leaves" | "is-replaced";

/** What a person may do to a running cluster; each use is an operator step, and counted. */
export interface OperatorAction {
  readonly name: string;
  readonly description: string;
  /** Not there: the members stay who they are. */
  readonly members?: MemberChange;
  /**
   * Carries it out from an operator's host.
   *
   * @param subject the host it is to be done to
   * @throws OperationError when it makes no sense now, with the reason
   */
  run(host: Host, config: ClusterConfig, subject: string): Promise<void>;
}

/** What one node holds, when asked for all of it. */
export interface ReplicaReport {
  readonly node: string;
  /** Up to where in the order of writes: see position.ts. */
  readonly position: number;
  /** A hash of all that it holds. */
  readonly digest: string;
  /** It belongs to no cluster just now: it holds nothing, and is to hold nothing. */
  readonly outside?: boolean;
}

/** What there is to build, and to know, of a design: kinds of things, each counted once, whatever they take to write. */
export interface Complexity {
  /** Kinds of messages between clients, nodes and whoever operates them. */
  readonly messages: number;
  /** States that a node, or its end of a connection, can be in. */
  readonly states: number;
  readonly settings: number;
  /** What a person may have to do. */
  readonly steps: number;
}

/** How a person on call goes about it. */
export interface OnCall {
  /** From the first sign that something needs them until they act, in nanoseconds. */
  readonly reaction: Duration;
}

/**
 * A design in one of its modes: the same contract for all, so that the same plan runs on each. Nodes are written against
 * `host/` alone.
 */
export interface Topology {
  /** "single", or design and mode: "shared-disk:as-written". */
  readonly id: string;
  /** One line for a list. */
  readonly summary: string;
  readonly promises: readonly ModePromise[];
  readonly faultModel: FaultModel;
  readonly roles: readonly RoleRule[];
  readonly invariants: readonly StepInvariant[];
  readonly actions: readonly OperatorAction[];
  /** Not there: it was never counted. */
  readonly complexity?: Complexity;

  place(config: ClusterConfig): Placement;

  /**
   * Sets of hosts, the shared disk's server included, each enough by itself for progress: once all of one set are up and
   * connected, with one another and with clients, operations succeed again, whatever the other hosts do.
   *
   * @param nodes what is known of each node that has not lost its disk since: its state, or the last that it had
   * @param damaged those of them whose disks hold damage, whether they have found out or not: nobody relies on what they have
   */
  cores(
    config: ClusterConfig,
    nodes: ReadonlyMap<string, NodeState>,
    damaged: ReadonlySet<string>,
  ): readonly (readonly string[])[];

  /**
   * Sets of hosts of each of which fewer than half may lose what they hold, where the fault model says "minority". Not there:
   * all nodes are one such set, for ever.
   *
   * @param nodes as for {@link cores}
   */
  electorates?(nodes: ReadonlyMap<string, NodeState>): readonly (readonly string[])[];

  /** Makes the program of the node that stands on `host`; it does nothing before it runs. */
  startNode(host: Host, config: ClusterConfig): TopologyNode;

  /** Makes a client on `host`, which is a machine of its own. */
  connect(host: Host, config: ClusterConfig): ClusterClient;

  /**
   * A person on call, at a machine of their own: watches the cluster over the network, does what needs a person (a failover),
   * and traces each step as "operator-step". Not there: nothing ever needs one. Never returns by itself.
   */
  onCall?(host: Host, config: ClusterConfig, how: OnCall): Promise<void>;

  /**
   * Asks every node for what it holds in full, reading it all. Those that do not answer, or are in the middle of becoming
   * whole, are left out. Not there: nodes hold no copies.
   */
  survey?(host: Host, config: ClusterConfig): Promise<readonly ReplicaReport[]>;
}
