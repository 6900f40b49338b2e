import type { DigraphBuilder } from "../graph/digraph.ts";
import type { Operation } from "../history.ts";

/**
 * Links each operation that completed to all that were invoked later. A chain of moments stands between them: a completion
 * leads to the next moment, each moment to the next one and to what was invoked before that, which makes at most three
 * edges an operation however many are concurrent.
 */
export function linkRealTime(
  builder: DigraphBuilder,
  operations: readonly Operation[],
  happened: (number: number) => boolean,
  label: number,
): void {
  const events: { readonly at: number; readonly number: number; readonly completion: boolean }[] = [];
  operations.forEach(({ outcome, start, end }, number) => {
    if (!happened(number)) return;
    events.push({ at: start, number, completion: false });
    if (outcome === "ok") events.push({ at: end, number, completion: true });
  });
  events.sort((a, b) => a.at - b.at);
  let moment = -1;
  // Whether something was invoked since the moment: what completes now needs a new one.
  let passed = true;
  for (const { number, completion } of events) {
    if (!completion) {
      if (moment !== -1) builder.addEdge(moment, number, label, -1);
      passed = true;
      continue;
    }
    if (passed) {
      const next = builder.addNode();
      if (moment !== -1) builder.addEdge(moment, next, label, -1);
      moment = next;
      passed = false;
    }
    builder.addEdge(number, moment, label, -1);
  }
}
