import type { Expectation, Scenario } from "../scenario.ts";
import { busyCompaction } from "./busy-compaction.ts";
import { foresees } from "./foreseen.ts";

/** What is to be given up for the sake of sharing is missed where there is much to do: writes that compact, and reads. */
export const givenUp: Scenario = {
  name: "given-up",
  summary: "writes that hardly pause, so that compactions never end, and reads of what is on the disk",
  claims: ["SD-20", "SD-21", "SD-23"],
  expectations: new Map<string, Expectation>([
    ["shared-disk:as-written", foresees("table-vanished", "SD-2", 40)],
    ["shared-disk:as-written+deferred-deletion", { kind: "holds" }],
    ["shared-disk:as-written+leases", foresees("read-refused", "SD-20", 40)],
    // One run in ninety: what is to be pinned is deleted while it is being opened.
    ["shared-disk:as-written+pinned-descriptors", foresees("table-stale", "SD-25", 400)],
    ["shared-disk:as-written+hard-links", { kind: "holds" }],
    ["shared-disk:as-written+retry", { kind: "holds" }],
    ["shared-disk:as-written+no-concurrent-background", foresees("table-vanished", "SD-2", 40)],
    [
      "shared-disk:as-written+mapped-reads",
      // A page of a mapped file that is gone is a SIGBUS.
      {
        kind: "violates",
        finding: "node-crashed",
        claim: "SD-23",
        // Five in two hundred.
        withinSeeds: 250,
        also: ["table-vanished", "table-stale"],
      },
    ],
    ["shared-disk:as-written+direct-io", foresees("table-vanished", "SD-2", 40)],
    ["shared-disk:careful", { kind: "holds" }],
    ["shared-disk:careful+mapped-reads", { kind: "holds" }],
    ["shared-disk:careful+direct-io", { kind: "holds" }],
    ["single", { kind: "holds" }],
  ]),
  plan: (random) => busyCompaction(random),
};
