import type { Duration } from "../host/time.ts";
import type { NetworkProfileName } from "../sim/network/profile.ts";
import type { ClusterConfig, ReadTarget } from "../topologies/topology.ts";
import type { ClusterMachines } from "./cluster.ts";

/** Version of the shape of {@link Plan}; raised whenever an old plan would be read differently. */
export const PLAN_SCHEMA = 1;

/** One thing a client does, after a pause. */
export type ClientStep =
  | {
      readonly wait: Duration;
      readonly op: "write";
      readonly key: string;
      readonly value: string;
      readonly bytes: number;
    }
  | { readonly wait: Duration; readonly op: "delete"; readonly key: string }
  | { readonly wait: Duration; readonly op: "read"; readonly key: string; readonly target: ReadTarget };

/** A client: a machine of its own that does one thing after the other. */
export interface ClientPlan {
  readonly name: string;
  readonly steps: readonly ClientStep[];
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
  /** True time after which the run is given up. */
  readonly limit: Duration;
}

/** The value as it is written: label, planned size, and filler up to that size, so that any damage to it shows. */
export function paddedValue(step: { readonly value: string; readonly bytes: number }): string {
  return `${step.value}|${step.bytes}|`.padEnd(step.bytes, ".");
}

/** The label of a value as it was read; the whole of a value that is not as anybody writes one. */
export function valueLabel(value: string): string {
  const [label = "", bytes = ""] = value.split("|", 2);
  return value === paddedValue({ value: label, bytes: Number(bytes) }) ? label : value;
}

/** A plan in one line: "primary, replica-1, disk; 2 clients, 64 writes, 10 reads; rack network; no faults". */
export function describePlan(plan: Plan, machines: readonly string[]): string {
  const steps = plan.clients.flatMap((client) => client.steps);
  const count = (op: ClientStep["op"]): number => steps.filter((step) => step.op === op).length;
  const work = [
    plural(plan.clients.length, "client"),
    plural(count("write"), "write"),
    plural(count("delete"), "delete"),
    plural(count("read"), "read"),
  ].filter((part) => !part.startsWith("0 "));
  return `${machines.join(", ")}; ${work.join(", ")}; no faults`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
