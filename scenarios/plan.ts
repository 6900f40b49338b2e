import type { Duration } from "../host/time.ts";
import type { NetworkProfileName } from "../sim/network/profile.ts";
import { OPERATION_LIMITS } from "../topologies/decode-operation.ts";
import type { ClientOperation } from "../topologies/operation.ts";
import type { ClusterConfig, OnCall, ReadTarget, SyncMode } from "../topologies/topology.ts";
import type { ClusterMachines } from "./cluster.ts";
import type { PlannedFault } from "./faults/fault.ts";

/** Version of the shape of {@link Plan}; raised whenever an old plan would be read differently. */
export const PLAN_SCHEMA = 2;

/**
 * What a client works on, and so by which model its operations are judged. Clients of different kinds never touch the same
 * keys.
 */
export const WORKLOAD_KINDS = ["register", "counter", "set", "bank", "list-append"] as const;

export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

type Planned<Op extends ClientOperation["op"]> = Extract<ClientOperation, { readonly op: Op }>;

/** An operation as planned: a register's value is a label, padded to a size when it is written or compared. */
export type PlannedOperation =
  | Exclude<ClientOperation, { readonly op: "write" | "cas" }>
  | (Planned<"write"> & { readonly bytes: number })
  | (Planned<"cas"> & {
      /** Of both its values; default 0. A value is compared as it was written: with its size. */
      readonly bytes?: number;
      /** Expects what this client has last seen the register hold; `from`, while it has seen nothing of it. */
      readonly expectsKnown?: boolean;
    });

/** Bytes of a value at most. */
export const LARGEST_VALUE = OPERATION_LIMITS.value;

/** One thing a client does, after a pause. */
export interface ClientStep {
  /** Pause before it, on the client's clock. */
  readonly wait: Duration;
  readonly operation: PlannedOperation;
  /** Whom a read asks. Default the primary. */
  readonly target?: ReadTarget;
  /** Whose acknowledgement a change waits for, where the mode gives the choice. Default what the mode does. */
  readonly sync?: SyncMode;
}

/** A client: a machine of its own that does one thing after the other. */
export interface ClientPlan {
  readonly name: string;
  readonly workload: WorkloadKind;
  readonly steps: readonly ClientStep[];
}

/**
 * The end of a run with faults: a core of hosts is healed and the rest frozen; then changes must succeed again, and all
 * that was written is read once more.
 */
export interface HealingPlan {
  /** When it begins at the latest, from the moment at which the cluster was ready; before, if clients are done. */
  readonly after: Duration;
  /** Which of the topology's cores: taken modulo their number. */
  readonly core: number;
}

/**
 * Everything that a run does, drawn from (scenario, seed) before it begins. Plain data: printed, saved, compared and shrunk.
 */
export interface Plan extends ClusterMachines {
  readonly schema: typeof PLAN_SCHEMA;
  readonly scenario: string;
  readonly topology: string;
  readonly seed: number;
  readonly cluster: ClusterConfig;
  readonly network: NetworkProfileName;
  readonly clients: readonly ClientPlan[];
  readonly faults: readonly PlannedFault[];
  /** The person on call, where a topology may need one. Default: nobody. */
  readonly onCall?: OnCall;
  /** Lets faults strike that the mode's fault model does not bear; once one has, the run is held to its safety alone. */
  readonly unbounded?: boolean;
  /** How the run ends, once clients have done their steps; without it, at once. */
  readonly healing?: HealingPlan;
  /** Another draw of all that chance decides inside the run; shrinking tries several. Default 0. */
  readonly salt?: number;
  /** True time after which the run is given up. */
  readonly limit: Duration;
}

/** The value as it is written: label, planned size, and filler up to that size, so that any damage to it shows. */
export function paddedValue(step: { readonly value: string; readonly bytes: number }): string {
  return `${step.value}|${step.bytes}|`.padEnd(step.bytes, ".");
}

/** The operation with its labels made into the values that are stored. */
export function asWritten(operation: PlannedOperation): ClientOperation {
  switch (operation.op) {
    case "write":
      return { op: "write", key: operation.key, value: paddedValue(operation) };
    case "cas": {
      const { key, from, to, bytes = 0 } = operation;
      const padded = (value: string): string => paddedValue({ value, bytes });
      return { op: "cas", key, from: from === null ? null : padded(from), to: padded(to) };
    }
    default:
      return operation;
  }
}

/** The label of a value as it was read; the whole of a value that is not as anybody writes one. */
export function valueLabel(value: string): string {
  // From the end: a label may have bars of its own, and what follows it has none.
  const filler = value.lastIndexOf("|");
  const size = value.lastIndexOf("|", filler - 1);
  if (filler <= 0 || size < 0) return value;
  const [label, bytes] = [value.slice(0, size), value.slice(size + 1, filler)];
  return value === paddedValue({ value: label, bytes: Number(bytes) }) ? label : value;
}

/** What of an operation's kind a summary counts it under. */
function nounOf({ op }: PlannedOperation): string {
  if (op.startsWith("read")) return "read";
  return op === "txn" ? "transaction" : op === "cas" ? "compare-and-set" : op;
}

/** A plan in one line: "primary, replica-1, disk; 2 clients, 64 writes, 10 reads; no faults". */
export function describePlan(plan: Plan, machines: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const { operation } of plan.clients.flatMap((client) => client.steps)) {
    const noun = nounOf(operation);
    counts.set(noun, (counts.get(noun) ?? 0) + 1);
  }
  const work = [
    plural(plan.clients.length, "client"),
    ...[...counts].sort(([a], [b]) => (a < b ? 1 : -1)).map(([noun, count]) => plural(count, noun)),
  ];
  return `${machines.join(", ")}; ${work.join(", ")}; ${describeFaults(plan.faults)}`;
}

/** "no faults", or how many of each kind: "2 kills, 1 partition". */
function describeFaults(faults: readonly PlannedFault[]): string {
  if (faults.length === 0) return "no faults";
  const counts = new Map<string, number>();
  for (const { fault } of faults) counts.set(fault.kind, (counts.get(fault.kind) ?? 0) + 1);
  return `faults: ${[...counts].map(([kind, count]) => (count === 1 ? kind : `${count} × ${kind}`)).join(", ")}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
