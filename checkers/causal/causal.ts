import { refuseAbove } from "../bound.ts";
import { describeCycle, type CycleStep } from "../cycle.ts";
import { describeKey, describeValue } from "../describe-value.ts";
import { components, cyclicComponents } from "../graph/components.ts";
import { DigraphBuilder, inducedSubgraph, type Digraph } from "../graph/digraph.ts";
import { shortestRing, type RingEdge } from "../graph/shortest-ring.ts";
import type { HistoryValue, Operation } from "../history.ts";
import { leftBy } from "../registers.ts";
import { ViolationLog, type CountedResult, type ReportOptions } from "../violation-log.ts";
import { causalHistory, type CausalHistory } from "./causal-history.ts";
import { CausalOrder, comesBefore, lastChange, MAX_CLOCK_ENTRIES } from "./causal-order.ts";
import { SessionView, type Overwritten } from "./session-view.ts";

/**
 * What causal consistency is taken to be. "causal-consistency": no read goes against the causal order, the least that all
 * agree on. "causal-memory": each session can moreover have seen all in one order (Ahamad et al., 1995).
 * "causal-convergence": all sessions can moreover have seen concurrent changes end in the same order. The latter two both
 * imply the first, and neither the other.
 */
export type CausalModel = "causal-consistency" | "causal-memory" | "causal-convergence";

export interface CausalOptions extends ReportOptions {
  /** "causal-consistency" unless given. */
  readonly model?: CausalModel | undefined;
  /** What every register holds before its first write; null unless given. */
  readonly initial?: HistoryValue | undefined;
}

const PROCESS = 1;
const READS_FROM = 2;
const CONFLICT = 4;

/** The most edges between conflicting changes. */
const MAX_CONFLICTS = 50_000_000;
/** The most work on the views of sessions, in entries of clocks. */
const VIEW_BUDGET = 2_000_000_000;

/**
 * Checks registers whose values are each written once for the bad patterns that causal consistency rules out (Bouajjani et
 * al., "On Verifying Causal Consistency", POPL 2017, tables 2 and 3). Kinds are the names of the patterns: "ThinAirRead",
 * "CyclicCO", "WriteCOInitRead" and "WriteCORead"; of causal memory "CyclicHB" and "WriteHBInitRead" too, of causal
 * convergence "CyclicCF". These last are looked for when there are none of the others.
 *
 * Time plays no part. A read of what several deletes, or a delete and the beginning, may have left accuses nobody. Linear
 * in operations times sessions; causal memory is polynomial, and "unknown" when its budget ends.
 *
 * @throws HistoryError when a value is written twice to one key
 * @throws BoundError when there are too many operations and sessions together
 */
export function checkCausal(operations: readonly Operation[], options: CausalOptions = {}): CountedResult {
  const log = new ViolationLog(options);
  const history = causalHistory(operations, options.initial ?? null);
  const { model = "causal-consistency" } = options;
  return new CausalJudge(history, log).judge(model);
}

class CausalJudge {
  protected readonly history: CausalHistory;
  protected readonly log: ViolationLog;

  constructor(history: CausalHistory, log: ViolationLog) {
    this.history = history;
    this.log = log;
  }

  judge(model: CausalModel): CountedResult {
    const { readsFrom } = this.history;
    readsFrom.forEach((origin, read) => {
      if (origin === "nothing") this.reportRead("ThinAirRead", read, []);
    });
    const graph = this.dependencies([]).build();
    if (this.reportCycles("CyclicCO", graph)) return this.log.result();
    const order = new CausalOrder(this.history, inTurn(graph));
    this.judgeReads(order);
    if (this.log.kinds().length > 0) return this.log.result();
    if (model === "causal-convergence") this.judgeConvergence(order);
    const done = model !== "causal-memory" || this.judgeViews(order);
    return this.log.result(done ? undefined : { id: "unknown-causal-memory", params: { budget: VIEW_BUDGET } });
  }

  /** Reads of what the causal order says was overwritten before. */
  protected judgeReads(order: CausalOrder): void {
    const { readsFrom, register, changes } = this.history;
    readsFrom.forEach((origin, read) => {
      if (origin !== "initial" && typeof origin !== "number") return;
      for (const same of changes[register[read] as number] ?? []) {
        const change = lastChange(this.history, order, same, read);
        if (change === undefined || change === origin) continue;
        if (origin === "initial") {
          this.reportRead("WriteCOInitRead", read, [change]);
          return;
        }
        if (comesBefore(this.history, order, origin, change)) {
          this.reportRead("WriteCORead", read, [change, origin]);
          return;
        }
      }
    });
  }

  /** Whether the changes that each read shows to have come before others, and the causal order, make a cycle. */
  protected judgeConvergence(order: CausalOrder): void {
    const { readsFrom, register, changes } = this.history;
    const conflicts: Overwritten[] = [];
    readsFrom.forEach((origin, read) => {
      if (typeof origin !== "number") return;
      for (const same of changes[register[read] as number] ?? []) {
        const change = lastChange(this.history, order, same, read);
        if (change === undefined || change === origin || comesBefore(this.history, order, change, origin)) continue;
        conflicts.push({ earlier: change, later: origin, read });
        refuseAbove("conflicting changes", conflicts.length, MAX_CONFLICTS);
      }
    });
    this.reportCycles("CyclicCF", this.dependencies(conflicts).build());
  }

