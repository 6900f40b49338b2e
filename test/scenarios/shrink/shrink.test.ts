import { describe, expect, test } from "vitest";
import type { HistoryEntry } from "../../../checkers/history.ts";
import { MILLISECOND } from "../../../host/time.ts";
import { scenarios } from "../../../scenarios/catalogue.ts";
import { drawPlan } from "../../../scenarios/draw-plan.ts";
import type { ClientStep, Plan } from "../../../scenarios/plan.ts";
import { parsePlan } from "../../../scenarios/plan-schema.ts";
import type { Scenario } from "../../../scenarios/scenario.ts";
import { itemsOf, withItems } from "../../../scenarios/shrink/items.ts";
import { paceOf } from "../../../scenarios/shrink/pace.ts";
import { planSize } from "../../../scenarios/shrink/plan-size.ts";
import { shrink, type ShrinkOptions } from "../../../scenarios/shrink/shrink.ts";
import { clientDoing, planOf, read, write } from "../support/scripted.ts";
import { planned } from "../support/struck-cluster.ts";

const race = scenarios.get("compaction-race") as Scenario;
const plan = drawPlan(race, "shared-disk:as-written", 3);
/** The first that has something of everything: faults of several kinds, waits and a healing. */
const chaotic = Array.from({ length: 50 }, (_, index) =>
  drawPlan(scenarios.get("register") as Scenario, "single", index + 1),
).find(
  ({ faults, clients }) => faults.length > 3 && clients.every(({ steps }) => steps.some(({ wait }) => wait > 0)),
) as Plan;

const stepsOf = ({ clients }: Plan): ClientStep[] => clients.flatMap(({ steps }) => steps);
const writesOf = (subject: Plan): number => stepsOf(subject).filter(({ operation }) => operation.op === "write").length;
const readsOf = (subject: Plan): number => stepsOf(subject).filter(({ operation }) => operation.op === "read").length;

/** Shrinks a plan by a pure predicate, and keeps what was tried. */
async function shrunk(subject: Plan, fails: (plan: Plan) => boolean, options: Partial<ShrinkOptions> = {}) {
  const tried: Plan[] = [];
  const result = await shrink(subject, {
    ...options,
    fails: async (candidate) => {
      tried.push(candidate);
      return fails(candidate);
    },
  });
  return { ...result, tried };
}

