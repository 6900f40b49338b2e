import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import type { ClientPlan } from "../plan.ts";
import type { Scenario } from "../scenario.ts";
import { reader, writer } from "../workloads/register.ts";
import { CALM_ENGINE } from "./calm-engine.ts";
import { LOCAL_DISK } from "./storage-media.ts";

/** Clients that read from replicas without a pause: more at once than a network disk works on. */
const CROWD = 96;
/** The primary's clients: so many writes that those of whoever loads the database are a fourth of all. */
const WRITERS = 8;
const READERS = 3;
/** When whoever loads the database is done. */
const LOADED: Duration = SECOND;

/** How many machines share the disk with the primary. A replica loads its manifest for one read at a time, which holds it back. */
export const CONTENDING_REPLICAS = [2, 16] as const;

/** What each of the crowd reads: enough to go on for longer than the primary's clients; few replicas take longer over it. */
const READS: Readonly<Record<ContendingReplicas, number>> = { 2: 6, 16: 22 };

type ContendingReplicas = (typeof CONTENDING_REPLICAS)[number];

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

function contentionWith(replicas: ContendingReplicas, crowded: boolean): Scenario {
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
      const keys = limits.between(20, 30);
      const pause = [0, 2 * MILLISECOND] as const;
      const several = (kind: string, count: number, make: (name: string) => ClientPlan) =>
        Array.from({ length: count }, (_, index) => onceLoaded(make(`${kind}-${index + 1}`)));
      return {
        // Of what is loaded, little is left in the primary's memtable, where no disk is asked for it.
        cluster: { replicas, engine: { ...CALM_ENGINE, writeBufferBytes: 16_384, blockCacheBytes: 0 } },
        disks: { local: LOCAL_DISK, shared: "network", serverMemory: 0 },
        network: "rack",
        mount: { attributeCacheMin: SECOND, attributeCacheMax: SECOND },
        clients: [
          writer("loader", random("loader"), { keys, steps: 40, pause: [0, 0], bytes: [3000, 4000], deleteOneIn: 0 }),
          // Of the keys that are read, none is written again: it would be in the memtable.
          ...several("writer", WRITERS, (name) =>
            ofOtherKeys(writer(name, random(name), { keys, steps: 16, pause, bytes: [100, 1000], deleteOneIn: 0 })),
          ),
          ...several("reader", READERS, (name) =>
            reader(name, random(name), { keys, steps: 24, pause, readFrom: "primary" }),
          ),
          ...several("crowd", crowded ? CROWD : 0, (name) =>
            reader(name, random(name), { keys, steps: READS[replicas], pause: [0, 0] }),
          ),
        ],
        limit: 300 * SECOND,
      };
    },
  };
}

/** The client, writing keys that no other client reads or writes. */
function ofOtherKeys(client: ClientPlan): ClientPlan {
  return {
    ...client,
    steps: client.steps.map((step) =>
      step.operation.op === "write"
        ? { ...step, operation: { ...step.operation, key: `own-${step.operation.key}` } }
        : step,
    ),
  };
}

/** The client, beginning when the database is loaded. */
function onceLoaded({ steps: [first, ...rest], ...client }: ClientPlan): ClientPlan {
  return { ...client, steps: first === undefined ? [] : [{ ...first, wait: first.wait + LOADED }, ...rest] };
}
