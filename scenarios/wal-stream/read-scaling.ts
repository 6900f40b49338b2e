import { MICROSECOND, MILLISECOND, SECOND } from "../../host/time.ts";
import type { Scenario } from "../scenario.ts";
import { READS_ALONE, WRITES_ALONE, registerClients } from "../workloads/register.ts";
import { hold } from "../foreseen.ts";
import { machines } from "../machines.ts";

/** Numbers of replicas that are compared. */
export const REPLICA_COUNTS = [1, 2, 4] as const;

/** More clients than all replicas together have processors for, so that how much is read is for replicas to say. */
const READERS = 120;
/** So many of each that the last few, which replicas have to themselves, weigh little: with nine, they take a third of the time. */
const READS = 54;
/** So large that to look through one takes far longer than the way to a replica and back. */
const BLOCK_BYTES = 196_608;
/** Until then writers have filled the database, and readers begin at about the same time. */
const FILLED = 150 * MILLISECOND;

export function readScalingOf(replicas: number): string {
  return `read-scaling-${replicas}`;
}

/** As many reads as replicas have room for, of large blocks that no cache holds, while somebody writes. */
export const readScaling: readonly Scenario[] = REPLICA_COUNTS.map((replicas) => ({
  name: readScalingOf(replicas),
  summary: `more readers than ${replicas === 1 ? "one replica has" : `${replicas} replicas have`} room for, and a writer`,
  claims: ["WS-4"],
  expectations: new Map(hold("wal-stream:async", "raft:read-index")),

  plan(random) {
    const keys = 40;
    const common = { keys, bytes: [4000, 4000] } as const;
    const readers = registerClients(random("readers"), {
      ...common,
      name: "reader",
      clients: READERS,
      steps: READS,
      pause: [0, 0],
      weights: READS_ALONE,
      readFrom: "replica",
    });
    return {
      cluster: {
        replicas,
        engine: {
          writeBufferBytes: BLOCK_BYTES,
          blockBytes: BLOCK_BYTES,
          blockCacheBytes: 0,
          level0CompactionTrigger: 12,
        },
      },
      ...machines("nvme"),
      clients: [
        ...registerClients(random("fillers"), {
          ...common,
          name: "filler",
          clients: 4,
          steps: 40,
          pause: [0, MILLISECOND],
          weights: WRITES_ALONE,
          readFrom: "primary",
        }),
        ...registerClients(random("writer"), {
          ...common,
          name: "writer",
          clients: 1,
          // For longer than readers take with one replica.
          steps: 200,
          pause: [0, 5 * MILLISECOND],
          weights: WRITES_ALONE,
          readFrom: "primary",
        }),
        ...readers.map((client) => {
          const [first, ...rest] = client.steps;
          const wait = FILLED + random("starts").below(20 * MICROSECOND);
          return first === undefined ? client : { ...client, steps: [{ ...first, wait }, ...rest] };
        }),
      ],
      limit: 100 * SECOND,
    };
  },
}));
