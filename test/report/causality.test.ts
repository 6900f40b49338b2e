import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { causalFuture, causalGraph, CausalOrderError, causalPast } from "../../report/causality.ts";
import { RetainedTrace } from "../../sim/trace.ts";

const marked = (mask: Uint8Array): number[] => [...mask.keys()].filter((event) => mask[event] === 1);

/** Events from 0, each with earlier ones as causes. */
const graphs = fc
  .integer({ min: 1, max: 40 })
  .chain((events) =>
    fc.tuple(
      ...Array.from({ length: events }, (_none, event) =>
        event === 0 ? fc.constant([]) : fc.uniqueArray(fc.nat({ max: event - 1 }), { maxLength: 3 }),
      ),
    ),
  );

describe("a causal graph", () => {
  test("tells what an event rests on and what rests on it", () => {
    const causes = [[], [0], [0], [1], [2, 3], []];
    const graph = causalGraph(causes.length, (event) => causes[event] ?? []);
    expect(marked(causalPast(graph, 4))).toEqual([0, 1, 2, 3, 4]);
    expect(marked(causalPast(graph, 3))).toEqual([0, 1, 3]);
    expect(marked(causalFuture(graph, 1))).toEqual([1, 3, 4]);
    expect(marked(causalFuture(graph, 5))).toEqual([5]);
  });

  test("past and future are each other's mirror", () => {
    fc.assert(
      fc.property(graphs, (causes) => {
        const graph = causalGraph(causes.length, (event) => causes[event] ?? []);
        for (let event = 0; event < causes.length; event++) {
          const past = marked(causalPast(graph, event));
          for (const other of causes.keys()) {
            expect(causalFuture(graph, other)[event] === 1).toBe(past.includes(other));
          }
        }
      }),
    );
  });

  test("finds the same past as the trace that it was made of", () => {
    fc.assert(
      fc.property(graphs, (causes) => {
        const trace = new RetainedTrace();
        for (const [event, [first, ...others]] of causes.entries()) {
          trace.eventStarted(event, first ?? 0, "n");
          for (const other of others) trace.linked(event, other);
        }
        const graph = causalGraph(causes.length, (event) => trace.causesOf(event));
        for (let event = 0; event < causes.length; event++) {
          expect(new Set(marked(causalPast(graph, event)))).toEqual(trace.causalPast(event));
        }
      }),
    );
  });

  test("an event that it does not know has neither past nor future", () => {
    const graph = causalGraph(2, () => []);
    expect(marked(causalPast(graph, 7))).toEqual([]);
    expect(marked(causalFuture(graph, 7))).toEqual([]);
  });

  test("refuses a cause that comes after its effect", () => {
    expect(() => causalGraph(2, (event) => (event === 0 ? [1] : []))).toThrow(CausalOrderError);
  });
});
