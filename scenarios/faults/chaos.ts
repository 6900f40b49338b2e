import type { RandomStream } from "../../host/random.ts";
import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import type { FaultClass } from "../../topologies/topology.ts";
import type { Plan } from "../plan.ts";
import { COMMON_FAULTS, drawFaults } from "./swarm.ts";

export interface ChaosOptions {
  /** How many steps each client has, and the longest pause before one: faults come while clients are busy. */
  readonly steps: number;
  readonly pause: Duration;
  /** The kinds of faults. Default {@link COMMON_FAULTS}. */
  readonly classes?: readonly FaultClass[];
}

/** What an operation takes, about. */
const OPERATION: Duration = 4 * MILLISECOND;
/** A client waits so long for an answer; then the run goes on. */
const PATIENCE: Duration = 10 * SECOND;

/** Draws the faults of a run, while clients are busy, and its healing. */
export function drawChaos(random: RandomStream, options: ChaosOptions): Pick<Plan, "faults" | "healing"> {
  const { steps, pause, classes = COMMON_FAULTS } = options;
  const span = steps * (OPERATION + Math.floor(pause / 2));
  return {
    faults: drawFaults(random, {
      classes,
      // The primary is where it hurts; a disk's faults mean its own disk where none is shared.
      roles: ["primary", "primary", "replica", "node", "disk", "client"],
      span,
      longest: 2 * span,
    }),
    healing: { after: 3 * span + PATIENCE, core: random.below(60) },
  };
}
