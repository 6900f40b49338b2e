import type { RandomStream } from "../../host/random.ts";
import type { ClientPlan } from "../plan.ts";
import { keyName, planTogether, type ClientsOptions } from "./draw.ts";

export interface SetOptions extends ClientsOptions {
  readonly keys: number;
  /** One step in so many is a read. */
  readonly readOneIn: number;
}

/** Clients that add elements to a few sets and read them whole. Every element is added once, by one client. */
export function setClients(random: RandomStream, options: SetOptions): ClientPlan[] {
  const { keys, readOneIn } = options;
  let element = 0;
  return planTogether("set", "set", random, options, () => {
    const key = keyName(random.below(keys));
    if (random.below(readOneIn) === 0) return { op: "read-set", key };
    return { op: "add", key, element: ++element };
  });
}
