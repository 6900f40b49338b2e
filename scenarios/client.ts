import type { HistoryEntry } from "../checkers/history.ts";
import type { Host } from "../host/host.ts";
import { MILLISECOND } from "../host/time.ts";
import { OperationError, type ClusterClient } from "../topologies/topology.ts";
import { paddedValue, valueLabel, type ClientPlan, type ClientStep } from "./plan.ts";

const READY_POLL = 10 * MILLISECOND;

/** What a client's program needs of the run it is in. */
export interface ClientSurroundings {
  /** The process number under which its operations are recorded. */
  readonly process: number;
  /** True time, for the history. */
  readonly now: () => number;
  /** Whether the cluster is up: a client does not begin before. */
  readonly ready: () => boolean;
  readonly record: (entry: HistoryEntry) => void;
}

/** A client's program: its planned steps one after the other, each recorded as it begins and as it ends. */
export async function runClient(
  host: Host,
  client: ClusterClient,
  plan: ClientPlan,
  surroundings: ClientSurroundings,
): Promise<void> {
  while (!surroundings.ready()) await host.clock.sleep(READY_POLL);
  for (const step of plan.steps) {
    await host.clock.sleep(step.wait);
    await carryOut(host, client, step, surroundings);
  }
}

async function carryOut(
  host: Host,
  client: ClusterClient,
  step: ClientStep,
  { process, now, record }: ClientSurroundings,
): Promise<void> {
  const invocation = {
    process,
    f: step.op,
    key: step.key,
    value: step.op === "write" ? step.value : undefined,
  };
  record({ ...invocation, type: "invoke", time: now() });
  const told = { process, op: step.op, key: step.key };
  host.trace({ kind: "client-invoked", ...told, value: invocation.value });
  try {
    const { value, node, position } = await perform(client, step);
    record({ ...invocation, type: "ok", value, node, position, time: now() });
    host.trace({ kind: "client-answered", ...told, value: value ?? undefined, node });
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    const { outcome, code, node } = error;
    record({ ...invocation, type: outcome === "failed" ? "fail" : "info", error: code, node, time: now() });
    host.trace({ kind: "client-refused", ...told, outcome, code, node });
  }
}

async function perform(
  client: ClusterClient,
  step: ClientStep,
): Promise<{ value: string | null | undefined; node: string; position: number | undefined }> {
  if (step.op === "read") {
    const answer = await client.read(step.key, step.target);
    return { ...answer, value: answer.value === undefined ? null : valueLabel(answer.value) };
  }
  if (step.op === "write") {
    const answer = await client.write(step.key, paddedValue(step));
    return { ...answer, value: step.value };
  }
  return { ...(await client.delete(step.key)), value: undefined };
}
