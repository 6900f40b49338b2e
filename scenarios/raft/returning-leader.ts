import { MILLISECOND, SECOND } from "../../host/time.ts";
import { FOR_GOOD } from "../faults/fault.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";
import type { Scenario } from "../scenario.ts";
import { CAREFUL } from "./foreseen.ts";
import { leaderClients } from "./leader-clients.ts";

const NODES = 3;
/** When the leader is lost to the others. Until then a person has let it be the one that the faults are for. */
const LOST = 800 * MILLISECOND;

/**
 * A leader is lost to the others for longer than it takes to elect another, while clients still reach it, or stands still. It
 * comes back, with an end of its log that nobody else has, is set right, and starts anew; then one of the others is lost.
 */
export const returningLeader: Scenario = {
  name: "returning-leader",
  summary: "a leader is cut off or stands still, comes back with an end of its own, and starts anew",
  claims: [],
  expectations: new Map(hold(...CAREFUL)),

  plan(random) {
    const moments = random("moments");
    const [leader, other] = random("nodes").shuffle([0, 1, 2]) as [number, number, number];
    const lasts = moments.between(1_000, 2_500) * MILLISECOND;
    const restarts = LOST + lasts + moments.between(50, 2_000) * MILLISECOND;
    const span = restarts + SECOND;
    const shared = { duringWrite: false, on: { role: "node", choice: leader } } as const;
    return {
      cluster: { replicas: NODES - 1, engine: {} },
      ...machines(moments.pick(["nvme", "ssd"])),
      clients: leaderClients(random, {
        keys: 3,
        writers: { clients: 4, steps: 20, pause: 200 * MILLISECOND },
        readers: { clients: 3, steps: 40 },
        latecomers: { clients: 24, within: span, weights: { read: 1, write: 2, delete: 0 } },
      }),
      faults: [
        { ...shared, at: 200 * MILLISECOND, lasts: 0, fault: { kind: "operator", action: "transfer-leader" } },
        {
          ...shared,
          at: LOST,
          lasts,
          fault: moments.pick([
            { kind: "partition", shape: "from-nodes" },
            { kind: "partition", shape: "from-nodes" },
            { kind: "partition", shape: "outgoing" },
            { kind: "clog" },
          ] as const),
        },
        // It may stand still as well: then it must not take for now what was before.
        ...(moments.chance(1, 2)
          ? [{ ...shared, at: LOST + MILLISECOND, lasts: lasts - 300 * MILLISECOND, fault: { kind: "pause" } as const }]
          : []),
        {
          ...shared,
          at: restarts,
          lasts: moments.between(1, 100) * MILLISECOND,
          fault: { kind: moments.pick(["kill", "power-loss"] as const) },
        },
        {
          at: restarts + moments.between(0, 500) * MILLISECOND,
          lasts: FOR_GOOD,
          duringWrite: false,
          on: { role: "node", choice: other },
          fault: { kind: moments.pick(["kill", "power-loss"] as const) },
        },
      ],
      healing: { after: span + 4 * SECOND, core: moments.below(60) },
      limit: 300 * SECOND,
    };
  },
};
