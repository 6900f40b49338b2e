import type { RandomStream } from "../../host/random.ts";
import type { ClientPlan } from "../plan.ts";
import { compareAndSetClients } from "./compare-and-set.ts";
import { counterClients } from "./counter.ts";
import type { Range, ReadRole } from "./draw.ts";
import { registerClients } from "./register.ts";

/** What clients of a plan have in common, who work on different things in different ways. */
export interface MixedOptions {
  /** Registers that all share. */
  readonly keys: number;
  /** Steps of each client. */
  readonly steps: number;
  /** Pause before each step, in nanoseconds. */
  readonly pause: Range;
  /** Size of a value. */
  readonly bytes: Range;
}

/** Streams by purpose, and the one from which a plan's limits are drawn. */
export interface MixedStreams {
  readonly random: (purpose: string) => RandomStream;
  readonly limits: RandomStream;
}

/** Clients of registers, in groups: each with a name of its own, and its own way to read; some groups delete as well. */
export function registerGroups(
  { random, limits }: MixedStreams,
  common: MixedOptions,
): (name: string, clients: number, reads: number, readFrom: ReadRole) => ClientPlan[] {
  return (name, clients, reads, readFrom) =>
    registerClients(random(name), {
      ...common,
      name,
      clients,
      weights: { read: reads, write: 2, delete: limits.pick([0, 0, 1]) },
      readFrom,
    });
}

/** Clients whose changes rest on what is there, of each kind so many at most: on the registers that all share, and a counter. */
export function dependentClients(
  { random, limits }: MixedStreams,
  { keys, steps, pause }: MixedOptions,
  most: number,
): ClientPlan[] {
  const common = { steps, pause, readFrom: "primary" } as const;
  return [
    ...compareAndSetClients(random("compare-and-set"), {
      ...common,
      keys,
      clients: limits.between(0, most),
      weights: { read: 1, write: 1, cas: 3 },
      wrongOneIn: 10,
    }),
    ...counterClients(random("counter"), {
      ...common,
      clients: limits.between(0, most),
      keys: 1,
      delta: [1, 5],
      readOneIn: 4,
    }),
  ];
}
