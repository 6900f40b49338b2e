import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import type { ClientPlan } from "../plan.ts";
import type { Scenario } from "../scenario.ts";
import { reader, writer } from "../workloads/register.ts";
import { CALM_ENGINE } from "./calm-engine.ts";
import { LOCAL_DISK } from "./storage-media.ts";

/** Clients that read from replicas without a pause: more at once than a network disk works on, and longer than the others. */
const CROWD = { clients: 96, steps: 6 };
/** When whoever loads the database is done. */
const LOADED: Duration = SECOND;

/** How many machines share the disk with the primary. A replica loads its manifest for one read at a time, which holds it back. */
export const CONTENDING_REPLICAS = [2, 16] as const;

/**
 * Problem 5 of the document: primary and replicas compete for the same disk, here one without memory of its own, as network
 * block devices are. The primary's clients do the same, in the same pace, with replicas idle and with replicas that read as
 * fast as they can.
 */
export const contention: readonly Scenario[] = CONTENDING_REPLICAS.flatMap((replicas) => [
  contentionWith(replicas, false),
  contentionWith(replicas, true),
]);

/** The name of the scenario with so many replicas, idle or reading. */
export function contentionName(replicas: number, crowded: boolean): string {
  return `contention-${crowded ? "reading" : "idle"}-${replicas}`;
}

function contentionWith(replicas: number, crowded: boolean): Scenario {
  const doing = crowded ? "read as fast as they can" : "are idle";
  return {
    name: contentionName(replicas, crowded),
    summary: `the primary's clients at work while ${replicas} replicas ${doing}; the disk has no memory`,
    claims: ["SD-14"],
    expectations: new Map([
      ["shared-disk:as-written", { kind: "holds" }],
      ["shared-disk:as-written+direct-io", { kind: "holds" }],
      ["single", { kind: "holds" }],
    ]),

    plan(random) {
      const limits = random("limits");
      const keys = limits.between(40, 60);
      const own = { keys, steps: 8, pause: [0, 2 * MILLISECOND] } as const;
      const crowd = Array.from({ length: crowded ? CROWD.clients : 0 }, (_, index): ClientPlan => {
        const name = `crowd-${index + 1}`;
        return onceLoaded(reader(name, random(name), { keys, steps: CROWD.steps, pause: [0, 0] }));
      });
      return {
        cluster: { replicas, engine: { ...CALM_ENGINE, blockCacheBytes: 0 } },
        disks: { local: LOCAL_DISK, shared: "network", serverMemory: 0 },
        network: "rack",
        mount: { attributeCacheMin: SECOND, attributeCacheMax: SECOND },
        clients: [
          writer("loader", random("loader"), { keys, steps: 80, pause: [0, 0], bytes: [3000, 4000], deleteOneIn: 0 }),
          onceLoaded(writer("writer", random("writer"), { ...own, bytes: [100, 1000], deleteOneIn: 0 })),
          ...["reader-1", "reader-2"].map((name) =>
            onceLoaded(reader(name, random(name), { ...own, readFrom: "primary" })),
          ),
          ...crowd,
        ],
        limit: 300 * SECOND,
      };
    },
  };
}

/** The client, beginning when the database is loaded. */
function onceLoaded({ steps: [first, ...rest], ...client }: ClientPlan): ClientPlan {
  return { ...client, steps: first === undefined ? [] : [{ ...first, wait: first.wait + LOADED }, ...rest] };
}
