import { refusedReads } from "../../checkers/answers.ts";
import { checkDurability } from "../../checkers/durability.ts";
import { describeValue } from "../../checkers/describe-value.ts";
import { operationsOf, type HistoryEntry, type Operation } from "../../checkers/history.ts";
import { checkSet } from "../../checkers/set.ts";
import { checkSessionGuarantees } from "../../checkers/session-guarantees.ts";
import type { ClassifiedRead } from "../../checkers/snapshot-reads.ts";
import { staleReads, type StaleRead } from "../../checkers/staleness.ts";
import { unflushedReads } from "../../checkers/unflushed.ts";
import { foreignValues } from "../../checkers/values.ts";
import type { Violation } from "../../checkers/verdict.ts";
import { staleVersions, type DurableVersion } from "../../checkers/versions.ts";
import type { Message } from "../../checkers/message.ts";
import type { Duration } from "../../host/time.ts";
import type { TraceEvent } from "../../host/trace.ts";
import { describeError } from "../../sim/failure.ts";
import type { NodeCrash } from "../../sim/machine.ts";
import type { TraceRecord } from "../../sim/trace.ts";
import { epochOf, placeOf } from "../../topologies/position.ts";
import type { ModePromise, Topology } from "../../topologies/topology.ts";
import type { AskedTerms } from "../client.ts";
import type { BrokenInvariant } from "../invariant-watch.ts";
import { WORKLOAD_KINDS, type WorkloadKind } from "../plan.ts";
import type { Verification } from "../verifier.ts";
import {
  askedOfPrimary,
  boundsAsked,
  epochsBegun,
  epochsOf,
  isRead,
  keptPromises,
  readsWithBound,
  sessionView,
} from "./views.ts";
import { lostTransfers } from "./final-balances.ts";
import { DISORDER, orderOf, type CheckBudget } from "./order.ts";
import { keysAsked, nodesWord } from "./nodes-word.ts";
import { withScansAsReads } from "./register-view.ts";
import { scanSnapshots } from "./scan-snapshots.ts";
import type { Finding, FindingKind } from "../scenario.ts";

/** All that a verdict rests on. */
export interface Evidence {
  readonly topology: Topology;
  /** Whether faults went beyond the mode's fault model: then nothing is held against it but wrong data. */
  readonly unbounded: boolean;
  readonly history: readonly HistoryEntry[];
  /** What each operation of the history asked for beside itself, in order of invocation. */
  readonly asked: readonly AskedTerms[];
  /** The kind of workload of each process in the history. */
  readonly processes: readonly WorkloadKind[];
  /** The first of the processes that are the verifier's: those from there on. */
  readonly firstVerifier: number;
  /** What nodes traced, of the kinds in {@link OBSERVED_KINDS} at least. */
  readonly observed: readonly TraceRecord[];
  readonly crashes: readonly NodeCrash[];
  /** What step invariants found, in order of time. */
  readonly broken: readonly BrokenInvariant[];
  /** What came of the healing; undefined when there was none. */
  readonly healing: (Readonly<Omit<Verification, "complete">> & { readonly at: number }) | undefined;
  /** Whether every client got to its end before the limit. */
  readonly finished: boolean;
  /** True time at the end, in nanoseconds. */
  readonly time: Duration;
  /** True time after which the run is given up. */
  readonly limit: Duration;
  /** What each search may take before it ends without an answer. Default some seconds of time. */
  readonly budget?: CheckBudget | undefined;
}

/** The kinds of trace events that judging needs; a run that keeps no trace keeps at least these. */
export const OBSERVED_KINDS: readonly string[] = ["version-installed", "get-failed", "epoch-began"];

/** What a run came to. */
export interface Judgement {
  /** What is wrong, in order of time. */
  readonly findings: readonly Finding[];
  /** Checks that ended without an answer. With neither, everything held. */
  readonly undecided: readonly Message[];
}

/** Holds a run against what its mode promises. */
export function judge(evidence: Evidence): Judgement {
  const { unbounded, topology, healing } = evidence;
  const operations = operationsOf(evidence.history);
  const promises = topology.promises.filter(({ property }) => !unbounded || property === "values-written");
  const undecided: Message[] = [];
  const findings = promises.flatMap((promise) => broken(promise, operations, evidence, undecided));
  if (!unbounded) {
    for (const crash of evidence.crashes) {
      const params = { host: crash.host, task: crash.task, error: describeError(crash.error) };
      findings.push(finding("node-crashed", undefined, crash.host, crash.time, undefined, params));
    }
    for (const { name, time, event } of evidence.broken) {
      findings.push({
        ...finding("invariant-broken", undefined, "", time, undefined, {}),
        message: toldBy(name, event),
      });
    }
    const unrecovered = healing !== undefined && healing.recovered === undefined;
    if (!evidence.finished && !unrecovered) findings.push(unfinished(evidence));
  }
  findings.sort((a, b) => a.time - b.time || (a.operation ?? 0) - (b.operation ?? 0));
  return { findings, undecided };
}

