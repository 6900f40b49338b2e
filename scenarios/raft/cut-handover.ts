import { MILLISECOND, SECOND } from "../../host/time.ts";
import type { PlannedFault } from "../faults/fault.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";
import type { Scenario } from "../scenario.ts";
import { WRITES_ALONE } from "../workloads/register.ts";
import { CAREFUL } from "./foreseen.ts";
import { leaderClients } from "./leader-clients.ts";

const NODES = 3;
const MOST_HANDOVERS = 3;
/** From one handover to the next: what came of one has settled by then. */
const EVERY = 2 * SECOND;

/**
 * A person lets the leader hand over, and whoever hands over or takes over is cut off from the others at that moment: so that a
 * node stands for election that nobody hears, or one leads on that has let another be elected.
 */
export const cutHandover: Scenario = {
  name: "cut-handover",
  summary: "a leader hands over, and either side of it is cut off from the others while it does",
  claims: [],
  expectations: new Map(hold(...CAREFUL)),

  plan(random) {
    const moments = random("moments");
    const handovers = moments.between(1, MOST_HANDOVERS);
    const span = (handovers + 1) * EVERY;
    const faults: PlannedFault[] = [];
    let choice = moments.below(NODES);
    const handOver = (at: number): void => {
      const on = { role: "node", choice } as const;
      faults.push({ at, lasts: 0, duringWrite: false, on, fault: { kind: "operator", action: "transfer-leader" } });
    };
    handOver(200 * MILLISECOND);
    for (let handover = 1; handover <= handovers; handover++) {
      const at = handover * EVERY + moments.between(0, 400) * MILLISECOND;
      // To another than the time before, who leads since then, if all went well.
      choice = (choice + moments.between(1, NODES - 1)) % NODES;
      handOver(at);
      const on = { role: "node", choice } as const;
      // A person asks all how they are, then the leader: over a slow link, so that there is time to cut it off in between.
      const latency = moments.pick([5, 10]) * MILLISECOND;
      const asked = at + 4 * latency;
      // Whoever takes over hears that it is to stand for election, and is not heard; for so long that connections are given up,
      // with what was sent over them. Or the leader lets it, and does not hear it.
      const isTaker = handover === handovers && moments.chance(2, 3);
      const lasts = (isTaker ? moments.between(1_100, 1_800) : moments.between(300, 1_500)) * MILLISECOND;
      faults.push(
        { at: at - 100 * MILLISECOND, lasts, duringWrite: false, on, fault: { kind: "slow-link", latency } },
        {
          at: asked + moments.between(0, isTaker ? latency : 2 * latency),
          lasts,
          duringWrite: false,
          on: isTaker ? on : { role: "leader", choice: 0 },
          fault: { kind: "partition", shape: isTaker ? "outgoing" : "from-nodes" },
        },
      );
    }
    return {
      cluster: { replicas: NODES - 1, engine: {} },
      ...machines("nvme"),
      clients: leaderClients(random, {
        keys: 2,
        writers: { clients: 2, steps: 40, pause: 300 * MILLISECOND },
        readers: { clients: 2, steps: 80 },
        latecomers: { clients: 60, within: span, weights: WRITES_ALONE },
      }),
      faults: faults.sort((a, b) => a.at - b.at),
      healing: { after: span, core: moments.below(60) },
      limit: 300 * SECOND,
    };
  },
};
