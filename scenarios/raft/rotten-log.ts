import { MILLISECOND, SECOND } from "../../host/time.ts";
import { FOR_GOOD } from "../faults/fault.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";
import type { Scenario } from "../scenario.ts";
import { CAREFUL } from "./foreseen.ts";
import { scatteredWriters } from "./scattered-writers.ts";

const NODES = 3;

/**
 * One follower is cut off while clients write, so that what is acknowledged is on two nodes; bits rot on one of them, which starts
 * anew. What it has acknowledged must not be missing where it votes: the leader is lost, and the other two are left.
 */
export const rottenLog: Scenario = {
  name: "rotten-log",
  summary:
    "one follower misses what clients write, bits rot on the other, which starts anew, and then the leader is lost",
  claims: [],
  expectations: new Map(hold(...CAREFUL)),

  plan(random) {
    const moments = random("moments");
    const [absent, rotten] = random("nodes").shuffle([0, 1, 2]) as [number, number, number];
    const rots = moments.between(500, 1_000) * MILLISECOND;
    const starts = rots + moments.between(1, 50) * MILLISECOND;
    const lost = starts + moments.between(0, 300) * MILLISECOND;
    return {
      cluster: { replicas: NODES - 1, engine: {} },
      ...machines("nvme"),
      clients: scatteredWriters(random("writers"), { clients: 6, steps: 30, pause: [0, 60 * MILLISECOND] }),
      faults: [
        {
          at: moments.between(200, 400) * MILLISECOND,
          lasts: lost,
          duringWrite: false,
          on: { role: "node", choice: absent },
          fault: { kind: "partition", shape: "isolate" },
        },
        {
          at: rots,
          lasts: 0,
          duringWrite: false,
          on: { role: "node", choice: rotten },
          fault: { kind: "bit-rot", bits: 8 },
        },
        {
          at: starts,
          lasts: moments.between(1, 50) * MILLISECOND,
          duringWrite: false,
          on: { role: "node", choice: rotten },
          fault: { kind: moments.pick(["kill", "power-loss"] as const) },
        },
        {
          at: lost,
          lasts: FOR_GOOD,
          duringWrite: false,
          on: { role: "leader", choice: 0 },
          fault: { kind: "kill" },
        },
      ],
      healing: { after: lost + 4 * SECOND, core: moments.below(60) },
      limit: 300 * SECOND,
    };
  },
};
