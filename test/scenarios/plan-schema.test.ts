import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NodeDrain } from "../../host/nodejs/drain.ts";
import { scenarios } from "../../scenarios/catalogue.ts";
import { CASE_SCHEMA, expectationOf, parseCase, type Case } from "../../scenarios/case.ts";
import { PlanError } from "../../scenarios/cluster.ts";
import { drawPlan } from "../../scenarios/draw-plan.ts";
import { DISK_FAULTS, COMMON_FAULTS, drawFaults, SHARED_DISK_FAULTS } from "../../scenarios/faults/swarm.ts";
import { PLAN_SCHEMA, type Plan } from "../../scenarios/plan.ts";
import { parsePlan, PlanShapeError } from "../../scenarios/plan-schema.ts";
import { runPlan } from "../../scenarios/run-plan.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { shrink } from "../../scenarios/shrink/shrink.ts";
import { NamedStream } from "../../sim/random.ts";

const register = scenarios.get("register") as Scenario;
const race = scenarios.get("compaction-race") as Scenario;
const plan = drawPlan(race, "shared-disk:as-written", 1);

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** A plan with every kind of fault that is drawn, and a little of all else. */
const struck: Plan = {
  ...plan,
  clients: plan.clients.map((client) => ({ ...client, steps: client.steps.slice(0, 5) })),
  faults: [
    ...new Map(
      Array.from({ length: 40 }, (_, seed) =>
        drawFaults(new NamedStream(`${seed}`), {
          classes: [...COMMON_FAULTS, ...DISK_FAULTS, ...SHARED_DISK_FAULTS],
          roles: ["primary", "leader", "replica", "coordinator", "disk", "node", "client"],
          span: 1_000_000,
          longest: 50_000_000,
        }),
      )
        .flat()
        .map((fault) => [fault.fault.kind, fault] as const),
    ).values(),
  ],
};

/** The same plan with something put at a place: "clients.0.name". Without a value, what is there is taken away. */
function altered(path: string, ...value: readonly unknown[]): unknown {
  const copy = throughJson(struck) as Record<string, unknown>;
  const keys = path.split(".");
  let at = copy;
  for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>;
  const last = keys.at(-1) as string;
  if (value.length === 0) Reflect.deleteProperty(at, last);
  else at[last] = value[0];
  return copy;
}

function refusal(parse: (input: unknown) => unknown, input: unknown): string {
  try {
    parse(input);
  } catch (error) {
    expect(error).toBeInstanceOf(PlanShapeError);
    return (error as Error).message;
  }
  return "accepted";
}

