import { MILLISECOND, SECOND } from "../host/time.ts";
import { drawCluster } from "./drawn-cluster.ts";
import { drawChaos } from "./faults/chaos.ts";
import { raftModes } from "./raft/foreseen.ts";
import type { Expectation, Scenario } from "./scenario.ts";
import { compareAndSetClients } from "./workloads/compare-and-set.ts";
import { registerClients } from "./workloads/register.ts";
import { scanClients } from "./workloads/scan.ts";

/** Registers that are read, overwritten, deleted, compared and set, and scanned: the least that any design must do right. */
export const register: Scenario = {
  name: "register",
  summary: "registers read, written, deleted, compared and set, and scanned, while machines and networks fail",
  claims: [],
  expectations: new Map<string, Expectation>([["single", { kind: "holds" }], ...raftModes("nonlinearizable")]),

  plan(random) {
    const limits = random("limits");
    const steps = limits.between(10, 30);
    const pause = limits.pick([0, 1, 10, 50]) * MILLISECOND;
    const common = {
      keys: limits.between(1, 6),
      steps,
      pause: [0, pause],
      readFrom: "primary",
    } as const;
    const bytes = [8, limits.pick([20, 200, 2000])] as const;
    const deletes = limits.pick([0, 1]);
    const comparing = limits.between(0, 3);
    return {
      ...drawCluster(limits),
      clients: [
        ...registerClients(random("register"), {
          ...common,
          clients: limits.between(1, 3),
          bytes,
          weights: { read: 4, write: 4, delete: deletes },
        }),
        ...compareAndSetClients(random("compare-and-set"), {
          ...common,
          clients: comparing,
          weights: { read: 1, write: 1, cas: 3 },
          wrongOneIn: 10,
        }),
        ...scanClients(random("scan"), { ...common, clients: limits.between(0, 1), limit: [1, 10] }),
      ],
      ...drawChaos(random("faults"), { steps, pause }),
      limit: 300 * SECOND,
    };
  },
};
