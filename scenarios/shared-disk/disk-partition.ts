import { hold } from "../foreseen.ts";
import type { Scenario } from "../scenario.ts";
import { BOUND_PASSED, lastingFailure, underFailure, type FailureOptions } from "./machine-failures.ts";

interface Asking {
  readonly name: string;
  readonly summary: string;
  readonly topologies: readonly string[];
  readonly options?: FailureOptions;
}

/** From the cut on, with mounts that believe attributes for a fraction of a second, or for seconds; and some time after it. */
const ASKING: readonly Asking[] = [
  {
    name: "disk-partition",
    summary: "clients still reach it",
    topologies: ["shared-disk:as-written", "shared-disk:careful", "single"],
  },
  {
    name: "disk-partition-believing",
    summary: "clients still reach it, and mounts believe attributes for seconds",
    topologies: ["shared-disk:as-written"],
    options: { believing: true },
  },
  {
    name: "disk-partition-later",
    summary: "clients who still reach it begin to read when the careful mode's bound of staleness has passed",
    topologies: ["shared-disk:careful"],
    options: { readsBegin: BOUND_PASSED },
  },
];

/**
 * Problem 6 of the document, failure 3: the only replica cannot reach the disk, nor the primary; its clients reach it. A single
 * node has nobody who could be cut off.
 */
export const diskPartition: readonly Scenario[] = ASKING.map(({ name, summary, topologies, options }) => ({
  name,
  summary: `the only replica is cut off from the disk and the primary; ${summary}`,
  claims: ["SD-18"],
  expectations: new Map(hold(...topologies)),
  plan: (random) =>
    underFailure(random, [lastingFailure(random("faults"), { kind: "partition", shape: "from-nodes" }, "replica")], {
      ...options,
      replicas: 1,
    }),
}));
