import { decodeOperation, OPERATION_LIMITS } from "../topologies/decode-operation.ts";
import { asWritten, type ClientPlan, type PlannedOperation, type WorkloadKind } from "./plan.ts";

/** What clients of each kind of workload do: other operations its model could not judge. */
const OPERATIONS: Readonly<Record<WorkloadKind, readonly PlannedOperation["op"][]>> = {
  register: ["read", "write", "delete", "cas", "scan"],
  counter: ["increment", "read-counter"],
  set: ["add", "read-set"],
  bank: ["deposit", "transfer", "read-accounts"],
  "list-append": ["txn"],
};

/**
 * What is wrong with what clients do: an operation of another workload, one that every node would refuse, an element that is
 * appended twice. Any of them would look like the design's fault, or like Faultline's.
 *
 * @returns the place and what is wrong there; undefined when nothing is
 */
export function problemOf(clients: readonly ClientPlan[]): string | undefined {
  const appended = new Set<string>();
  for (const [index, { workload, steps }] of clients.entries()) {
    for (const [place, { operation }] of steps.entries()) {
      const problem =
        (OPERATIONS[workload].includes(operation.op) ? undefined : strange(workload)) ??
        (decodeOperation(asWritten(operation)) === undefined ? TOO_LARGE : undefined) ??
        appendedTwice(operation, appended);
      if (problem !== undefined) return `clients[${index}].steps[${place}].operation: ${problem}`;
    }
  }
  return undefined;
}

const TOO_LARGE =
  `no node takes it: a key has up to ${OPERATION_LIMITS.key} characters, a text up to ${OPERATION_LIMITS.value}, ` +
  `and no half ones; a scan has from 1 to ${OPERATION_LIMITS.scan} registers, others up to ${OPERATION_LIMITS.keys} ` +
  "keys or steps; amounts begin with 1";

function strange(workload: WorkloadKind): string {
  return `a client of workload '${workload}' does ${OPERATIONS[workload].join(", ")}`;
}

/** Which append a read saw would not be known. */
function appendedTwice(operation: PlannedOperation, before: Set<string>): string | undefined {
  if (operation.op !== "txn") return undefined;
  for (const [step, key, element] of operation.steps) {
    if (step !== "append") continue;
    const identity = `${element} ${key}`;
    if (before.has(identity)) return `${element} is appended to '${key}' a second time; each element goes in once`;
    before.add(identity);
  }
  return undefined;
}