describe("a plan from a file", () => {
  test("is what was drawn, of every scenario, for a dozen seeds", () => {
    for (const scenario of scenarios.values()) {
      for (const topology of scenario.expectations.keys()) {
        for (let seed = 1; seed <= 12; seed++) {
          const drawn = drawPlan(scenario, topology, seed);
          // Quicker than the runner's own comparison, by far.
          if (!isDeepStrictEqual(parsePlan(throughJson(drawn)), drawn)) expect.fail(`${scenario.name} ${seed}`);
        }
      }
    }
  });

  test("runs as what was drawn does, to the same fingerprint", async () => {
    // Of every third scenario: what is looked at is the plan's shape, and scenarios of one kind stand together.
    for (const scenario of [...scenarios.values()].filter((_, at) => at % 3 === 0)) {
      const [topology = "single"] = scenario.expectations.keys();
      const drawn = drawPlan(scenario, topology, 2);
      const drain = new NodeDrain();
      const [first, again] = [await runPlan(drawn, { drain }), await runPlan(parsePlan(throughJson(drawn)), { drain })];
      expect(again.fingerprint).toBe(first.fingerprint);
      expect(again.verdict).toBe(first.verdict);
    }
  });

  test("may have every kind of fault that is drawn", () => {
    expect(new Set(struck.faults.map(({ fault }) => fault.kind)).size).toBe(28);
    expect(parsePlan(throughJson(struck))).toEqual(struck);
    const operator = { ...struck.faults[0], fault: { kind: "operator", action: "promote" } };
    expect(parsePlan(altered("faults", [operator])).faults).toEqual([operator]);
  });

  test("is refused with the place at which it is wrong", () => {
    expect(refusal(parsePlan, null)).toMatch(/^Invalid type: Expected Object but received null/);
    for (const [path, ...value] of [
      ["clients.0.steps.3.wait", "5"],
      ["clients.0.steps.3.wait", 0.5],
      ["clients.0.steps.3.wait", -1],
      ["clients.0.steps.0.operation.op", "reed"],
      ["clients.0.steps.0.operation.bytes", 1e9],
      ["clients.1.workload", "registers"],
      ["clients.0.steps.1.operation", { op: "increment", key: "k", delta: 1 }],
      ["clients.1.name", ""],
      ["clients.0.steps"],
      ["faults.2.at", null],
      ["faults.0.on.role", "secondary"],
      ["faults.0.on.count", 0],
      ["faults.0.fault.kind", "meteor"],
      ["network", "moon"],
      ["disks.local", "tape"],
      ["mount.attributeCacheMax"],
      ["limit", Infinity],
      ["cluster.replicas", 1000],
      ["cluster.engine.writeBufferBytes", null],
      ["seed", "1"],
      ["salt", null],
    ] as const) {
      const place = path.replace(/\.(\d+)/g, "[$1]");
      expect(refusal(parsePlan, altered(path, ...value))).toMatch(new RegExp(`^${place.replace(/[[\]]/g, "\\$&")}: `));
    }
    // Nothing is passed over: a misspelt field would be taken for one that is left out.
    expect(refusal(parsePlan, altered("unbouded", true))).toMatch(/^unbouded: /);
    expect(refusal(parsePlan, altered("clients", []))).toMatch(/^clients: /);
  });

  test("is refused when two clients, or a client and another machine, have one name", () => {
    expect(refusal(parsePlan, altered("clients.1.name", "writer"))).toBe("clients: two have the same name");
    expect(refusal(parsePlan, altered("clients.1.name", "verifier"))).toMatch(/^clients\[1\]\.name: /);
    expect(refusal(parsePlan, altered("clients.1.name", "operator-3"))).toMatch(/^clients\[1\]\.name: /);
  });

  test("is refused for what a client of its workload does not do, and its model could not judge", () => {
    const increment = { op: "increment", key: "k", delta: 1 };
    expect(refusal(parsePlan, altered("clients.0.steps.2.operation", increment))).toBe(
      "clients[0].steps[2].operation: a client of workload 'register' does read, write, delete, cas, scan",
    );
    expect(refusal(parsePlan, altered("clients.0.workload", "bank"))).toMatch(/^clients\[0\]\.steps\[0\]\.operation: /);
  });

  test("is refused for operations that every node would refuse, which would look like the design's fault", () => {
    const taken = (operation: object): string => refusal(parsePlan, altered("clients.0.steps.2.operation", operation));
    for (const operation of [
      { op: "read", key: "k".repeat(1025) },
      { op: "read", key: "\ud800" },
      { op: "scan", from: "k", limit: 0 },
      { op: "scan", from: "k", limit: 10_001 },
      { op: "write", key: "k", value: "v", bytes: 2 ** 20 + 1 },
    ]) {
      expect(taken(operation)).toMatch(/^clients\[0\]\.steps\[2\]\.operation/);
    }
    expect(taken({ op: "scan", from: "", limit: 10_000 })).toBe("accepted");
    expect(taken({ op: "write", key: "", value: "v", bytes: 2 ** 20 })).toBe("accepted");
  });

  test("is refused when it appends an element to a list twice", () => {
    const append = (key: string) => ({ wait: 0, operation: { op: "txn", steps: [["append", key, 1]] } });
    const lists = (...keys: readonly string[]): string =>
      refusal(parsePlan, altered("clients", [{ name: "c", workload: "list-append", steps: keys.map(append) }]));
    expect(lists("x", "y")).toBe("accepted");
    expect(lists("x", "y", "x")).toMatch(/^clients\[0\]\.steps\[2\]\.operation: 1 is appended to 'x' a second time/);
  });

  test("whose client is called as a node is on its topology is refused before it runs", async () => {
    for (const taken of ["primary", "replica-1", "disk"]) {
      const named = parsePlan(altered("clients.1.name", taken));
      await expect(runPlan(named, { drain: new NodeDrain() })).rejects.toThrow(PlanError);
    }
  });

  test("of another build is refused with what to do", () => {
    const newer = refusal(parsePlan, altered("schema", PLAN_SCHEMA + 1));
    expect(newer).toBe(
      `plan schema ${PLAN_SCHEMA + 1}; this build reads schema ${PLAN_SCHEMA}: a newer build wrote it`,
    );
    expect(refusal(parsePlan, altered("schema", PLAN_SCHEMA - 1))).toMatch(/: draw or shrink it anew$/);
    expect(refusal(parsePlan, altered("schema"))).toMatch(/^schema: /);
  });

  test("has engine options that the engine takes", () => {
    const engine = (options: unknown): string => refusal(parsePlan, altered("cluster.engine", options));
    expect(engine({})).toBe("accepted");
    expect(engine({ writeBufferBytes: 0 })).toMatch(/^cluster\.engine: .*writeBufferBytes/);
    expect(engine({ compression: "zip" })).toMatch(/^cluster\.engine: .*compression/);
    expect(engine({ writeBufferBytes: "4096" })).toMatch(/^cluster\.engine: .*writeBufferBytes/);
    expect(engine({ level0CompactionTrigger: 20, level0StopTrigger: 4 })).toMatch(
      /^cluster\.engine: .*level0StopTrigger/,
    );
    // A misspelt one would leave the default in place, and nobody would know.
    expect(engine({ writeBuferBytes: 4096 })).toMatch(/^cluster\.engine.*writeBuferBytes/);
  });

  test("is a plan or refused, whatever is changed in it, and never breaks the reader", () => {
    const places = placesOf(throughJson(struck)).filter((_, index) => index % 7 === 0 || index < 100);
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }),
        (path, value) => {
          const message = refusal(parsePlan, altered(path, value));
          if (message === "accepted") parsePlan(throughJson(parsePlan(altered(path, value))));
        },
      ),
      { numRuns: 1000, seed: 1 },
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(refusal(parsePlan, value)).not.toBe("accepted");
        expect(refusal(parseCase, value)).not.toBe("accepted");
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test("that is accepted is run to a verdict, however large its numbers are", async () => {
    const small = drawPlan(register, "single", 3);
    const numbers = [0, 1, 1_000, 1_000_000, Number.MAX_SAFE_INTEGER];
    for (const [index, planned] of struck.faults.entries()) {
      const { fault } = planned;
      for (const number of numbers) {
        const fields = Object.entries(fault).map(([name, value]: [string, unknown]): [string, unknown] => [
          name,
          typeof value === "number" ? number : value,
        ]);
        const altered = {
          ...planned,
          at: 1_000 * index,
          lasts: number,
          duringWrite: false,
          on: { role: "node", choice: number },
          fault: Object.fromEntries(fields) as unknown,
        };
        let extreme: Plan;
        try {
          extreme = parsePlan(
            throughJson({ ...small, faults: [altered], healing: { after: 100_000_000, core: number } }),
          );
        } catch (error) {
          expect(error).toBeInstanceOf(PlanShapeError);
          continue;
        }
        const { verdict, failure } = await runPlan(extreme, { drain: new NodeDrain(), maxEvents: 200_000 });
        expect(`${fault.kind} ${number}: ${verdict} ${failure?.message ?? ""}`).toBe(`${fault.kind} ${number}: holds `);
      }
    }
  });
});

