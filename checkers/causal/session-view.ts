import type { SearchBudget } from "../graph/shortest-path.ts";
import type { CausalHistory } from "./causal-history.ts";
import { lastChange, type Past } from "./causal-order.ts";

/** A change that must come before another, as a read shows that saw the latter after the former. */
export interface Overwritten {
  readonly earlier: number;
  readonly later: number;
  readonly read: number;
}

/** What a session cannot have seen in any order. */
export type Contradiction =
  | { readonly kind: "cycle"; readonly edges: readonly Overwritten[] }
  | { readonly kind: "initial"; readonly read: number; readonly change: number };

/**
 * The order in which one session must have seen all that is in the causal past of its last operation: the causal order,
 * and of two changes to one register of which the session read the second after the first, the first before the second,
 * transitively (happened-before of Bouajjani et al., "On Verifying Causal Consistency", 2017, section 5.3).
 */
export class SessionView implements Past {
  protected readonly history: CausalHistory;
  /** Operations in the past of the session's last one. */
  protected readonly members: Int32Array;
  protected readonly reads: readonly number[];
  protected readonly clocks: Int32Array;
  protected readonly edges: Overwritten[] = [];

  /**
   * @param clocks room for a clock for each operation of the history
   * @param reads the reads of the session, in its order
   */
  constructor(history: CausalHistory, causal: Past, clocks: Int32Array, reads: readonly number[], last: number) {
    this.history = history;
    this.clocks = clocks;
    this.reads = reads;
    const { session, place, operations } = history;
    this.members = Int32Array.from(operations.keys()).filter(
      (one) => causal.reach(last, session[one] as number) >= (place[one] as number),
    );
  }

  /** What contradicts such an order; "unknown" when the budget ended before that was found out. */
  contradiction(budget: SearchBudget): Contradiction | "unknown" | undefined {
    const { readsFrom, register, changes, sessions } = this.history;
    for (;;) {
      budget.left -= this.members.length * sessions;
      if (budget.left < 0) return "unknown";
      if (!this.order()) return { kind: "cycle", edges: this.edges };
      const known = this.edges.length;
      for (const read of this.reads) {
        const origin = readsFrom[read];
        for (const same of changes[register[read] as number] ?? []) {
          const change = lastChange(this.history, this, same, read);
          if (change === undefined || change === origin) continue;
          if (origin === "initial") return { kind: "initial", read, change };
          if (typeof origin !== "number" || this.isBefore(change, origin)) continue;
          this.edges.push({ earlier: change, later: origin, read });
        }
      }
      if (this.edges.length === known) return undefined;
    }
  }

  reach(operation: number, session: number): number {
    return this.clocks[operation * this.history.sessions + session] ?? 0;
  }

  protected isBefore(one: number, other: number): boolean {
    const { session, place } = this.history;
    return this.reach(other, session[one] as number) >= (place[one] as number);
  }

  /** Sets the clocks by the edges known so far; false when there is a cycle. */
  protected order(): boolean {
    const { previous, readsFrom, session, place, sessions, operations } = this.history;
    const into = new Map<number, number[]>();
    for (const { earlier, later } of this.edges) {
      const same = into.get(later);
      if (same === undefined) into.set(later, [earlier]);
      else same.push(earlier);
    }
    const before = (one: number): number[] => {
      const origin = readsFrom[one];
      const first = previous[one] === -1 ? [] : [previous[one] as number];
      return [...first, ...(typeof origin === "number" ? [origin] : []), ...(into.get(one) ?? [])];
    };
    // 0: not yet reached; 1: what comes before it is being put in order; 2: done.
    const state = new Uint8Array(operations.length);
    const stack: number[] = [];
    for (const member of this.members) {
      stack.push(member);
      while (stack.length > 0) {
        const one = stack[stack.length - 1] as number;
        if (state[one] === 2) {
          stack.pop();
          continue;
        }
        const earlier = before(one);
        if (state[one] === 0) {
          state[one] = 1;
          if (earlier.some((other) => state[other] === 1)) return false;
          for (const other of earlier) if (state[other] === 0) stack.push(other);
          continue;
        }
        stack.pop();
        state[one] = 2;
        const clock = this.clocks.subarray(one * sessions, (one + 1) * sessions).fill(0);
        for (const other of earlier) {
          const theirs = this.clocks.subarray(other * sessions, (other + 1) * sessions);
          for (let at = 0; at < sessions; at++) clock[at] = Math.max(clock[at] as number, theirs[at] as number);
        }
        clock[session[one] as number] = place[one] as number;
      }
    }
    return true;
  }
}
