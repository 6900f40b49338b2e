import { MILLISECOND, SECOND } from "../host/time.ts";
import { drawCluster } from "./drawn-cluster.ts";
import { drawChaos } from "./faults/chaos.ts";
import type { Scenario } from "./scenario.ts";
import { listAppendClients } from "./workloads/list-append.ts";

/** Transactions append to lists and read them: what each saw of the others shows in which order they can have happened. */
export const listAppend: Scenario = {
  name: "list-append",
  summary: "transactions that append to lists and read them",
  claims: [],
  expectations: new Map([
    ["single", { kind: "holds" }],
    ["wal-stream:full", { kind: "holds" }],
    ["raft:read-index", { kind: "holds" }],
  ]),

  plan(random) {
    const limits = random("limits");
    const steps = limits.between(10, 40);
    const pause = limits.pick([0, 1, 10, 50]) * MILLISECOND;
    return {
      ...drawCluster(limits),
      clients: listAppendClients(random("list-append"), {
        clients: limits.between(2, 5),
        keys: limits.between(1, 4),
        steps,
        pause: [0, pause],
        length: [1, limits.between(2, 5)],
        readOneIn: limits.between(2, 6),
        appendsPerKey: limits.pick([8, 32]),
        readFrom: "primary",
      }),
      ...drawChaos(random("faults"), { steps, pause }),
      limit: 300 * SECOND,
    };
  },
};
