import type { RandomStream } from "../../host/random.ts";
import type { ClientPlan } from "../plan.ts";
import { drawn, keyName, planTogether, type ClientsOptions, type Range } from "./draw.ts";

export interface ScanOptions extends ClientsOptions {
  /** Scans begin at one of so many keys, named as those of other register workloads. */
  readonly keys: number;
  /** Registers of one scan, at most. */
  readonly limit: Range;
}

/** Clients that read registers in order of key, from a random one on. What they read others must write. */
export function scanClients(random: RandomStream, options: ScanOptions): ClientPlan[] {
  const { keys, limit } = options;
  return planTogether("scan", "register", random, options, () => ({
    op: "scan",
    from: keyName(random.below(keys)),
    limit: drawn(random, limit),
  }));
}
