import type { RandomStream } from "../host/random.ts";
import { MILLISECOND, SECOND } from "../host/time.ts";
import { drawCluster } from "./drawn-cluster.ts";
import { drawChaos } from "./faults/chaos.ts";
import { withHands } from "./faults/hands.ts";
import { COMMON_FAULTS } from "./faults/swarm.ts";
import type { ClientPlan } from "./plan.ts";
import { raftModes } from "./raft/foreseen.ts";
import type { Expectation, Scenario } from "./scenario.ts";
import { bankClients } from "./workloads/bank.ts";
import { counterClients } from "./workloads/counter.ts";
import { listAppendClients } from "./workloads/list-append.ts";
import { registerGroups } from "./workloads/mixed.ts";
import { setClients } from "./workloads/set.ts";

/**
 * Chaos with a person on call: whoever is primary fails, with its disk or cut off from half of the world, somebody decides that
 * another takes over, and the old one comes back. Clients read from the primary, from replicas, as sessions and within bounds,
 * so that everything a replicated design may promise is looked at.
 */
export const failover: Scenario = {
  name: "failover",
  summary: "machines, networks and disks fail, and a person on call lets replicas take over",
  claims: [],
  expectations: new Map<string, Expectation>([
    ["single", { kind: "holds" }],
    ["shared-disk:careful", { kind: "holds" }],
    ["wal-stream:async", { kind: "holds" }],
    ["wal-stream:semi", { kind: "holds" }],
    ["wal-stream:full", { kind: "holds" }],
    ...raftModes("nonlinearizable", "transaction-anomaly", "wrong-total", "lost-element", "lost-transfer"),
  ]),

  plan(random) {
    const limits = random("limits");
    const hands = random("operator");
    const steps = limits.between(10, 40);
    const pause = limits.pick([1, 10, 50]) * MILLISECOND;
    const keys = limits.between(1, 4);
    const bytes = [8, limits.pick([20, 200, 2000])] as const;
    const reaction = limits.pick([50, 200, 1000]) * MILLISECOND;
    const common = { keys, steps, pause: [0, pause], bytes } as const;
    const registers = registerGroups({ random, limits }, common);
    const bound = limits.pick([20, 200, 2000]) * MILLISECOND;
    return {
      ...drawCluster(limits),
      clients: [
        ...registers("register", limits.between(1, 3), 2, "primary"),
        ...registers("session", limits.between(0, 2), 3, { role: "replica", fresh: "session" }),
        ...registers("bounded", limits.between(0, 1), 5, { role: "replica", fresh: bound }),
        ...registers("lenient", limits.between(0, 1), 5, "replica"),
        ...others(random("others"), steps, pause),
      ],
      // Somebody promotes although nothing calls for it: it must be refused, or do no harm.
      ...withHands(
        hands,
        drawChaos(random("faults"), { steps, pause, classes: [...COMMON_FAULTS, "wipe", "disk-full"] }),
        {
          oneIn: 4,
          most: 2,
          draw: () => ({
            on: { role: hands.pick(["replica", "primary", "node"]), choice: hands.below(60) },
            fault: { kind: "operator", action: hands.pick(["promote", "promote", "failover"]) },
          }),
        },
      ),
      onCall: { reaction },
      limit: 300 * SECOND,
    };
  },
};

/** Clients of one more kind of workload, or of none. */
function others(random: RandomStream, steps: number, pause: number): ClientPlan[] {
  const common = { clients: random.between(1, 3), steps, pause: [0, pause], readFrom: "primary" } as const;
  switch (random.pick(["set", "counter", "bank", "list-append", "none"])) {
    case "set":
      return setClients(random, { ...common, keys: 1, readOneIn: 5 });
    case "counter":
      return counterClients(random, { ...common, keys: 1, delta: [1, 5], readOneIn: 4 });
    case "bank":
      return bankClients(random, {
        ...common,
        accounts: random.between(2, 5),
        balance: 20,
        amount: [1, 10],
        readOneIn: 3,
        headStart: 20 * MILLISECOND,
      });
    case "list-append":
      return listAppendClients(random, {
        ...common,
        keys: random.between(1, 3),
        steps: Math.min(steps, 20),
        length: [1, 3],
        readOneIn: 3,
        appendsPerKey: 10,
      });
    default:
      return [];
  }
}
