import { describeKey, describeValue } from "./describe-value.ts";
import { finalReads, type FinalOptions } from "./final-reads.ts";
import type { HistoryValue, Operation } from "./history.ts";
import { identityOf, isList, type Identity } from "./identity.ts";
import { isChange, registersOf, seenOf } from "./registers.ts";
import { ViolationLog, type CountedResult, type ReportOptions } from "./violation-log.ts";

/** What a replica holds in the end. */
export interface ReplicaState {
  readonly node: string;
  /** A hash of all of it, or what it holds by key; a key that is not there holds null. */
  readonly state: HistoryValue;
}

/**
 * Convergence of replicas: all hold the same in the end. Of states by key, each key is judged on its own. Kind:
 * "divergence".
 */
export function checkConvergence(replicas: readonly ReplicaState[], options: ReportOptions = {}): CountedResult {
  const log = new ViolationLog(options);
  const byKey = replicas.every(({ state }) => typeof state === "object" && state !== null && !isList(state));
  if (!byKey) {
    const held = replicas.map(({ node, state }): Held => ({ node, value: state, identity: identityOf(state) }));
    reportDivergence(log, undefined, held);
    return log.result();
  }
  const maps = replicas.map(({ node, state }) => ({
    node,
    values: new Map(Object.entries(state as Readonly<Record<string, HistoryValue>>)),
  }));
  for (const key of [...new Set(maps.flatMap(({ values }) => [...values.keys()]))].sort()) {
    const held = maps.map(({ node, values }): Held => {
      const value = values.get(key) ?? null;
      return { node, value, identity: identityOf(value) };
    });
    reportDivergence(log, key, held);
  }
  return log.result();
}

export interface ReadConvergenceResult extends CountedResult {
  /** Keys on which nodes differ only by writes of which nobody knows whether they happened: they still may. */
  readonly undecided: readonly string[];
  /** How many keys were read from two nodes or more. */
  readonly keys: number;
}

/**
 * Convergence as the final reads of a history show it: of each key, the last of them from each node that answered. Kind:
 * "divergence". "unknown" when no key was read from two nodes.
 */
export function checkReadConvergence(
  operations: readonly Operation[],
  options: ReportOptions & FinalOptions = {},
): ReadConvergenceResult {
  const log = new ViolationLog(options);
  const undecided: string[] = [];
  let keys = 0;
  for (const [key, register] of registersOf(operations)) {
    const last = new Map<string, Held>();
    for (const read of finalReads(register, options)) {
      if (read.node === undefined) continue;
      last.set(read.node, { node: read.node, value: read.value ?? null, identity: seenOf(read), read });
    }
    if (last.size < 2) continue;
    keys++;
    const held = [...last.values()];
    const open = new Set(register.filter((one) => isChange(one) && one.outcome === "info").map(seenOf));
    const settled = held.filter(({ identity }) => !open.has(identity));
    reportDivergence(log, key, settled);
    if (!diverges(settled) && diverges(held)) undecided.push(key);
  }
  return { ...log.result(keys === 0 ? { id: "unknown-convergence-unread", params: {} } : undefined), undecided, keys };
}

interface Held {
  readonly node: string;
  readonly value: HistoryValue;
  readonly identity: Identity;
  readonly read?: Operation;
}

function diverges(held: readonly Held[]): boolean {
  return held.some(({ identity }) => identity !== held[0]?.identity);
}

function reportDivergence(log: ViolationLog, key: string | undefined, held: readonly Held[]): void {
  if (!diverges(held)) return;
  log.add("divergence", () => {
    const times = held.flatMap(({ read }) => (read === undefined ? [] : [read.invoked]));
    const replicas = held.map(({ node, value }) => `${node} → ${describeValue(value)}`).join(", ");
    const span = { from: Math.min(...times), to: Math.max(...times) };
    const timed = times.length > 0;
    return {
      operations: held.flatMap(({ read }) => (read === undefined ? [] : [read.index])),
      message: {
        id: key === undefined ? "anomaly-divergence-state" : timed ? "anomaly-divergence-read" : "anomaly-divergence",
        params: { replicas, ...(key === undefined ? {} : { key: describeKey(key) }), ...(timed ? span : {}) },
      },
    };
  });
}
