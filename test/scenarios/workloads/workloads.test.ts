import { describe, expect, test } from "vitest";
import { operationsOf, type Operation } from "../../../checkers/history.ts";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { MILLISECOND } from "../../../host/time.ts";
import { scenarios } from "../../../scenarios/catalogue.ts";
import { drawPlan } from "../../../scenarios/draw-plan.ts";
import type { ClientPlan, PlannedOperation } from "../../../scenarios/plan.ts";
import { parsePlan } from "../../../scenarios/plan-schema.ts";
import { runPlan } from "../../../scenarios/run-plan.ts";
import { bankClients } from "../../../scenarios/workloads/bank.ts";
import { compareAndSetClients } from "../../../scenarios/workloads/compare-and-set.ts";
import { counterClients } from "../../../scenarios/workloads/counter.ts";
import { listAppendClients } from "../../../scenarios/workloads/list-append.ts";
import { reader, registerClients } from "../../../scenarios/workloads/register.ts";
import { scanClients } from "../../../scenarios/workloads/scan.ts";
import { setClients } from "../../../scenarios/workloads/set.ts";
import { ycsbClients } from "../../../scenarios/workloads/ycsb.ts";
import { NamedStream } from "../../../sim/random.ts";
import { isReadOnly } from "../../../topologies/operation.ts";

const COMMON = { clients: 3, steps: 200, pause: [0, 5 * MILLISECOND], readFrom: "replica" } as const;

const WORKLOADS = {
  register: (random: NamedStream) =>
    registerClients(random, { ...COMMON, keys: 5, bytes: [10, 50], weights: { read: 5, write: 4, delete: 1 } }),
  "compare-and-set": (random: NamedStream) =>
    compareAndSetClients(random, { ...COMMON, keys: 3, weights: { read: 1, write: 1, cas: 2 }, wrongOneIn: 5 }),
  counter: (random: NamedStream) => counterClients(random, { ...COMMON, keys: 2, delta: [-3, 3], readOneIn: 4 }),
  set: (random: NamedStream) => setClients(random, { ...COMMON, keys: 2, readOneIn: 4 }),
  bank: (random: NamedStream) =>
    bankClients(random, { ...COMMON, accounts: 4, balance: 10, amount: [1, 5], readOneIn: 4, headStart: MILLISECOND }),
  "list-append": (random: NamedStream) =>
    listAppendClients(random, { ...COMMON, keys: 3, length: [1, 4], readOneIn: 3, appendsPerKey: 10 }),
  scan: (random: NamedStream) => scanClients(random, { ...COMMON, keys: 5, limit: [1, 7] }),
  ...Object.fromEntries(
    (["A", "B", "C", "D", "E", "F"] as const).map((workload) => [
      `ycsb ${workload}`,
      (random: NamedStream) => ycsbClients(workload, random, { ...COMMON, records: 50, bytes: 40 }),
    ]),
  ),
};

const operations = (plans: readonly ClientPlan[]): PlannedOperation[] =>
  plans.flatMap(({ steps }) => steps.map(({ operation }) => operation));

describe.each(Object.entries(WORKLOADS))("the workload %s", (name, make) => {
  test("is drawn from its stream alone", () => {
    expect(make(new NamedStream("one"))).toEqual(make(new NamedStream("one")));
    expect(make(new NamedStream("one"))).not.toEqual(make(new NamedStream("two")));
  });

  test("has clients of different names, and asks reads, and nothing else, of whom the options say", () => {
    const plans = make(new NamedStream("one"));
    expect(plans).toHaveLength(COMMON.clients);
    expect(new Set(plans.map((plan) => plan.name)).size).toBe(COMMON.clients);
    const replicas = new Set<number>();
    for (const { steps } of plans) {
      for (const { operation, target, wait } of steps) {
        expect(target?.role).toBe(isReadOnly(operation) ? "replica" : undefined);
        if (target !== undefined) replicas.add(target.choice % 2);
        expect(wait).toBeLessThanOrEqual(6 * MILLISECOND);
      }
    }
    if (!name.startsWith("counter")) expect(replicas.size).toBe(2);
  });

  test("writes each value once", () => {
    const written = operations(make(new NamedStream("one"))).flatMap((operation): string[] => {
      switch (operation.op) {
        case "write":
          return [operation.value];
        case "cas":
          return [operation.to];
        case "add":
          return [`${operation.element}`];
        case "txn":
          return operation.steps.flatMap((step) => (step[0] === "append" ? [`${step[1]} ${step[2]}`] : []));
        default:
          return [];
      }
    });
    expect(new Set(written).size).toBe(written.length);
    if (!/counter|bank|scan|ycsb C/.test(name)) expect(written.length).toBeGreaterThan(20);
  });
});