describe("a plan is shrunk to the least that fails", () => {
  test("of steps and faults that a scenario has given as one object, several times", async () => {
    const fault = planned({ kind: "kill" }, { at: 5, lasts: 5 });
    const step: ClientStep = { wait: 0, operation: read("k") };
    const repeating: Scenario = {
      ...race,
      plan: (random) => ({
        ...race.plan(random),
        clients: [{ name: "c", workload: "register", steps: Array.from({ length: 8 }, () => step) }],
        faults: [fault, fault, fault],
      }),
    };
    const drawn = drawPlan(repeating, "single", 1);
    const result = await shrunk(drawn, (each) => readsOf(each) >= 2 && each.faults.length >= 1, { budget: 1000 });
    expect([planSize(result.plan), result.minimal]).toEqual([3, true]);
  });

  test("of operations of some kinds", async () => {
    const { plan: small, minimal } = await shrunk(plan, (each) => writesOf(each) >= 3 && readsOf(each) >= 2);
    expect([writesOf(small), readsOf(small), planSize(small), minimal]).toEqual([3, 2, 5, true]);
  });

  test("of one certain operation, wherever it stands", async () => {
    const all = stepsOf(plan);
    for (const at of [0, 17, all.length - 1]) {
      const key = (all[at] as ClientStep).operation;
      const has = (each: Plan): boolean =>
        stepsOf(each).some(
          ({ operation }) =>
            operation.op === key.op && JSON.stringify(operation).slice(0, 30) === JSON.stringify(key).slice(0, 30),
        );
      expect(planSize((await shrunk(plan, has)).plan)).toBe(1);
    }
  });

  test("of faults", async () => {
    const kind = chaotic.faults[1]?.fault.kind;
    const { plan: small } = await shrunk(chaotic, ({ faults }) => faults.some(({ fault }) => fault.kind === kind));
    expect(small.faults.map(({ fault }) => fault.kind)).toEqual([kind]);
    // One client must be left, with nothing to do.
    expect(small.clients.map(({ steps }) => steps.length)).toEqual([0]);
  });

  test("and when anything fails, of nothing at all, with everything as simple as it gets", async () => {
    const { plan: small, minimal, tries } = await shrunk(chaotic, () => true);
    expect(minimal).toBe(true);
    expect(planSize(small)).toBe(0);
    expect(small.healing).toBeUndefined();
    expect(small.cluster).toEqual({
      replicas: 1,
      engine: { writeBufferBytes: 1, level0CompactionTrigger: 1, tableBytes: 1 },
    });
    // Simplifications that undo one another would go on for ever.
    expect(tries).toBeLessThan(200);
  });

  test("keeping what else it takes: limits, waits, sizes and healing that are needed", async () => {
    const fails = (each: Plan): boolean =>
      each.cluster.replicas === 2 &&
      each.cluster.engine.writeBufferBytes === chaotic.cluster.engine.writeBufferBytes &&
      each.healing !== undefined &&
      stepsOf(each).some(({ wait, operation }) => wait > 0 && operation.op === "write" && operation.bytes > 0);
    const { plan: small, minimal } = await shrunk(chaotic, fails);
    expect([planSize(small), minimal, fails(small)]).toEqual([1, true, true]);
  });
});

describe("the search", () => {
  test("never ends with a plan that does not fail, and tries nothing that is no plan", async () => {
    for (const least of [1, 4, 9]) {
      const fails = (each: Plan): boolean => planSize(each) % 5 === 0 || writesOf(each) > least * 3;
      for (const budget of [1, 10, 100, 20_000]) {
        const { plan: small, tried } = await shrunk(plan, fails, { budget });
        expect(small === plan || fails(small)).toBe(true);
        for (const each of tried) expect(parsePlan(JSON.parse(JSON.stringify(each)))).toEqual(each);
      }
    }
  });

  test("ends when its budget is spent, and says that there may be less", async () => {
    for (const budget of [1, 7, 50]) {
      const told: number[] = [];
      for (const onTry of [undefined, (tries: number) => told.push(tries)]) {
        const options = { budget, ...(onTry === undefined ? {} : { onTry }) };
        const { tries, tried, minimal } = await shrunk(plan, (each) => writesOf(each) >= 2, options);
        expect([tries, tried.length, minimal]).toEqual([budget, budget, false]);
      }
      expect(told).toEqual(Array.from({ length: budget }, (_, index) => index));
    }
  });

  test("ends when it is told to stop, with what there is", async () => {
    let asked = 0;
    const {
      tried,
      minimal,
      plan: small,
    } = await shrunk(plan, (each) => writesOf(each) >= 2, {
      stopped: () => ++asked > 5,
    });
    expect(tried.length).toBeLessThanOrEqual(5);
    expect(minimal).toBe(false);
    expect(writesOf(small)).toBeGreaterThanOrEqual(2);
  });

  test("tries each candidate under other draws of chance, and keeps the one it fails under", async () => {
    const fails = (each: Plan): boolean => writesOf(each) >= 2 && (each === plan || each.salt === 2);
    const { plan: small } = await shrunk(plan, fails);
    expect([small.salt, planSize(small)]).toEqual([2, 2]);
    const salted = { ...plan, salt: 7 };
    const { plan: own, tried } = await shrunk(salted, (each) => writesOf(each) >= 2 && each.salt === 7);
    expect([own.salt, planSize(own)]).toEqual([7, 2]);
    // The salt that it has is tried first.
    expect(tried[0]?.salt).toBe(7);
  });

  test("needs no salt where none is needed", async () => {
    const { plan: small } = await shrunk(plan, (each) => writesOf(each) >= 2);
    expect("salt" in small).toBe(false);
  });
});

