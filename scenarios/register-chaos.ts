import { MILLISECOND, SECOND } from "../host/time.ts";
import { COMMON_FAULTS, drawFaults } from "./faults/swarm.ts";
import type { Scenario } from "./scenario.ts";
import { reader, writer } from "./workloads/register.ts";

/** Clients overwrite and read a few registers while machines, networks, clocks and disks fail, as far as modes bear it. */
export const registerChaos: Scenario = {
  name: "register-chaos",
  summary: "registers written and read while machines, networks and clocks fail",
  claims: [],
  expectations: new Map([["single", { kind: "holds" }]]),

  plan(random) {
    const limits = random("limits");
    const keys = limits.between(1, 6);
    const writers = Array.from({ length: limits.between(1, 3) }, (_, index) => `writer-${index + 1}`);
    const readers = Array.from({ length: limits.between(1, 2) }, (_, index) => `reader-${index + 1}`);
    // Clients are busy for about as long as faults begin.
    const span = limits.pick([100, 500, 500, 3000]) * MILLISECOND;
    const steps = limits.between(10, 30);
    const pause = Math.floor((2 * span) / steps);
    return {
      cluster: {
        replicas: 2,
        engine: {
          writeBufferBytes: limits.pick([256, 1024, 65_536]),
          tableBytes: limits.pick([1024, 8192]),
          blockBytes: limits.pick([128, 4096]),
          blockCacheBytes: limits.pick([0, 65_536]),
          maxOpenTables: limits.pick([1, 64]),
          level0CompactionTrigger: limits.pick([2, 4]),
          level1Bytes: limits.pick([2048, 65_536]),
          manifestBytes: limits.pick([512, 65_536]),
        },
      },
      disks: { local: limits.pick(["nvme", "ssd"]), shared: "network" },
      network: limits.pick(["rack", "rack", "region"]),
      mount: { attributeCacheMin: 0, attributeCacheMax: 0 },
      clients: [
        ...writers.map((name) =>
          writer(name, random(name), {
            keys,
            steps,
            pause: [0, pause],
            bytes: [8, limits.pick([20, 200, 2000])],
            deleteOneIn: limits.pick([0, 10]),
          }),
        ),
        ...readers.map((name) => reader(name, random(name), { keys, steps, pause: [0, pause] })),
      ],
      faults: drawFaults(random("faults"), {
        classes: COMMON_FAULTS,
        roles: ["primary", "primary", "replica", "node", "disk", "client"],
        span,
        longest: 2 * span,
      }),
      healing: { after: 3 * span + 10 * SECOND, core: limits.below(60) },
      limit: 300 * SECOND,
    };
  },
};
