import { describe, expect, test } from "vitest";
import { InvariantWatch } from "../../scenarios/invariant-watch.ts";
import { ObservedTrace, type TraceRecord } from "../../sim/trace.ts";
import type { NodeState, StepInvariant } from "../../topologies/topology.ts";
import { answered, clientDoing, planOf, registers, runOn, scripted, write, type Script } from "./support/scripted.ts";

const NODES = ["a", "b"];
const STATES = new Map<string, NodeState>();

/** Breaks at the calls of these numbers, the first being 1. */
function breaking(name: string, ...at: readonly number[]): StepInvariant & { calls: number } {
  const invariant = {
    name,
    calls: 0,
    watch: () => {
      let own = 0;
      return {
        check() {
          invariant.calls++;
          return at.includes(++own) ? { kind: `${name}-broken`, call: own } : undefined;
        },
      };
    },
  };
  return invariant;
}

const said = (host: string, incarnation = 1): TraceRecord => ({
  index: 0,
  time: 5,
  host,
  incarnation,
  event: 1,
  data: { kind: "said" },
});

function watching(...invariants: StepInvariant[]): InvariantWatch {
  return new InvariantWatch(new ObservedTrace(["said"]), invariants, NODES);
}

describe("step invariants", () => {
  test("are checked after steps in which a node said something, and after no others", () => {
    const invariant = breaking("one");
    const watch = watching(invariant);
    const calls = (): number => {
      watch.check(7, () => STATES);
      return invariant.calls;
    };
    expect(calls()).toBe(0);
    watch.record(said("a"));
    watch.record(said("b"));
    expect(calls()).toBe(1);
    expect(calls()).toBe(1);
    // The world and its devices, and clients, which are no nodes.
    watch.record(said("a", 0));
    watch.record(said("client"));
    expect(calls()).toBe(1);
    watch.record(said("b"));
    expect(calls()).toBe(2);
  });

  test("do not look at the nodes when there is nothing to check", () => {
    const watch = watching();
    watch.record(said("a"));
    watch.check(7, () => {
      throw new Error("inspected");
    });
  });

  test("are kept with their first break alone, each by itself", () => {
    const [first, second, third] = [breaking("first", 2, 3), breaking("second"), breaking("third", 2)];
    const watch = watching(first, second, third);
    for (let time = 1; time <= 4; time++) {
      watch.record(said("a"));
      watch.check(time, () => STATES);
    }
    expect(watch.broken).toEqual([
      { name: "first", time: 2, event: { kind: "first-broken", call: 2 } },
      { name: "third", time: 2, event: { kind: "third-broken", call: 2 } },
    ]);
    // One that has broken is not asked again.
    expect([first.calls, second.calls, third.calls]).toEqual([2, 4, 2]);
  });

  test("let everything that is traced through", () => {
    const trace = new ObservedTrace(["said"]);
    const watch = new InvariantWatch(trace, [breaking("one", 1)], NODES);
    watch.record(said("a"));
    watch.record(said("client"));
    watch.record(said("a", 0));
    expect(trace.records).toHaveLength(3);
  });
});

describe("a broken invariant", () => {
  /** Says so whenever it is asked to write. */
  const telling: Script = (operation, node) => {
    node.host.trace({ kind: "written" });
    return registers(operation, node);
  };
  const few: StepInvariant = {
    name: "few-registers",
    watch: () => ({
      check: (nodes) => {
        const held = nodes.get("primary")?.fields["registers"];
        return typeof held === "number" && held > 2 ? { kind: "too-many-registers", held, node: "primary" } : undefined;
      },
    }),
  };
  const plan = planOf([
    clientDoing(
      "client",
      ["a", "b", "c", "d"].map((key) => write(key, "v")),
    ),
  ]);

  test("violates a run, with a message of its own and the time at which it broke", async () => {
    const { verdict, findings, history } = await runOn(scripted(telling, { invariants: [few], promises: [] }), plan);
    expect(verdict).toBe("violated");
    expect(findings).toMatchObject([
      {
        kind: "invariant-broken",
        operation: undefined,
        message: { id: "too-many-registers", params: { invariant: "few-registers", held: 3, node: "primary" } },
      },
    ]);
    const [third, fourth] = history.filter(({ type }) => type === "invoke").slice(2);
    expect(findings[0]?.time).toBeGreaterThan(third?.time ?? Infinity);
    expect(findings[0]?.time).toBeLessThanOrEqual(fourth?.time ?? 0);
  });

  test("is watched for in each run anew, also where faults may go beyond the model and none did", async () => {
    const topology = scripted(telling, { invariants: [few], promises: [] });
    expect((await runOn(topology, plan)).findings).toHaveLength(1);
    expect((await runOn(topology, plan)).findings).toHaveLength(1);
    expect((await runOn(topology, { ...plan, unbounded: true })).findings).toHaveLength(1);
    expect(
      (
        await runOn(
          scripted(() => answered(), { invariants: [few], promises: [] }),
          plan,
        )
      ).verdict,
    ).toBe("holds");
  });
});
