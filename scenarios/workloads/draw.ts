import type { RandomStream } from "../../host/random.ts";
import { isReadOnly } from "../../topologies/operation.ts";
import type { ReadTarget } from "../../topologies/topology.ts";
import type { ClientPlan, ClientStep, WorkloadKind } from "../plan.ts";

/** A range from which a number is drawn, both ends included. */
export type Range = readonly [low: number, high: number];

/** Whom reads ask: the primary, or a replica that is drawn anew for each; and how new the answer must be. */
export type ReadRole = ReadTarget["role"] | Pick<ReadTarget, "role" | "fresh">;

/** More replicas than any plan has: a drawn choice is taken modulo their number. */
const CHOICES = 60;

export function drawn(random: RandomStream, [low, high]: Range): number {
  return random.between(low, high);
}

export function drawTarget(random: RandomStream, from: ReadRole): ReadTarget {
  const { role, fresh } = typeof from === "string" ? { role: from } : from;
  const choice = role === "replica" ? random.below(CHOICES) : 0;
  return fresh === undefined ? { role, choice } : { role, choice, fresh };
}

/** "k00", "k01"...: in order of text as in order of number, up to a hundred. */
export function keyName(index: number): string {
  return `k${String(index).padStart(2, "0")}`;
}

/** What clients that are planned together have in common. */
export interface ClientsOptions {
  readonly clients: number;
  /** Their names, before a number from 1 on. Default the kind of workload. */
  readonly name?: string;
  /** Steps of each client. */
  readonly steps: number;
  /** Pause before each step, in nanoseconds. */
  readonly pause: Range;
  /** Whom reads ask. */
  readonly readFrom: ReadRole;
}

/**
 * Plans several clients together: first the first step of each, then the second... That is about the order in which a run
 * carries them out, so that a step can build on what others did before.
 *
 * @param prefix of the clients' names, where the options have none
 * @param next one step's operation, by the client of that name; called in the order of steps
 */
export function planTogether(
  prefix: string,
  workload: WorkloadKind,
  random: RandomStream,
  { clients, name = prefix, steps, pause, readFrom }: ClientsOptions,
  next: (client: string, step: number) => ClientStep["operation"],
): ClientPlan[] {
  const plans = Array.from({ length: clients }, (_, index) => ({
    name: `${name}-${index + 1}`,
    steps: [] as ClientStep[],
  }));
  for (let step = 1; step <= steps; step++) {
    for (const plan of plans) {
      const wait = drawn(random, pause);
      const operation = next(plan.name, step);
      plan.steps.push(
        isReadOnly(operation) ? { wait, operation, target: drawTarget(random, readFrom) } : { wait, operation },
      );
    }
  }
  return plans.map((plan) => ({ ...plan, workload }));
}
