import type { Operation } from "../history.ts";
import { ViolationLog, type CountedResult, type ReportOptions } from "../violation-log.ts";
import {
  CONSISTENCY_MODELS,
  CYCLE_FAMILIES,
  forbiddenAnomalies,
  type Anomaly,
  type ConsistencyModel,
} from "./consistency-model.ts";
import { anomalousCycles } from "./cycle-search.ts";
import { dependencyGraph } from "./dependency-graph.ts";
import { explainCycle } from "./explain-cycle.ts";
import { listAppendHistory } from "./list-append-history.ts";
import { ReadAnomalies } from "./read-anomalies.ts";
import { versionOrder } from "./version-order.ts";

export interface ListAppendOptions extends ReportOptions {
  /** What the store promises; "strict-serializable" unless given. */
  readonly model?: ConsistencyModel | undefined;
}

export interface ListAppendResult extends CountedResult {
  /** The models that what was found breaks, weakest first; what the model asked about allows was not looked for. */
  readonly broken: readonly ConsistencyModel[];
}

/**
 * Checks transactions that append to lists and read them, in Elle's way: reads tell the order of appends, from which
 * follows what must come before what; a cycle is an anomaly. Looks at operations whose function is "txn", with values
 * [[f, key, value], ...], f being "append" or "r"; an ok read's value is the list that was found. A transaction of which
 * nobody knows whether it happened did so if something that it appended was read.
 *
 * Violations are of the kinds named in {@link Anomaly}, those that the model forbids. Everything found is certain. In time
 * and memory linear in the size of the history, apart from the search for shortest cycles, which is bounded.
 *
 * Kingsbury and Alvaro, "Elle: Inferring Isolation Anomalies from Experimental Observations", VLDB 2020.
 *
 * @throws HistoryError when an operation is no such transaction, or an element was appended to one key twice
 * @throws BoundError when the history is too large
 */
export function checkListAppend(operations: readonly Operation[], options: ListAppendOptions = {}): ListAppendResult {
  const model = options.model ?? "strict-serializable";
  const forbidden = forbiddenAnomalies(model);
  const log = new ViolationLog(options);
  const history = listAppendHistory(operations);
  const order = versionOrder(history);
  new ReadAnomalies(history, order, forbidden, log).find();
  const dependencies = dependencyGraph(history, order, {
    process: forbidsVariant(forbidden, "-process"),
    realTime: forbidsVariant(forbidden, "-realtime"),
  });
  anomalousCycles(dependencies, history.transactions, forbidden, (cycle) => {
    log.add(cycle.kind, () => explainCycle(cycle, history, order));
  });
  return { ...log.result(), broken: brokenBy(log.kinds()) };
}

function forbidsVariant(forbidden: ReadonlySet<Anomaly>, variant: "-process" | "-realtime"): boolean {
  return CYCLE_FAMILIES.some((family) => forbidden.has(`${family}${variant}`));
}

function brokenBy(kinds: readonly string[]): ConsistencyModel[] {
  return CONSISTENCY_MODELS.filter((model) => {
    const forbidden: ReadonlySet<string> = forbiddenAnomalies(model);
    return kinds.some((kind) => forbidden.has(kind));
  });
}
