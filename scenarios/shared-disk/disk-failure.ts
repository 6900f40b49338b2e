import type { Fault } from "../faults/fault.ts";
import type { Scenario } from "../scenario.ts";
import { lastingFailure, underFailure, type FailureOptions } from "./machine-failures.ts";

interface DiskFailure {
  readonly name: string;
  readonly summary: string;
  readonly fault: Fault;
  readonly options?: FailureOptions;
}

/** The ways in which a shared disk can be gone; a single node's own disk, or the node, goes in the same way. */
const FAILURES: readonly DiskFailure[] = [
  {
    name: "disk-lost",
    summary: "the disk answers everything with an error",
    fault: { kind: "device-lost", perMillion: 1_000_000 },
  },
  { name: "disk-server-down", summary: "the disk's server is down", fault: { kind: "kill" } },
  {
    name: "disk-cut-off",
    summary: "the disk's server is cut off from everybody",
    fault: { kind: "partition", shape: "isolate" },
  },
  {
    name: "disk-lost-primary-read",
    summary: "the disk answers everything with an error, and clients read from the primary",
    fault: { kind: "device-lost", perMillion: 1_000_000 },
    options: { readFrom: "primary" },
  },
];

/** Problem 6 of the document, failure 1: the shared disk is gone, and with it everything. */
export const diskFailure: readonly Scenario[] = FAILURES.map(({ name, summary, fault, options }) => ({
  name,
  summary,
  claims: ["SD-16", "SD-19"],
  expectations: new Map([
    ["shared-disk:as-written", { kind: "holds" }],
    ["shared-disk:careful", { kind: "holds" }],
    ["single", { kind: "holds" }],
  ]),
  plan: (random) => underFailure(random, [lastingFailure(random("faults"), fault, "disk")], options),
}));