function unfinished({ history, time, limit }: Evidence): Finding {
  const open = history.reduce((count, entry) => count + (entry.type === "invoke" ? 1 : -1), 0);
  return finding("no-progress", undefined, "", time, undefined, { open, limit });
}

/** What an invariant says is wrong, as a message of its own. */
function toldBy(name: string, { kind, ...fields }: TraceEvent): Message {
  const params: Record<string, string | number> = { invariant: name };
  for (const [field, value] of Object.entries(fields))
    params[field] = typeof value === "number" ? value : String(value);
  return { id: kind, params };
}

function broken(
  promise: ModePromise,
  operations: readonly Operation[],
  evidence: Evidence,
  undecided: Message[],
): Finding[] {
  const registers = withScansAsReads(operations.filter(({ process }) => evidence.processes[process] === "register"));
  /** What is wrong with reads; of a scan, with the first of its registers that shows it. */
  const each = <Found extends { readonly read: Operation }>(
    found: readonly Found[],
    tell: (one: Found, f: string) => Finding,
  ): Finding[] =>
    found
      .filter(({ read }, at) => found[at - 1]?.read.index !== read.index)
      .map((one) => tell(one, operations[one.read.index]?.f ?? one.read.f));
  const { asked, observed } = evidence;
  switch (promise.property) {
    case "reads-answered":
      return refusedReads(operations).map((read) => refused(read, evidence.observed));
    case "values-written":
      return each(foreignValues(registers), ({ read }, f) =>
        ofOperation("foreign-value", undefined, read, { f, value: describeValue(read.value) }),
      );
    case "linearizable": {
      const own = promise.of === "primary" ? askedOfPrimary(operations, asked) : operations;
      const groups = promise.between === "failovers" ? epochsOf(own) : [own];
      return groups.flatMap((group) => disordered(group, operations, evidence, undecided));
    }
    case "durable":
      return lost(keptPromises({ operations, asked, began: epochsBegun(observed) }, promise), operations, evidence);
    case "session-reads":
      return sessionsBroken(sessionView(registers, asked), operations);
    case "fresh-as-asked": {
      const known = { operations: registers, asked, began: epochsBegun(observed) };
      const epochs = epochsOf(keptPromises(known, { except: "unreplicated-tail" }));
      return boundsAsked(asked).flatMap((bound) =>
        epochs
          .flatMap((group) => staleReads(readsWithBound(group, asked, bound), bound))
          .map((stale) => staleRead(stale, stale.read.f)),
      );
    }
    case "converges":
      return diverged(promise.within, evidence, undecided);
    case "progress":
      return unrecovered(promise.within, evidence, undecided);
    case "staleness-bounded":
      return each(staleReads(registers, promise.bound), staleRead);
    case "version-current":
      return each(staleVersions(registers, durableVersions(evidence.observed), promise.bound), (stale, f) =>
        ofOperation("stale-version", "SD-3", stale.read, {
          f,
          value: describeValue(stale.read.value),
          newer: stale.missed.f === "delete" ? "a deletion" : describeValue(stale.missed.value),
          version: stale.version.version,
          age: stale.age,
        }),
      );
    case "acknowledged-readable":
      return each(unflushedReads(registers, durableVersions(evidence.observed), promise.bound), (unflushed, f) => ({
        ...ofOperation("unflushed-read", "SD-6", unflushed.read, replacedBy(unflushed, f)),
        related: [unflushed.overwrittenBy.index],
      }));
    case "reads-whole":
      return scanSnapshots(registers, operations).flatMap((scan) => notWhole(scan));
  }
}

function disordered(
  operations: readonly Operation[],
  all: readonly Operation[],
  { processes, budget }: Evidence,
  undecided: Message[],
): Finding[] {
  return WORKLOAD_KINDS.flatMap((workload) => {
    const own = operations.filter(({ process }) => processes[process] === workload);
    if (own.length === 0) return [];
    const { violations, unknown } = orderOf(workload, own, budget);
    if (unknown !== undefined) undecided.push(unknown);
    return violations.map((violation) => violated(DISORDER[workload], violation, all));
  });
}