/** Every place of a value: "clients", "clients.0", "clients.0.name"... */
function placesOf(value: unknown, prefix = ""): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [`${prefix}${key}`, ...placesOf(inner, `${prefix}${key}.`)]);
}

describe("a case from a file", () => {
  const shows = { finding: "table-vanished", claim: "SD-2" } as const;
  const saved: Case = { schema: CASE_SCHEMA, build: "abc", shows, fingerprint: "f", plan };

  test("is what shrinking wrote", async () => {
    const fails = (each: Plan): boolean => each.clients.some(({ steps }) => steps.length > 3);
    const small = await shrink(plan, { fails: async (each) => fails(each), budget: 300 });
    const written = { ...saved, plan: small.plan };
    expect(parseCase(throughJson(written))).toEqual(written);
    expect(parseCase(throughJson({ ...written, shows: { finding: "nonlinearizable" } }))).toMatchObject({
      shows: { finding: "nonlinearizable" },
    });
  });

  test("is refused with the place at which it is wrong", () => {
    const message = (changes: object): string => refusal(parseCase, throughJson({ ...saved, ...changes }));
    expect(message({})).toBe("accepted");
    expect(message({ build: 5 })).toMatch(/^not a case: build: /);
    expect(message({ shows: { finding: "bad-luck" } })).toMatch(/^not a case: shows\.finding: /);
    expect(message({ shows: {} })).toMatch(/^not a case: shows\.finding: /);
    expect(message({ note: "" })).toMatch(/^not a case: note: /);
    expect(message({ plan: altered("clients.0.steps.3.wait", -1) })).toMatch(/clients\[0\]\.steps\[3\]\.wait: /);
    expect(message({ plan: undefined })).not.toBe("accepted");
    expect(message({ plan: { ...plan, schema: 1 } })).toMatch(/plan schema 1; this build reads/);
    expect(message({ schema: 2 })).toBe("case schema 2; this build reads schema 1: a newer build wrote it");
    expect(refusal(parseCase, plan)).toMatch(/^not a case: /);
  });

  test("is run for what it shows; what its scenario foresees beside that is not its matter", () => {
    expect(expectationOf(saved)).toEqual({
      kind: "violates",
      finding: "table-vanished",
      claim: "SD-2",
      withinSeeds: 1,
      also: ["table-vanished", "table-stale", "stale-version", "unflushed-read"],
    });
    const elsewhere = { ...saved, plan: { ...plan, topology: "single" } };
    expect(expectationOf(elsewhere)).toMatchObject({ finding: "table-vanished", also: [] });
    const gone = { ...saved, shows: { finding: "lost-write" }, plan: { ...plan, scenario: "no-more" } } as const;
    expect(expectationOf(gone)).toEqual({
      kind: "violates",
      finding: "lost-write",
      claim: undefined,
      withinSeeds: 1,
      also: [],
    });
  });
});
