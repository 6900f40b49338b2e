import { refuseAbove } from "../bound.ts";
import type { CausalHistory, SessionChanges } from "./causal-history.ts";

/** Entries of vector clocks, of four bytes each. */
export const MAX_CLOCK_ENTRIES = 100_000_000;

/** An order of what follows from the orders of sessions and from what reads saw. */
export interface Past {
  /** How many of the first operations of a session come before an operation, or are it. */
  reach(operation: number, session: number): number;
}

/**
 * The causal order: that of each session, and each read after what it saw, transitively (Ahamad et al., "Causal Memory",
 * 1995, section 2). As vector clocks, which operations of a session share until one of them sees something new.
 */
export class CausalOrder implements Past {
  protected readonly history: CausalHistory;
  protected readonly clocks: Int32Array[] = [];

  /** @param inTurn all operations, each after those that it follows from */
  constructor(history: CausalHistory, inTurn: Int32Array) {
    this.history = history;
    const { previous, readsFrom, session, place, sessions } = history;
    const nothing = new Int32Array(sessions);
    let entries = 0;
    for (const operation of inTurn) {
      const before = previous[operation] as number;
      const origin = readsFrom[operation];
      let clock = before === -1 ? nothing : (this.clocks[before] as Int32Array);
      // A change of unknown outcome begins a session of its own after another one.
      const leaves = before !== -1 && session[before] !== session[operation];
      const news = typeof origin === "number" && this.isNews(clock, origin, session[operation] as number);
      if (leaves || news) {
        entries += sessions;
        refuseAbove("entries of vector clocks", entries, MAX_CLOCK_ENTRIES);
        clock = clock.slice();
        if (leaves) clock[session[before] as number] = place[before] as number;
        if (typeof origin === "number") this.join(clock, origin);
      }
      this.clocks[operation] = clock;
    }
  }

  reach(operation: number, session: number): number {
    const { session: own, place } = this.history;
    if (own[operation] === session) return place[operation] as number;
    return this.clocks[operation]?.[session] ?? 0;
  }

  protected isNews(clock: Int32Array, origin: number, own: number): boolean {
    const { session, place } = this.history;
    const other = session[origin] as number;
    return other !== own && (clock[other] as number) < (place[origin] as number);
  }

  protected join(clock: Int32Array, origin: number): void {
    const { session, place } = this.history;
    const theirs = this.clocks[origin] as Int32Array;
    for (let at = 0; at < clock.length; at++) clock[at] = Math.max(clock[at] as number, theirs[at] as number);
    const other = session[origin] as number;
    clock[other] = Math.max(clock[other] as number, place[origin] as number);
  }
}

/** Whether one operation comes before another, or is it. */
export function comesBefore({ session, place }: CausalHistory, past: Past, one: number, other: number): boolean {
  return past.reach(other, session[one] as number) >= (place[one] as number);
}

/** The last change of a register by one session in the past of an operation; undefined when there is none. */
export function lastChange(
  { place }: CausalHistory,
  past: Past,
  { session, changes }: SessionChanges,
  operation: number,
): number | undefined {
  const reach = past.reach(operation, session);
  let [low, high] = [0, changes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((place[changes[middle] as number] as number) <= reach) low = middle + 1;
    else high = middle;
  }
  return changes[low - 1];
}
