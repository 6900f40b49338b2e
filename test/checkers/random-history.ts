import type { HistoryValue, Operation } from "../../checkers/history.ts";

/** Draws whole numbers from 0 up to, but not including, a bound: a small generator with a seed (xorshift32). */
export function drawing(seed: number): (bound: number) => number {
  let state = (seed | 0) === 0 ? 1 : seed | 0;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

/** An operation, ok unless told otherwise; times are positions too. */
export function operation(
  index: number,
  process: number,
  f: string,
  value: HistoryValue | undefined,
  times: readonly [invoked: number, completed: number],
  rest: Partial<Operation> = {},
): Operation {
  const [invoked, completed] = times;
  return {
    index,
    process,
    f,
    key: undefined,
    input: value,
    value,
    outcome: completed === Infinity ? "info" : "ok",
    invoked,
    completed,
    start: invoked,
    end: completed,
    error: undefined,
    node: undefined,
    position: undefined,
    ...rest,
  };
}

/** All orders of 0 to n - 1 in which `follows(a, b)` is never broken: a before b when b follows a. Stops once `accept` does. */
export function someOrder(
  n: number,
  mustPrecede: (a: number, b: number) => boolean,
  accept: (order: readonly number[]) => boolean,
): boolean {
  const order: number[] = [];
  const used = new Set<number>();
  const extend = (): boolean => {
    if (order.length === n) return accept(order);
    for (let next = 0; next < n; next++) {
      if (used.has(next)) continue;
      let ready = true;
      for (let other = 0; other < n && ready; other++) {
        if (other !== next && !used.has(other) && mustPrecede(other, next)) ready = false;
      }
      if (!ready) continue;
      used.add(next);
      order.push(next);
      if (extend()) return true;
      order.pop();
      used.delete(next);
    }
    return false;
  };
  return extend();
}
