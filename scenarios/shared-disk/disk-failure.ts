import type { Fault } from "../faults/fault.ts";
import type { Expectation, Scenario } from "../scenario.ts";
import { foresees } from "./foreseen.ts";
import { lastingFailure, underFailure, type FailureOptions } from "./machine-failures.ts";

interface DiskFailure {
  readonly name: string;
  readonly summary: string;
  readonly fault: Fault;
  readonly options?: FailureOptions;
  /** What is foreseen of the proposal as drawn, where its fault model bears the failure. */
  readonly drawn?: Expectation;
}

/** The ways in which a shared disk can be gone; a single node's own disk, or the node, goes in the same way. */
const FAILURES: readonly DiskFailure[] = [
  {
    name: "disk-lost",
    summary: "the disk answers everything with an error",
    fault: { kind: "device-lost", perMillion: 1_000_000 },
  },
  {
    name: "disk-server-down",
    summary: "the disk's server is down",
    fault: { kind: "kill" },
    // The end of a process is borne: the run is judged in full, and what is in no file shows as ever.
    drawn: foresees("unflushed-read", "SD-6", 20),
  },
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
export const diskFailure: readonly Scenario[] = FAILURES.map(
  ({ name, summary, fault, options, drawn = { kind: "holds" } }) => ({
    name,
    summary,
    claims: ["SD-16", "SD-19"],
    expectations: new Map<string, Expectation>([
      ["shared-disk:as-written", drawn],
      ["shared-disk:careful", { kind: "holds" }],
      ["single", { kind: "holds" }],
    ]),
    plan: (random) => underFailure(random, [lastingFailure(random("faults"), fault, "disk")], options),
  }),
);
