import type { Operation } from "../../checkers/history.ts";
import type { Duration } from "../../host/time.ts";
import type { TraceRecord } from "../../sim/trace.ts";
import type { Complexity } from "../../topologies/topology.ts";
import type { AskedTerms } from "../client.ts";
import type { Fault } from "../faults/fault.ts";
import type { StrikeReport } from "../faults/strike.ts";
import type { WorldCounters } from "./world-counters.ts";

/** What a metric's values are counted in. "ns": nanoseconds of true time. */
export type Unit = "ns" | "bytes" | "count";

/** One thing that is measured of a run: none, one or many values. Its title is the message `metric-NAME`. */
export interface Metric {
  /** As reports and claims have it. "x/" is a family: its metrics are called "x/" and a label that is met in a run. */
  readonly name: string;
  readonly unit: Unit;
  /** Which values a user would rather have; undefined: neither says anything by itself. */
  readonly better: "lower" | "higher" | undefined;
}

/** Two metrics' sums over all runs, one divided by the other. Its title is the message `metric-NAME`. */
export interface Ratio {
  readonly name: string;
  /** "share": from 0 to 1. "per-second": of true time. */
  readonly unit: "share" | "per-second" | "bytes" | "count";
  readonly better: Metric["better"];
  readonly of: string;
  readonly to: string;
}

/** A run that is over, as far as measuring goes. */
export interface MeasuredRun {
  /** What clients did. */
  readonly operations: readonly Operation[];
  /** What clients and the verifier did. */
  readonly all: readonly Operation[];
  /** Of all, those on registers, with scans as reads of each. */
  readonly registers: readonly Operation[];
  /** Of all, those on sets. */
  readonly sets: readonly Operation[];
  /** What each operation asked for beside itself, by its index. */
  readonly asked: readonly AskedTerms[];
  /** The first of the processes that are the verifier's. */
  readonly firstVerifier: number;
  /** What nodes, clients and operators traced, of the kinds that groups observe at least. */
  readonly observed: readonly TraceRecord[];
  /** What came to pass of the planned faults. */
  readonly strikes: readonly (StrikeReport & { readonly kind: Fault["kind"] })[];
  /** True time of the healing; undefined when there was none. */
  readonly healedAt: number | undefined;
  /** How long nodes took after it to hold the same; undefined when they did not, or nobody asked. */
  readonly converged: Duration | undefined;
  /** What there is to the design; undefined where that was never counted. */
  readonly complexity?: Complexity | undefined;
  readonly counters: WorldCounters;
  /** True time at the end, in nanoseconds. */
  readonly time: number;
}

/** Metrics that are worked out together. */
export interface MetricGroup {
  readonly metrics: readonly Metric[];
  /** Kinds of trace events that it needs. */
  readonly observes?: readonly string[];
  /** Hands over each value: a whole number of the metric's unit, from 0. Must not change anything. */
  measure(run: MeasuredRun, add: (metric: string, value: number) => void): void;
}
