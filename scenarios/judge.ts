import { refusedReads } from "../checkers/answers.ts";
import { operationsOf, type HistoryEntry, type Operation } from "../checkers/history.ts";
import { staleReads } from "../checkers/staleness.ts";
import { foreignValues } from "../checkers/values.ts";
import { staleVersions, type DurableVersion } from "../checkers/versions.ts";
import type { Duration } from "../host/time.ts";
import { describeError } from "../sim/failure.ts";
import type { NodeCrash } from "../sim/machine.ts";
import type { TraceRecord } from "../sim/trace.ts";
import type { ModePromise, Topology } from "../topologies/topology.ts";
import type { Finding, FindingKind } from "./scenario.ts";

/** All that a verdict rests on. */
export interface Evidence {
  readonly topology: Topology;
  readonly history: readonly HistoryEntry[];
  /** What nodes traced, of the kinds in {@link OBSERVED_KINDS} at least. */
  readonly observed: readonly TraceRecord[];
  readonly crashes: readonly NodeCrash[];
  /** Whether every client got to its end before the limit. */
  readonly finished: boolean;
  readonly time: Duration;
}

/** The kinds of trace events that judging needs; a run that keeps no trace keeps at least these. */
export const OBSERVED_KINDS: readonly string[] = ["version-installed"];

/** Holds a run against what its mode promises. The findings, in order of time; none means that everything held. */
export function judge(evidence: Evidence): Finding[] {
  const operations = operationsOf(evidence.history);
  const findings = evidence.topology.promises.flatMap((promise) => broken(promise, operations, evidence));
  for (const crash of evidence.crashes) {
    const params = { host: crash.host, task: crash.task, error: describeError(crash.error) };
    findings.push(finding("node-crashed", undefined, crash.host, crash.time, undefined, params));
  }
  if (!evidence.finished) {
    const open = operations.filter((operation) => operation.outcome === "info").length;
    findings.push(finding("no-progress", undefined, "", evidence.time, undefined, { open, limit: evidence.time }));
  }
  return findings.sort((a, b) => a.time - b.time || (a.operation ?? 0) - (b.operation ?? 0));
}

function broken(promise: ModePromise, operations: readonly Operation[], evidence: Evidence): Finding[] {
  switch (promise.property) {
    case "reads-answered":
      return refusedReads(operations).map(refused);
    case "values-written":
      return foreignValues(operations).map(({ read }) =>
        ofOperation("foreign-value", undefined, read, { value: read.value ?? "nothing" }),
      );
    case "staleness-bounded":
      return staleReads(operations, promise.bound).map(({ read, overwrittenBy, age }) =>
        ofOperation("stale-read", undefined, read, {
          value: read.value ?? "nothing",
          newer: overwrittenBy.value ?? "a deletion",
          age,
        }),
      );
    case "version-current":
      return staleVersions(operations, durableVersions(evidence.observed), promise.bound).map((stale) =>
        ofOperation("stale-version", "SD-3", stale.read, {
          value: stale.read.value ?? "nothing",
          newer: stale.missed.value ?? "a deletion",
          version: stale.version.version,
          age: stale.age,
        }),
      );
  }
}

/** The refusal codes that have a kind of their own. */
const REFUSALS: ReadonlyMap<string, { readonly kind: FindingKind; readonly claim: string }> = new Map([
  ["table-missing", { kind: "table-vanished", claim: "SD-2" }],
  ["table-stale", { kind: "table-stale", claim: "SD-25" }],
]);

function refused(read: Operation): Finding {
  const code = read.error ?? "unknown";
  const known = REFUSALS.get(code);
  return ofOperation(known?.kind ?? "read-refused", known?.claim, read, { code });
}

function durableVersions(observed: readonly TraceRecord[]): DurableVersion[] {
  const versions: DurableVersion[] = [];
  for (const { time, data } of observed) {
    const { kind, version, flushed } = data;
    if (kind !== "version-installed" || typeof version !== "number" || typeof flushed !== "number") continue;
    versions.push({ version, position: flushed, time });
  }
  return versions;
}

function ofOperation(
  kind: FindingKind,
  claim: string | undefined,
  read: Operation,
  params: Readonly<Record<string, string | number>>,
): Finding {
  const host = read.node ?? "";
  return finding(kind, claim, host, read.completed, read.index, { ...params, host, key: read.key });
}

function finding(
  kind: FindingKind,
  claim: string | undefined,
  host: string,
  time: number,
  operation: number | undefined,
  params: Readonly<Record<string, string | number>>,
): Finding {
  return { kind, claim, host, time, operation, message: { id: `finding-${kind}`, params } };
}
