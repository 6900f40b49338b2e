import type { HistoryEntry, HistoryValue } from "../checkers/history.ts";
import type { Host } from "../host/host.ts";
import { MILLISECOND } from "../host/time.ts";
import { keysOf, type DataValue } from "../topologies/operation.ts";
import { OperationError, type ClusterClient, type ReadTarget, type SyncMode } from "../topologies/topology.ts";
import { KnownValues } from "./known-values.ts";
import { asWritten, valueLabel, type ClientPlan, type ClientStep, type PlannedOperation } from "./plan.ts";

const READY_POLL = 10 * MILLISECOND;
const PRIMARY: ReadTarget = { role: "primary", choice: 0 };

/** Where operations are recorded. */
export interface Recorder {
  /** The process number under which they are. */
  readonly process: number;
  /** True time, for the history. */
  readonly now: () => number;
  readonly record: (entry: HistoryEntry) => void;
  /** Called for each operation as it is invoked, in the order of the history, with what it asked for beside itself. */
  readonly asked: (terms: AskedTerms) => void;
}

/** What an operation asked for beside itself: whom, and how new or how safe. */
export type AskedTerms = Pick<ReadTarget, "role" | "fresh"> & { readonly sync?: SyncMode | undefined };

/** What a client's program needs of the run it is in. */
export interface ClientSurroundings extends Recorder {
  /** Whether the cluster is up: a client does not begin before. */
  readonly ready: () => boolean;
}

/** A client's program: its planned steps one after the other, each recorded as it begins and as it ends. */
export async function runClient(
  host: Host,
  client: ClusterClient,
  plan: ClientPlan,
  surroundings: ClientSurroundings,
): Promise<void> {
  while (!surroundings.ready()) await host.clock.sleep(READY_POLL);
  const known = new KnownValues();
  const observed = known.observing(client);
  for (const step of plan.steps) {
    await host.clock.sleep(step.wait);
    await carryOut(host, observed, { ...step, operation: known.resolve(step.operation) }, surroundings);
  }
}

/** Carries out one step, and records it as it begins and as it ends. @returns whether it was answered ok */
export async function carryOut(
  host: Host,
  client: ClusterClient,
  step: ClientStep,
  { process, now, record, asked }: Recorder,
): Promise<boolean> {
  const { operation, target = PRIMARY, sync } = step;
  const invocation = { process, f: functionOf(operation), key: keyOf(operation), value: inputOf(operation) };
  asked({ role: target.role, ...(target.fresh === undefined ? {} : { fresh: target.fresh }), sync });
  record({ ...invocation, type: "invoke", time: now() });
  const told = { process, op: operation.op, key: keysOf(operation).join(" ") };
  host.trace({ kind: "client-invoked", ...told, value: traceable(invocation.value) });
  try {
    const { value, node, position } = await client.execute(asWritten(operation), target, sync);
    const found = outputOf(operation, value);
    record({ ...invocation, type: "ok", value: found, node, position, time: now() });
    host.trace({ kind: "client-answered", ...told, value: traceable(found), node });
    return true;
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    const { outcome, code, node } = error;
    record({ ...invocation, type: outcome === "failed" ? "fail" : "info", error: code, node, time: now() });
    host.trace({ kind: "client-refused", ...told, outcome, code, node });
    return false;
  }
}

/** What a history calls an operation: Jepsen's names. */
function functionOf({ op }: PlannedOperation): string {
  if (op.startsWith("read-")) return "read";
  return op === "increment" ? "add" : op;
}

function keyOf(operation: PlannedOperation): string | undefined {
  return "key" in operation ? operation.key : undefined;
}

/** What an operation was called with, as a history has it. */
function inputOf(operation: PlannedOperation): HistoryValue | undefined {
  switch (operation.op) {
    case "write":
      return operation.value;
    case "cas":
      return [operation.from, operation.to];
    case "increment":
      return operation.delta;
    case "add":
      return operation.element;
    case "transfer":
      return { from: operation.from, to: operation.to, amount: operation.amount };
    case "deposit":
      return { keys: operation.keys, amount: operation.amount };
    case "txn":
      return operation.steps.map((step) => (step[0] === "r" ? ["r", step[1], null] : step));
    case "scan":
      return { from: operation.from, limit: operation.limit };
    default:
      return undefined;
  }
}

/** The same with what was found out filled in. */
function outputOf(operation: PlannedOperation, value: DataValue): HistoryValue | undefined {
  switch (operation.op) {
    case "read":
      return typeof value === "string" ? valueLabel(value) : value;
    case "scan":
      return withLabels(value);
    case "read-counter":
    case "read-set":
    case "read-accounts":
    case "txn":
      return value;
    default:
      return inputOf(operation);
  }
}

/** The pairs that a scan found, with the labels of their values. */
function withLabels(pairs: DataValue): HistoryValue {
  if (!Array.isArray(pairs)) return pairs;
  return (pairs as readonly DataValue[]).map((pair) => {
    const [key, value] = pair as readonly [string, string];
    return [key, valueLabel(value)];
  });
}

/** A value as a trace can hold it. */
function traceable(value: HistoryValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
