import type { Scenario } from "../scenario.ts";
import { lastingFailure, underFailure } from "./machine-failures.ts";

/**
 * Problem 6 of the document, failure 3: the only replica cannot reach the disk, nor the primary; its clients reach it. A single
 * node has nobody who could be cut off.
 */
export const diskPartition: Scenario = {
  name: "disk-partition",
  summary: "the only replica is cut off from the disk and the primary, while clients still reach it",
  claims: ["SD-18", "SD-19"],
  expectations: new Map([
    ["shared-disk:as-written", { kind: "holds" }],
    ["shared-disk:careful", { kind: "holds" }],
    ["single", { kind: "holds" }],
  ]),
  plan: (random) =>
    underFailure(random, [lastingFailure(random("faults"), { kind: "partition", shape: "from-nodes" }, "replica")], {
      replicas: 1,
    }),
};