describe("YCSB", () => {
  const mixOf = (workload: "A" | "B" | "C" | "D" | "E" | "F") => {
    const plans = ycsbClients(workload, new NamedStream("mix"), { ...COMMON, steps: 1000, records: 100, bytes: 40 });
    const loaded = plans.flatMap(({ steps }, index) => steps.slice(0, [34, 33, 33][index]));
    const counts = new Map<string, number>();
    for (const { steps } of plans) {
      for (const { operation } of steps) counts.set(operation.op, (counts.get(operation.op) ?? 0) + 1);
    }
    const percent = (op: string, less = 0) => Math.round(((counts.get(op) ?? 0) - less) / 30);
    return { plans, loaded, percent };
  };

  test("loads every record first, each once", () => {
    const { loaded } = mixOf("C");
    const keys = loaded.map(({ operation }) => (operation.op === "write" ? operation.key : ""));
    expect([...keys].sort()).toEqual(
      Array.from({ length: 100 }, (_, record) => `user${String(record).padStart(3, "0")}`),
    );
  });

  test("has the mixes of its workloads", () => {
    const [a, b, c, d, e, f] = (["A", "B", "C", "D", "E", "F"] as const).map(mixOf);
    expect(Math.abs((a?.percent("read") ?? 0) - 50)).toBeLessThanOrEqual(3);
    expect(Math.abs((a?.percent("write", 100) ?? 0) - 50)).toBeLessThanOrEqual(3);
    expect(Math.abs((b?.percent("read") ?? 0) - 95)).toBeLessThanOrEqual(2);
    expect(c?.percent("read")).toBe(100);
    expect(Math.abs((d?.percent("write", 100) ?? 0) - 5)).toBeLessThanOrEqual(2);
    expect(Math.abs((e?.percent("scan") ?? 0) - 95)).toBeLessThanOrEqual(2);
    expect(Math.abs((f?.percent("cas") ?? 0) - 50)).toBeLessThanOrEqual(3);
    // Each modification reads first.
    expect(f?.percent("read")).toBe(100);
  });

  test("D reads what was inserted last the most, and never before it was planned to be", () => {
    const { plans } = mixOf("D");
    const steps = Array.from({ length: 1000 }, (_, step) =>
      plans.map(({ steps }, index) => steps[([34, 33, 33][index] ?? 0) + step]),
    );
    let newest = 99;
    let recent = 0;
    let reads = 0;
    for (const operation of steps.flat().map((step) => step?.operation)) {
      if (operation?.op === "write") newest++;
      if (operation?.op !== "read") continue;
      const record = Number(operation.key.slice(4));
      expect(record).toBeLessThanOrEqual(newest);
      reads++;
      if (record > newest - 10) recent++;
    }
    expect(recent / reads).toBeGreaterThan(0.4);
  });
});

test("a reader's replica is drawn, and the primary is the primary", () => {
  const options = { keys: 3, steps: 50, pause: [0, 10] } as const;
  const primary = reader("r", new NamedStream("r"), { ...options, readFrom: "primary" });
  expect(primary.steps.every(({ target }) => target?.role === "primary" && target.choice === 0)).toBe(true);
});

/** Runs a scenario's seed on the baseline. @returns what clients did, the verifier's reads at the end included */
async function done(name: string, seed: number, faults: boolean): Promise<Operation[]> {
  const scenario = scenarios.get(name);
  if (scenario === undefined) throw new RangeError(`no scenario ${name}`);
  const drawn = drawPlan(scenario, "single", seed);
  const report = await runPlan(faults ? drawn : { ...drawn, faults: [] }, { drain: new NodeDrain() });
  expect({ seed, findings: report.findings, failure: report.failure }).toEqual({
    seed,
    findings: [],
    failure: undefined,
  });
  return operationsOf(report.history);
}

