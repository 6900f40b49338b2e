import type { EngineOptions } from "../../engine/options.ts";
import { SECOND } from "../../host/time.ts";
import type { Scenario } from "../scenario.ts";
import type { Range } from "../workloads/draw.ts";
import { registerClients } from "../workloads/register.ts";
import { CALM_ENGINE } from "./calm-engine.ts";
import { LOCAL_DISK } from "./storage-media.ts";

/** What clients do, as many as one group's share. */
interface GroupLoad {
  readonly name: string;
  readonly summary: string;
  readonly clients: number;
  readonly steps: number;
  readonly bytes: Range;
  readonly reads: number;
  readonly engine: Partial<EngineOptions>;
}

const LOADS: readonly GroupLoad[] = [
  {
    name: "small",
    summary: "small values read and written without a pause",
    clients: 16,
    steps: 16,
    bytes: [100, 2000],
    reads: 3,
    engine: { writeBufferBytes: 8192 },
  },
  {
    name: "large",
    summary: "large values written without a pause, as fast as the disk takes them",
    clients: 16,
    steps: 6,
    bytes: [50_000, 65_000],
    reads: 0,
    engine: { writeBufferBytes: 524_288, tableBytes: 524_288 },
  },
];

/**
 * "Several primary-replica groups make a large cluster": the load of one group, and of two, on a disk without memory of its
 * own. What two groups do with twice the load is held against what one does with its share.
 */
export const groupLoads: readonly Scenario[] = LOADS.flatMap((load) => [groupLoad(load, 1), groupLoad(load, 2)]);

function groupLoad({ name, summary, clients, steps, bytes, reads, engine }: GroupLoad, share: 1 | 2): Scenario {
  return {
    name: `${share === 1 ? "one-groups" : "two-groups"}-load-${name}`,
    summary: `${summary}, by as many clients as ${share === 1 ? "one group has" : "two groups have"}`,
    claims: ["SD-29"],
    expectations: new Map([
      ["shared-disk:as-written", { kind: "holds" }],
      ["shared-disk:as-written+two-groups", { kind: "holds" }],
      ["single", { kind: "holds" }],
    ]),

    plan(random) {
      const limits = random("limits");
      return {
        cluster: { replicas: 2, engine: { ...CALM_ENGINE, ...engine, blockCacheBytes: 0 } },
        disks: { local: LOCAL_DISK, shared: "network", serverMemory: 0 },
        network: "rack",
        mount: { attributeCacheMin: SECOND, attributeCacheMax: SECOND },
        clients: registerClients(random("clients"), {
          clients: share * clients,
          keys: limits.between(20, 40),
          steps,
          pause: [0, 0],
          bytes,
          weights: { read: reads, write: 1, delete: 0 },
          readFrom: "replica",
        }),
        limit: 300 * SECOND,
      };
    },
  };
}
