import { MILLISECOND, type Duration } from "../../host/time.ts";
import type { ClientPlan } from "../plan.ts";
import type { Scenario } from "../scenario.ts";
import { READS_ALONE, registerClients, type RegisterWeights, WRITES_ALONE } from "../workloads/register.ts";

/** Some clients, each with so many steps, and how long they pause at most. */
interface Group {
  readonly clients: number;
  readonly steps: number;
  readonly pause: Duration;
}

export interface LeaderClientsOptions {
  readonly keys: number;
  readonly writers: Group;
  readonly readers: Pick<Group, "clients" | "steps">;
  /** Who comes later, at any time within a span, for two steps. */
  readonly latecomers: { readonly clients: number; readonly within: Duration; readonly weights: RegisterWeights };
}

/**
 * Clients of whoever leads, while that changes: those who write and those who read stay with the leader they know, and who comes
 * later knows none, and finds the new one at once.
 */
export function leaderClients(
  random: Parameters<Scenario["plan"]>[0],
  { keys, writers, readers, latecomers }: LeaderClientsOptions,
): ClientPlan[] {
  const common = { keys, bytes: [20, 100], readFrom: "primary" } as const;
  return [
    ...registerClients(random("writers"), {
      ...common,
      ...writers,
      name: "writer",
      pause: [0, writers.pause],
      weights: WRITES_ALONE,
    }),
    ...registerClients(random("readers"), {
      ...common,
      ...readers,
      name: "reader",
      pause: [0, 150 * MILLISECOND],
      weights: READS_ALONE,
    }),
    ...registerClients(random("latecomers"), {
      ...common,
      name: "latecomer",
      clients: latecomers.clients,
      steps: 2,
      pause: [0, latecomers.within],
      weights: latecomers.weights,
    }),
  ];
}