  /** Whether each session can have seen everything in some order; false when the budget ended. */
  protected judgeViews(order: CausalOrder): boolean {
    const { operations, session, sessions, readsFrom } = this.history;
    const entries = operations.length * sessions;
    refuseAbove("entries of vector clocks", entries, MAX_CLOCK_ENTRIES);
    const clocks = new Int32Array(entries);
    const last = new Int32Array(sessions).fill(-1);
    const reads: number[][] = Array.from({ length: sessions }, () => []);
    operations.forEach((_, number) => {
      const own = session[number] as number;
      last[own] = number;
      if (readsFrom[number] !== undefined) reads[own]?.push(number);
    });
    const budget = { left: VIEW_BUDGET };
    for (let own = 0; own < sessions; own++) {
      const ownReads = reads[own] ?? [];
      if (ownReads.length === 0) continue;
      const view = new SessionView(this.history, order, clocks, ownReads, last[own] as number);
      const found = view.contradiction(budget);
      if (found === "unknown") return false;
      if (found === undefined) continue;
      if (found.kind === "initial") this.reportRead("WriteHBInitRead", found.read, [found.change]);
      else this.reportCycles("CyclicHB", this.dependencies(found.edges).build());
    }
    return true;
  }

  /** The orders of processes, what reads saw, and further edges; the note of an edge is its place among the latter. */
  protected dependencies(conflicts: readonly Overwritten[]): DigraphBuilder {
    const { operations, previous, readsFrom } = this.history;
    const builder = new DigraphBuilder(operations.length);
    operations.forEach((_, number) => {
      const [before, origin] = [previous[number] as number, readsFrom[number]];
      if (before !== -1) builder.addEdge(before, number, PROCESS, -1);
      if (typeof origin === "number") builder.addEdge(origin, number, READS_FROM, -1);
    });
    conflicts.forEach(({ earlier, later }, at) => builder.addEdge(earlier, later, CONFLICT, conflicts[at]?.read ?? -1));
    return builder;
  }

  /** Reports a shortest cycle of each component that has one; false when there is none. */
  protected reportCycles(kind: string, graph: Digraph): boolean {
    const cyclic = cyclicComponents(components(graph, -1));
    for (const members of cyclic) {
      this.log.add(kind, () => {
        const ring = shortestRing(inducedSubgraph(graph, members), 2);
        const cycle = ring.map((edge) => this.explain(edge, members));
        const involved = ring.map(({ from }) => this.operation(members[from] as number));
        return {
          operations: involved.map(({ index }) => index),
          message: {
            id: `anomaly-${kind}`,
            params: {
              cycle: describeCycle(cycle),
              processes: involved.map(({ process }) => process).join(", "),
              from: involved.reduce((least, { invoked }) => Math.min(least, invoked), Infinity),
              to: involved.reduce((most, { invoked }) => Math.max(most, invoked), -Infinity),
            },
          },
          cycle,
        };
      });
    }
    return cyclic.length > 0;
  }

  protected explain({ from, to, label, note }: RingEdge, members: Int32Array): CycleStep {
    const [before, after] = [this.operation(members[from] as number), this.operation(members[to] as number)];
    const ends = { from: before.index, to: after.index };
    if (label === PROCESS) {
      const message = { id: "step-process", params: { ...ends, process: before.process } };
      return { ...ends, relation: "process", key: undefined, message };
    }
    const params = {
      ...ends,
      key: describeKey(before.key),
      value: describeValue(leftBy(label === READS_FROM ? before : after)),
    };
    if (label === READS_FROM) return { ...ends, relation: "wr", key: before.key, message: { id: "step-wr", params } };
    const message = { id: "step-ww-seen", params: { ...params, read: this.operation(note).index } };
    return { ...ends, relation: "ww", key: before.key, message };
  }

  /** A read, and the changes that it goes against: that which it missed first. */
  protected reportRead(kind: string, read: number, changes: readonly number[]): void {
    this.log.add(kind, () => {
      const { index, process, key, value, invoked } = this.operation(read);
      const [missed, origin] = changes.map((change) => this.operation(change));
      return {
        operations: [index, ...changes.map((change) => this.operation(change).index)],
        message: {
          id: `anomaly-${kind}`,
          params: {
            process,
            key: describeKey(key),
            value: describeValue(value),
            time: invoked,
            ...(missed === undefined
              ? {}
              : { writer: missed.process, newer: describeValue(leftBy(missed)), since: missed.invoked }),
            ...(origin === undefined ? {} : { overwritten: origin.process }),
          },
        },
      };
    });
  }

  protected operation(number: number): Operation {
    return this.history.operations[number] as Operation;
  }
}

/** The nodes of a graph without cycles, each after those that lead to it. */
function inTurn({ size, offsets, targets }: Digraph): Int32Array {
  const open = new Int32Array(size);
  for (const target of targets) open[target] = (open[target] ?? 0) + 1;
  const order = new Int32Array(size);
  let [done, filled] = [0, 0];
  for (let node = 0; node < size; node++) if (open[node] === 0) order[filled++] = node;
  while (done < filled) {
    const node = order[done++] as number;
    for (let edge = offsets[node] as number; edge < (offsets[node + 1] as number); edge++) {
      const target = targets[edge] as number;
      open[target] = (open[target] as number) - 1;
      if (open[target] === 0) order[filled++] = target;
    }
  }
  return order;
}