test("every scenario's plans keep to the schema of plans from outside", () => {
  for (const scenario of scenarios.values()) {
    for (let seed = 1; seed <= 20; seed++) {
      const plan = drawPlan(scenario, "single", seed);
      expect(parsePlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    }
  }
});

const SEEDS = Array.from({ length: 15 }, (_, index) => index + 1);
const isRead = ({ f, outcome }: Operation): boolean => f === "read" && outcome === "ok";

describe.each([
  ["without faults", false],
  ["whatever fails", true],
])("on one node, %s", (_how, faults) => {
  test("a counter never shows more than was asked for nor less than was acknowledged", async () => {
    for (const seed of SEEDS) {
      const all = await done("counter", seed, faults);
      for (const read of all.filter(isRead)) {
        const adds = all.filter(({ f, key, outcome }) => f === "add" && outcome !== "fail" && key === read.key);
        const sure = adds.filter((add) => add.end < read.start).map(({ value }) => value as number);
        const open = adds
          .filter((add) => add.start < read.end && add.end > read.start)
          .map(({ value }) => value as number);
        const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
        expect(read.value).toBeGreaterThanOrEqual(total(sure) + total(open.filter((value) => value < 0)));
        expect(read.value).toBeLessThanOrEqual(total(sure) + total(open.filter((value) => value > 0)));
      }
    }
  });

  test("a set shows all that was acknowledged, and each read's elements go on from those of the read before", async () => {
    for (const seed of SEEDS) {
      const all = await done("set", seed, faults);
      for (const read of all.filter(isRead)) {
        const found = read.value as number[];
        for (const add of all.filter(({ f, key }) => f === "add" && key === read.key)) {
          if (add.outcome === "ok" && add.end < read.start) expect(found).toContain(add.value);
          if (add.outcome === "fail" || add.start > read.end) expect(found).not.toContain(add.value);
        }
        for (const earlier of all.filter(
          (other) => isRead(other) && other.key === read.key && other.end < read.start,
        )) {
          expect(found.slice(0, (earlier.value as number[]).length)).toEqual(earlier.value);
        }
      }
    }
  });

  test("a bank's total is what was paid in", async () => {
    let moved = 0;
    for (const seed of SEEDS) {
      const all = await done("bank", seed, faults);
      const deposit = all.find(({ f }) => f === "deposit");
      const { keys, amount } = deposit?.input as { keys: string[]; amount: number };
      for (const read of all.filter(isRead)) {
        const balances = read.value as Record<string, number>;
        expect(Object.keys(balances)).toEqual(keys);
        const total = Object.values(balances).reduce((sum, balance) => sum + balance);
        const paidIn = deposit?.outcome === "ok" && read.start > deposit.end;
        expect(paidIn ? [keys.length * amount] : [0, keys.length * amount]).toContain(total);
      }
      const transfers = all.filter(({ f }) => f === "transfer");
      if (!faults) {
        for (const { outcome, error } of transfers) if (outcome === "fail") expect(error).toBe("overdrawn");
      }
      moved += transfers.filter(({ outcome }) => outcome === "ok").length;
    }
    expect(moved).toBeGreaterThan(100);
  });

  test("lists agree in their order, hold what was appended, and are seen whole", async () => {
    for (const seed of SEEDS) {
      const all = (await done("list-append", seed, faults)).filter(({ outcome }) => outcome === "ok");
      const longest = new Map<string, readonly number[]>();
      const reads = all
        .filter(({ f }) => f === "txn")
        .flatMap((transaction) =>
          (transaction.value as (readonly [string, string, number[] | number])[]).flatMap(([step, key, found]) =>
            step === "r" ? [{ transaction, key, found: found as number[] }] : [],
          ),
        );
      for (const { key, found } of reads) if (found.length > (longest.get(key) ?? []).length) longest.set(key, found);
      for (const { transaction, key, found } of reads) {
        expect((longest.get(key) ?? []).slice(0, found.length)).toEqual(found);
        const appended = all
          .filter(({ f, end }) => f === "txn" && end < transaction.start)
          .flatMap(({ value }) => value as (readonly [string, string, number])[])
          .filter(([step, of]) => step === "append" && of === key);
        for (const [, , element] of appended) expect(found).toContain(element);
      }
    }
  });

  test("compare-and-set succeeds and is refused, both often, and each value is replaced at most once by one", async () => {
    let succeeded = 0;
    let refused = 0;
    for (const seed of Array.from({ length: 40 }, (_, index) => index + 1)) {
      const replaced = new Set<string>();
      for (const { f, outcome, key, value } of await done("register", seed, faults)) {
        if (f !== "cas") continue;
        const [from] = value as [string | null, string];
        if (outcome === "fail") refused++;
        if (outcome !== "ok") continue;
        succeeded++;
        if (from === null) continue;
        expect(replaced.has(`${key} ${from}`)).toBe(false);
        replaced.add(`${key} ${from}`);
      }
    }
    expect(succeeded).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(100);
  });
});

test("YCSB's read-modify-writes succeed mostly", async () => {
  let succeeded = 0;
  let refused = 0;
  for (const seed of Array.from({ length: 40 }, (_, index) => index + 1)) {
    for (const { f, outcome } of await done("ycsb", seed, false)) {
      if (f === "cas" && outcome === "ok") succeeded++;
      if (f === "cas" && outcome === "fail") refused++;
    }
  }
  expect(succeeded).toBeGreaterThan(2 * refused);
  expect(refused).toBeGreaterThan(0);
});