describe("what remains of a plan", () => {
  const client = clientDoing("client", [write("a", "1"), write("b", "2"), read("a"), write("c", "3"), read("b")]);
  const sized = {
    ...client,
    steps: client.steps.map(({ operation }, index) => ({
      wait: (index + 1) * MILLISECOND,
      operation: operation.op === "write" ? { ...operation, bytes: 100 } : operation,
    })),
  };
  const other = clientDoing("other", [read("a")]);
  const faults = [planned({ kind: "kill" }), planned({ kind: "pause" })];
  const small = planOf([sized, other], { faults });
  const items = itemsOf(small);

  test("is the plan itself, where nothing is left out", () => {
    expect(items).toHaveLength(planSize(small));
    expect(withItems(small, items)).toEqual(small);
  });

  test("happens when it did: a step waits for those left out before it, as long as they would have taken", () => {
    const kept = items.filter((_, index) => ![2, 3].includes(index));
    const pace = new Map([["client", 7 * MILLISECOND]]);
    const [first] = withItems(small, kept, pace).clients;
    expect(first?.steps.map(({ wait }) => wait / MILLISECOND)).toEqual([1 + 2 + 3 + 2 * 7, 4, 5]);
    const total = (plan: Plan): number => stepsOf(plan).reduce((sum, { wait }) => sum + wait, 0);
    expect(total(withItems(small, kept))).toBe(total(small));
  });

  test("fills as much of a memtable: a write is as large as those left out before it together", () => {
    const [first] = withItems(small, items.slice(4)).clients;
    const bytes = first?.steps.map(({ operation }) => (operation.op === "write" ? operation.bytes : undefined));
    // Two writes of 100 bytes, and what an entry takes beside its value.
    expect(bytes).toEqual([undefined, 100 + 2 * (100 + 24), undefined]);
  });

  test("has no clients that do nothing, but one; and the faults that were kept", () => {
    const [kill] = items;
    const alone = withItems(small, items.slice(-1));
    expect(alone.clients.map(({ name }) => name)).toEqual(["other"]);
    expect(alone.faults).toEqual([]);
    const none = withItems(small, kill === undefined ? [] : [kill]);
    expect(none.clients).toEqual([{ ...sized, steps: [] }]);
    expect(none.faults).toEqual(faults.slice(0, 1));
  });

  test("never has a write larger than a plan may have, however many were left out", () => {
    const many = clientDoing(
      "client",
      Array.from({ length: 1200 }, (_, index) => ({ op: "write", key: "k", value: `v${index}`, bytes: 1000 }) as const),
    );
    const large = planOf([many]);
    const last = withItems(large, itemsOf(large).slice(-1));
    expect(parsePlan(last)).toEqual(last);
  });
});

test("the pace of a client is the mean of what was answered in time, of its own operations alone", () => {
  const entries = (process: number, f: string, ...times: readonly [number, number, HistoryEntry["type"]][]) =>
    times.flatMap(([from, to, type]): HistoryEntry[] => [
      { process, f, key: "k", value: undefined, type: "invoke", time: from },
      ...(type === "invoke" ? [] : [{ process, f, key: "k", value: undefined, type, time: to }]),
    ]);
  const two = planOf([clientDoing("one", [read("k")]), clientDoing("two", [read("k")])]);
  const history = [
    ...entries(0, "read", [0, 10, "ok"], [20, 50, "fail"], [100, 9000, "info"]),
    ...entries(1, "read", [0, 0, "invoke"]),
    // The verifier is no client of the plan.
    ...entries(2, "read", [0, 1000, "ok"]),
  ];
  expect(paceOf(two, history)).toEqual(new Map([["one", 20]]));
});
