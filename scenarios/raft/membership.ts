import type { RandomStream } from "../../host/random.ts";
import { MILLISECOND, SECOND } from "../../host/time.ts";
import { drawCluster } from "../drawn-cluster.ts";
import { drawChaos } from "../faults/chaos.ts";
import type { PlannedFault } from "../faults/fault.ts";
import { COMMON_FAULTS } from "../faults/swarm.ts";
import { hold } from "../foreseen.ts";
import type { Scenario } from "../scenario.ts";
import { dependentClients, registerGroups } from "../workloads/mixed.ts";
import { CAREFUL } from "./foreseen.ts";

const MACHINES = 5;
/** Clients make a pause of half this before each step, on the average: long enough for what a person does meanwhile. */
const PAUSE = 100 * MILLISECOND;

/**
 * A cluster that a person lets grow from one node to five, and shrink back, while clients are busy and everything fails: in an
 * order that is drawn, with steps that make no sense, handovers and replacements in between.
 */
export const membership: Scenario = {
  name: "membership",
  summary: "a person lets a cluster grow from one node to five and shrink back, under load, while everything fails",
  claims: [],
  expectations: new Map(hold(...CAREFUL)),

  plan(random) {
    const limits = random("limits");
    const steps = limits.between(40, 120);
    const keys = limits.between(1, 4);
    const pause = [0, PAUSE] as const;
    const bytes = [8, limits.pick([20, 200, 2000])] as const;
    const common = { keys, steps, pause, bytes } as const;
    const registers = registerGroups({ random, limits }, common);
    const drawn = drawCluster(limits);
    const keptBytes = limits.pick([512, 4_096, 262_144]);
    const chaos = drawChaos(random("faults"), {
      steps,
      pause: PAUSE,
      classes: limits.chance(1, 4) ? ["slow-link"] : [...COMMON_FAULTS, "wipe", "wipe", "bit-rot", "disk-full"],
    });
    return {
      ...drawn,
      cluster: {
        ...drawn.cluster,
        replicas: MACHINES - 1,
        settings: {
          founders: limits.pick([1, 1, 1, 2, 3]),
          keptBytes,
          segmentBytes: Math.min(limits.pick([256, 4_096]), keptBytes),
          chunkBytes: limits.pick([256, 32_768]),
        },
      },
      clients: [
        ...registers("register", limits.between(1, 3), 2, "primary"),
        ...registers("session", limits.between(0, 2), 3, { role: "replica", fresh: "session" }),
        ...dependentClients({ random, limits }, common, 1),
      ],
      ...chaos,
      faults: [...chaos.faults, ...drawSteps(random("operator"), (steps * PAUSE) / 2)].sort((a, b) => a.at - b.at),
      limit: 400 * SECOND,
    };
  },
};

/** What a person does within a span: adds every machine, then lets all but one go; and now and then something else. */
function drawSteps(random: RandomStream, span: number): PlannedFault[] {
  const machines = Array.from({ length: MACHINES }, (_, index) => index);
  const [grown, shrunk] = [random.shuffle(machines), random.shuffle(machines).slice(1)];
  const planned = [
    ...grown.map((choice) => ({ action: "add-node", choice })),
    ...shrunk.map((choice) => ({ action: "remove-node", choice })),
  ].flatMap((step) => (random.chance(1, 3) ? [step, drawAnother(random)] : [step]));
  return planned.map(({ action, choice }, index) => ({
    at: Math.floor((span * (index + 1)) / (planned.length + 1)),
    lasts: 0,
    duringWrite: random.chance(1, 3),
    on: { role: "node", choice },
    fault: { kind: "operator", action },
  }));
}

function drawAnother(random: RandomStream): { readonly action: string; readonly choice: number } {
  const action = random.pick(["transfer-leader", "transfer-leader", "replace-node", "add-node", "remove-node"]);
  return { action, choice: random.below(MACHINES) };
}
