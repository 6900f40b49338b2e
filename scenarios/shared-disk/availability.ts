import type { RandomStream } from "../../host/random.ts";
import { SECOND, type Duration } from "../../host/time.ts";
import type { Fault, FaultSubject, PlannedFault } from "../faults/fault.ts";
import type { Expectation, Scenario } from "../scenario.ts";
import { foresees } from "./foreseen.ts";
import { passingFailure, underFailure } from "./machine-failures.ts";

/** Long enough that what was struck has come back before clients are done. */
const SPAN: Duration = 16 * SECOND;

/**
 * What fails where each machine is down or cut off as often as any other, and a disk is lost as often as that. A single node
 * has one machine and one disk: what strikes replicas, or the machine in which a shared disk stands, means nothing to it.
 */
const FAILURES: readonly { readonly fault: Fault; readonly role: FaultSubject["role"] }[] = [
  { fault: { kind: "kill" }, role: "primary" },
  { fault: { kind: "partition", shape: "isolate" }, role: "primary" },
  { fault: { kind: "kill" }, role: "replica" },
  { fault: { kind: "partition", shape: "isolate" }, role: "replica" },
  { fault: { kind: "kill" }, role: "replica" },
  { fault: { kind: "partition", shape: "isolate" }, role: "replica" },
  // A single node would take a cut around the role of the disk for one around itself: here the server is down both times.
  { fault: { kind: "disk-server-crash" }, role: "disk" },
  { fault: { kind: "disk-server-crash" }, role: "disk" },
  { fault: { kind: "device-lost", perMillion: 1_000_000 }, role: "disk" },
];

/** "Availability ends up lower": one failure a run, of any machine, against a single node that has fewer to fail. */
export const availability: Scenario = {
  name: "availability",
  summary: "any one machine, the disk's server among them, or the disk itself fails for some seconds",
  claims: ["SD-19"],
  expectations: new Map<string, Expectation>([
    // Where it is but a process that ends, the run is judged in full.
    ["shared-disk:as-written", foresees("unflushed-read", "SD-6", 20)],
    ["shared-disk:careful", { kind: "holds" }],
    ["wal-stream:semi", { kind: "holds" }],
    ["raft:read-index", { kind: "holds" }],
    ["single", { kind: "holds" }],
  ]),
  plan: (random) => underFailure(random, [anyFailure(random("faults"))], { span: SPAN }),
};

function anyFailure(random: RandomStream): PlannedFault {
  const { fault, role } = random.pick(FAILURES);
  return passingFailure(random, fault, role);
}