/** What was acknowledged, and not there when everything was read at the end; nothing is said of what was not read. */
function lost(
  operations: readonly Operation[],
  all: readonly Operation[],
  { processes, firstVerifier, healing }: Evidence,
): Finding[] {
  if (healing === undefined) return [];
  // Only the verifier's reads are of the whole in the end: a client may still be reading from a replica that lags.
  const own = (workload: WorkloadKind): Operation[] =>
    operations.filter(
      (operation) =>
        processes[operation.process] === workload && (operation.process >= firstVerifier || !isRead(operation)),
    );
  return [
    ...checkDurability(withScansAsReads(own("register")), { since: healing.at }).violations,
    ...lostTransfers(own("bank")),
    ...checkSet(own("set")).violations.filter(({ kind }) => kind === "lost-element"),
  ].map((violation) => violated(violation.kind as FindingKind, violation, all));
}

function sessionsBroken(operations: readonly Operation[], all: readonly Operation[]): Finding[] {
  const { violations } = checkSessionGuarantees(operations, { guarantees: ["read-your-writes", "monotonic-reads"] });
  return violations.map((violation) => violated("session-broken", violation, all));
}

/** Nodes that hold something else at the same position, or did not come to the same in time. */
function diverged(within: Duration, { healing, time, finished }: Evidence, undecided: Message[]): Finding[] {
  if (healing?.recovered === undefined || healing.converged !== undefined) return [];
  const { replicas } = healing;
  for (const { node: host, position, digest } of replicas) {
    const other = replicas.find((each) => each.position === position && each.digest !== digest);
    if (other === undefined) continue;
    const params = { host, other: other.node, epoch: epochOf(position), place: placeOf(position) };
    return [finding("divergence", undefined, host, time, undefined, params)];
  }
  const since = time - healing.at - healing.recovered;
  if (!finished && since < within) {
    undecided.push({ id: "unknown-cut-short", params: { time: since, within } });
    return [];
  }
  const held = replicas.map(({ node, position }) => `${node}: ${epochOf(position)}.${placeOf(position)}`).join(", ");
  return [finding("no-convergence", undefined, "", time, undefined, { within, held })];
}

function staleRead(stale: StaleRead, f: string): Finding {
  return ofOperation("stale-read", undefined, stale.read, replacedBy(stale, f));
}

function replacedBy({ read, overwrittenBy, age }: StaleRead, f: string): Record<string, string | number> {
  const newer = overwrittenBy.f === "delete" ? "a deletion" : describeValue(overwrittenBy.value);
  return { f, value: describeValue(read.value), newer, age };
}

/** A read of several keys that is of no one state. */
function notWhole({ read, kind, missing }: ClassifiedRead): Finding[] {
  const { f } = read;
  if (kind === "partial") {
    return [ofOperation("partial-read", "SD-27", read, { f, missing: missing.join(", "), count: missing.length })];
  }
  return kind === "mixed" ? [ofOperation("mixed-read", "SD-27", read, { f, found: describeValue(read.value) })] : [];
}

/** A checker's violation, as a finding at the operation that it is to be looked at by. */
function violated(kind: FindingKind, { operations: rested, message }: Violation, all: readonly Operation[]): Finding {
  const [first = 0, ...related] = rested;
  const { node = "", completed, invoked } = all[first] as Operation;
  const time = completed === Infinity ? invoked : completed;
  return { kind, claim: undefined, host: node, time, operation: first, related, message };
}

function unrecovered(within: Duration, { healing, time, finished }: Evidence, undecided: Message[]): Finding[] {
  if (healing === undefined || (healing.recovered !== undefined && healing.recovered <= within)) return [];
  const since = time - healing.at;
  if (healing.recovered === undefined && !finished && since < within) {
    undecided.push({ id: "unknown-cut-short", params: { time: since, within } });
    return [];
  }
  return [finding("no-recovery", undefined, "", time, undefined, { within, healed: healing.at })];
}

function refused(read: Operation, observed: readonly TraceRecord[]): Finding {
  const code = read.error ?? "unknown";
  if (code !== "table-missing" && code !== "table-stale") return ofOperation("read-refused", undefined, read, { code });
  // The document speaks of tables that compaction took away; a table lost otherwise is another matter.
  if (!replacedBefore(read, observed)) return ofOperation("table-missing", undefined, read, { code });
  return code === "table-missing"
    ? ofOperation("table-vanished", "SD-2", read, { code })
    : ofOperation("table-stale", "SD-25", read, { code });
}

/** Whether a version edit had removed the table that the read lacked, so that its deletion was due. */
function replacedBefore(read: Operation, observed: readonly TraceRecord[]): boolean {
  const failure = nodesWord(read, observed);
  const file = failure?.data["file"];
  if (failure === undefined || typeof file !== "string") return false;
  const number = String(Number.parseInt(file, 10));
  return observed.some(
    ({ time, data }) =>
      data.kind === "version-installed" &&
      time <= failure.time &&
      typeof data["removed"] === "string" &&
      data["removed"].split(",").includes(number),
  );
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
  return finding(kind, claim, host, read.completed, read.index, { f: read.f, ...params, host, key: keysAsked(read) });
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
