import type { Fault } from "../faults/fault.ts";
import { hold } from "../foreseen.ts";
import type { Expectation, Scenario } from "../scenario.ts";
import { foresees } from "./foreseen.ts";
import { lastingFailure, underFailure, type FailureOptions } from "./machine-failures.ts";

interface DiskFailure {
  readonly name: string;
  readonly summary: string;
  readonly fault: Fault;
  /** What is foreseen of the proposal as drawn, where its fault model bears the failure. */
  readonly drawn?: Expectation;
}

/** The ways in which a shared disk can be gone; a single node's own disk, or the node, goes in the same way. */
export const DISK_FAILURES = [
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
] as const satisfies readonly DiskFailure[];

interface AskedThen {
  /** Added to the failure's name and summary. */
  readonly name: string;
  readonly summary: string;
  readonly options: FailureOptions;
}

/** What is asked beside the replicas of mounts that believe little: where somebody's memory may stand in for the disk, or not. */
export const DISK_FAILURE_READS = [
  {
    name: "believing",
    summary: "mounts believe attributes for seconds",
    options: { believing: true },
  },
  {
    name: "primary-read",
    summary: "clients read from the primary what they are writing",
    options: { readFrom: "primary" },
  },
  {
    name: "primary-old-read",
    summary: "clients read from the primary what it has long written to tables",
    options: { readFrom: "primary", old: true },
  },
] as const satisfies readonly AskedThen[];

/** Problem 6 of the document, failure 1: the shared disk is gone, and with it everything. */
export const diskFailure: readonly Scenario[] = DISK_FAILURES.flatMap((failure: DiskFailure) => [
  withDiskFailing(failure),
  ...DISK_FAILURE_READS.map((then) => withDiskFailing(failure, then)),
]);

function withDiskFailing({ name, summary, fault, drawn = { kind: "holds" } }: DiskFailure, then?: AskedThen): Scenario {
  // The primary has what it acknowledged.
  const foreseen: Expectation = then?.options.readFrom === "primary" ? { kind: "holds" } : drawn;
  return {
    name: then === undefined ? name : `${name}-${then.name}`,
    summary: then === undefined ? summary : `${summary}, and ${then.summary}`,
    claims: ["SD-16"],
    expectations: new Map<string, Expectation>([
      ["shared-disk:as-written", foreseen],
      ...(then === undefined ? hold("shared-disk:careful", "single") : []),
    ]),
    plan: (random) => underFailure(random, [lastingFailure(random("faults"), fault, "disk")], then?.options),
  };
}
