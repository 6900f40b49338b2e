import type { RandomStream } from "../../host/random.ts";
import { MILLISECOND } from "../../host/time.ts";
import type { PlannedFault } from "./fault.ts";

export interface HandsOptions {
  /** Of so many plans, one has any. */
  readonly oneIn: number;
  /** Steps at most. */
  readonly most: number;
  /** What a person does, and to whom. */
  readonly draw: () => Pick<PlannedFault, "on" | "fault">;
}

/** The faults of a plan and, now and then, what a person does while they come although nothing calls for it. */
export function withHands<Chaos extends { readonly faults: readonly PlannedFault[] }>(
  random: RandomStream,
  chaos: Chaos,
  { oneIn, most, draw }: HandsOptions,
): Chaos {
  if (!random.chance(1, oneIn)) return chaos;
  const latest = chaos.faults.at(-1)?.at ?? 100 * MILLISECOND;
  const hands = Array.from({ length: random.between(1, most) }, (): PlannedFault => ({
    at: random.below(latest + 1),
    lasts: 0,
    duringWrite: random.chance(1, 2),
    ...draw(),
  }));
  return { ...chaos, faults: [...chaos.faults, ...hands].sort((a, b) => a.at - b.at) };
}
