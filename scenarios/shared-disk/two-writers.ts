import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import { machines } from "../machines.ts";
import type { ClientPlan } from "../plan.ts";
import type { Expectation, Scenario } from "../scenario.ts";
import { reader, writer } from "../workloads/register.ts";

/**
 * Problem 4 of the document: the LOCK is disabled so that replicas can open the database, and nothing protects it any more.
 * Whoever opens a database for writing recovers it, begins a log and a manifest of its own, and deletes what its version does
 * not name: the files of the other.
 */
export const twoWriters: Scenario = {
  name: "two-writers",
  summary: "replicas open the primary's database for writing, with the lock and without it",
  claims: ["SD-11"],
  expectations: new Map<string, Expectation>([
    [
      "shared-disk:as-written+exclusive-open+no-lock",
      {
        kind: "violates",
        finding: "lost-write",
        claim: "SD-11",
        withinSeeds: 10,
        also: [
          "table-vanished",
          "table-missing",
          "table-stale",
          "read-refused",
          "stale-version",
          "unflushed-read",
          "foreign-value",
          "mixed-read",
          "partial-read",
          "resurrected-value",
          "node-crashed",
          "invariant-broken",
          "no-recovery",
          "no-progress",
        ],
      },
    ],
    ["shared-disk:as-written", { kind: "holds" }],
    ["single", { kind: "holds" }],
  ]),

  plan(random) {
    const limits = random("limits");
    // So many that few writes are replaced by a later one.
    const keys = limits.between(30, 60);
    const changes = (name: string, steps: number): ClientPlan =>
      writer(name, random(name), { keys, steps, pause: [0, 20 * MILLISECOND], bytes: [40, 120], deleteOneIn: 0 });
    return {
      cluster: {
        replicas: 1,
        engine: { writeBufferBytes: limits.pick([512, 2048]), level0CompactionTrigger: limits.pick([2, 4]) },
        // In the middle of the primary's work.
        settings: { openDelay: limits.between(200, 500) * MILLISECOND },
      },
      ...machines("ssd"),
      clients: [
        changes("writer", limits.between(60, 100)),
        // Clients take any node for one that writes where nothing keeps it from that: this one, the replica.
        later(SECOND, changes("writer-1", 10)),
        later(SECOND, reader("reader", random("reader"), { keys, steps: 30, pause: [0, 60 * MILLISECOND] })),
      ],
      // What is lost shows once the primary has nothing but what is on the disk.
      faults: [
        {
          at: 1200 * MILLISECOND,
          lasts: 100 * MILLISECOND,
          duringWrite: false,
          on: { role: "primary", choice: 0 },
          fault: { kind: "kill" },
        },
      ],
      healing: { after: 20 * SECOND, core: 0 },
      limit: 60 * SECOND,
    };
  },
};

/** The client, begun later. */
function later(by: Duration, client: ClientPlan): ClientPlan {
  const [first, ...rest] = client.steps;
  return first === undefined ? client : { ...client, steps: [{ ...first, wait: first.wait + by }, ...rest] };
}
