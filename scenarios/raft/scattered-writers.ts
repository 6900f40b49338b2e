import type { RandomStream } from "../../host/random.ts";
import type { ClientPlan } from "../plan.ts";
import { registerClients, type RegisterOptions, WRITES_ALONE } from "../workloads/register.ts";

/** Clients that write so many keys that hardly one is written twice: a write that was lost is not hidden by the next. */
export function scatteredWriters(
  random: RandomStream,
  options: Pick<RegisterOptions, "clients" | "steps" | "pause">,
): ClientPlan[] {
  return registerClients(random, {
    ...options,
    name: "writer",
    keys: 1_000,
    bytes: [20, 100],
    weights: WRITES_ALONE,
    readFrom: "primary",
  });
}
