import type { RandomStream } from "../../host/random.ts";
import type { ClientPlan } from "../plan.ts";
import { keyName, planTogether, type ClientsOptions } from "./draw.ts";

export interface CompareAndSetOptions extends ClientsOptions {
  readonly keys: number;
  /** How often each operation is drawn, in relation to the others. */
  readonly weights: { readonly read: number; readonly write: number; readonly cas: number };
  /** One compare-and-set in so many expects a value that nobody writes; 0 for none. */
  readonly wrongOneIn: number;
}

/**
 * Clients that read, overwrite, and compare and set a few keys. A compare-and-set expects what its client has last seen:
 * where another was faster it must be refused. Every value is new.
 */
export function compareAndSetClients(random: RandomStream, options: CompareAndSetOptions): ClientPlan[] {
  const { keys, weights, wrongOneIn } = options;
  return planTogether("cas", "register", random, options, (client, step) => {
    const key = keyName(random.below(keys));
    const draw = random.below(weights.read + weights.write + weights.cas);
    if (draw < weights.read) return { op: "read", key };
    const value = `${client}-${step}`;
    if (draw < weights.read + weights.write) return { op: "write", key, value, bytes: 0 };
    const wrong = wrongOneIn > 0 && random.below(wrongOneIn) === 0;
    if (wrong) return { op: "cas", key, from: `${client}-never`, to: value };
    return { op: "cas", key, from: null, to: value, expectsKnown: true };
  });
}
