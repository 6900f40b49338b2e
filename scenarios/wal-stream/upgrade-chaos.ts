import type { RandomStream } from "../../host/random.ts";
import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import { drawCluster } from "../drawn-cluster.ts";
import { drawChaos } from "../faults/chaos.ts";
import type { Fault, PlannedFault } from "../faults/fault.ts";
import { withHands } from "../faults/hands.ts";
import { COMMON_FAULTS } from "../faults/swarm.ts";
import type { Scenario } from "../scenario.ts";
import { dependentClients, registerGroups } from "../workloads/mixed.ts";
import { hold } from "../foreseen.ts";
import { UPGRADES } from "./upgrade-to-raft.ts";

/**
 * Chaos with a person who takes the cluster to Raft in the middle of it, again and again until it is done, at times two of them at
 * once; others promote and fail over meanwhile. Logs are short, so that whoever is behind is sent whole copies, in either protocol.
 */
export const upgradeChaos: Scenario = {
  name: "upgrade-chaos",
  summary: "machines, networks and disks fail while people take the cluster from WAL streaming to Raft",
  claims: [],
  expectations: new Map(hold(...UPGRADES)),

  plan(random) {
    const limits = random("limits");
    const hands = random("operator");
    const steps = limits.between(20, 60);
    const pause = limits.pick([10, 50, 100]) * MILLISECOND;
    const keys = limits.between(1, 4);
    const bytes = [8, limits.pick([20, 200, 2000])] as const;
    const common = { keys, steps, pause: [0, pause], bytes } as const;
    const registers = registerGroups({ random, limits }, common);
    const drawn = drawCluster(limits);
    const keptBytes = limits.pick([512, 4_096, 262_144]);
    const span = steps * (4 * MILLISECOND + Math.floor(pause / 2));
    const upgrades = Array.from({ length: hands.between(1, 3) }, () =>
      upgradeWithin(hands, hands.pick([span, 2 * span, 3 * span])),
    ).flat();
    const chaos = drawChaos(random("faults"), { steps, pause, classes: [...COMMON_FAULTS, "wipe", "disk-full"] });
    const { faults, ...rest } = withHands(hands, chaos, {
      oneIn: 3,
      most: 3,
      draw: () => ({
        on: { role: hands.pick(["replica", "primary", "node"]), choice: hands.below(60) },
        fault: {
          kind: "operator",
          action: hands.pick(["promote", "failover", "transfer-leader"]),
        },
      }),
    });
    return {
      ...drawn,
      cluster: {
        ...drawn.cluster,
        replicas: limits.pick([2, 2, 2, 3, 4]),
        settings: {
          keptBytes,
          mostKeptBytes: 4 * keptBytes,
          segmentBytes: Math.min(limits.pick([256, 4_096]), keptBytes),
          chunkBytes: limits.pick([256, 32_768]),
        },
      },
      clients: [
        ...registers("register", limits.between(1, 3), 2, "primary"),
        ...registers("session", limits.between(0, 2), 3, { role: "replica", fresh: "session" }),
        ...registers("bounded", limits.between(0, 1), 5, { role: "replica", fresh: 200 * MILLISECOND }),
        ...dependentClients({ random, limits }, common, 2),
      ],
      ...rest,
      faults: [...faults, ...upgrades].sort((a, b) => a.at - b.at),
      onCall: { reaction: limits.pick([50, 200, 1000]) * MILLISECOND },
      limit: 300 * SECOND,
    };
  },
};

/** A person begins an upgrade, or carries it on; now and then a machine fails just then. */
function upgradeWithin(random: RandomStream, span: Duration): PlannedFault[] {
  const at = random.below(span);
  const upgrade: PlannedFault = {
    at,
    lasts: 0,
    duringWrite: random.chance(1, 2),
    on: { role: random.pick(["primary", "node"]), choice: random.below(60) },
    fault: { kind: "operator", action: "upgrade-to-raft" },
  };
  if (!random.chance(1, 2)) return [upgrade];
  const failure: PlannedFault = {
    at: at + random.below(random.pick([20, 100, 1000]) * MILLISECOND),
    lasts: random.between(1, 2000) * MILLISECOND,
    duringWrite: false,
    on: { role: random.pick(["primary", "node"]), choice: random.below(60) },
    fault: random.pick<Fault>([
      { kind: "kill" },
      { kind: "power-loss" },
      { kind: "wipe" },
      { kind: "partition", shape: "isolate" },
    ]),
  };
  return [upgrade, failure];
}
