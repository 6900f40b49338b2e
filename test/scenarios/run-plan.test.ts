import { describe, expect, test } from "vitest";
import { SECOND } from "../../host/time.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { PROBE_KEY } from "../../scenarios/verifier.ts";
import type { ClientReply } from "../../topologies/protocol.ts";
import { single } from "../../topologies/single/single.ts";
import { bears } from "../../topologies/topology.ts";
import {
  answered,
  clientDoing,
  planOf,
  read,
  registers,
  runOn,
  scripted,
  write,
  type Script,
} from "./support/scripted.ts";
import { planned } from "./support/struck-cluster.ts";

const NONSENSE = answered("nonsense");
const refused: ClientReply = { ok: false, outcome: "failed", code: "no", message: "" };
const PATIENCE = 100 * SECOND;

const ROUNDS = Array.from({ length: 20 }, (_, round) => [write("k", `v${round}`), read("k")]).flat();
const client = clientDoing("client", ROUNDS);

/** Nonsense in place of what is read, while the wall clock shows a time long past. */
const confusedByClock: Script = (operation, node) =>
  operation.op === "read" && node.host.clock.wall() < 1e15 ? NONSENSE : registers(operation, node);

const YEARS = 1e15;
const skew = planned({ kind: "clock-skew", microseconds: -YEARS }, { at: 30, lasts: 100 });
const pause = planned({ kind: "pause" }, { at: 50, lasts: 20 });

async function judged(script: Script, plan: Partial<Plan>) {
  let runs = 0;
  const report = await runOn(scripted(script), planOf([client], plan), { onEnd: () => void runs++ });
  const kinds = [...new Set(report.findings.map(({ kind }) => kind))];
  return { verdict: report.verdict, kinds, runs, report };
}

describe("a run is excused", () => {
  test("when it went beyond the fault model, and the same plan without the faults that did holds", async () => {
    const { verdict, kinds, runs, report } = await judged(confusedByClock, { unbounded: true, faults: [skew, pause] });
    expect({ verdict, kinds, runs }).toEqual({ verdict: "excused", kinds: ["foreign-value"], runs: 2 });
    expect(report.faults.map(({ fate, beyond }) => [fate, beyond])).toEqual([
      ["fired", true],
      ["fired", false],
    ]);
  });

  test("not when it stayed within it: the fault that would have gone beyond never struck", async () => {
    const { verdict, runs, report } = await judged(confusedByClock, { faults: [skew, pause] });
    expect({ verdict, runs }).toEqual({ verdict: "holds", runs: 1 });
    expect(report.faults.map(({ fate }) => fate)).toEqual(["withheld", "fired"]);
  });

  test("not when it breaks the same without them: it is violated by what both runs show", async () => {
    const confused: Script = (operation, node) => {
      if (operation.op === "read" && node.registers.get("k")?.startsWith("v15") === true) return NONSENSE;
      return confusedByClock(operation, node);
    };
    const { verdict, kinds, runs, report } = await judged(confused, { unbounded: true, faults: [skew, pause] });
    expect({ verdict, kinds, runs }).toEqual({ verdict: "violated", kinds: ["foreign-value"], runs: 2 });
    for (const { operation } of report.findings) expect(operation).toBeDefined();
  });

  test("not when it breaks otherwise without them: then that is found, and points into no history but its own", async () => {
    /** Always answers the first value: nobody's word but old. */
    const stuck: Script = (operation, node) => {
      if (operation.op === "write" && node.registers.has(operation.key)) return answered();
      return confusedByClock(operation, node);
    };
    const { verdict, kinds, runs, report } = await judged(stuck, { unbounded: true, faults: [skew] });
    expect({ verdict, kinds, runs }).toEqual({ verdict: "violated", kinds: ["nonlinearizable"], runs: 2 });
    for (const { operation, related } of report.findings) expect([operation, related]).toEqual([undefined, undefined]);
    const shown = await runOn(scripted(stuck), report.shownBy as Plan);
    expect(shown.findings).toMatchObject([{ kind: "nonlinearizable", operation: expect.any(Number) as number }]);
  });
});

describe("a run without bounds", () => {
  const whatever: Script = (operation, node) => {
    if (operation.op === "read") return refused;
    return registers(operation, node);
  };

  test("is held to its values alone once it went beyond the model: what it refuses, forgets or never gets to may be the fault's doing", async () => {
    const drift = planned({ kind: "clock-skew", microseconds: 1 }, { at: 0, lasts: 100 });
    const unbounded = await judged(whatever, { unbounded: true, faults: [drift], limit: 3 * SECOND });
    expect({ ...unbounded, report: undefined }).toEqual({ verdict: "holds", kinds: [], runs: 1, report: undefined });
  });

  test("is held to everything as long as nothing went beyond", async () => {
    for (const unbounded of [false, true]) {
      expect((await judged(whatever, { unbounded })).kinds).toEqual(["read-refused"]);
    }
  });

  test("is not run again when nothing went beyond: what it shows is the design's doing", async () => {
    const liar: Script = (operation, node) => (operation.op === "read" ? NONSENSE : registers(operation, node));
    const { verdict, kinds, runs } = await judged(liar, { unbounded: true, faults: [pause] });
    expect({ verdict, runs }).toEqual({ verdict: "violated", runs: 1 });
    expect(kinds).toContain("foreign-value");
  });
});

test("a run whose history takes too long to judge is unknown, and says what was too much", async () => {
  const budget = { steps: 10_000, bytes: 2 ** 20 };
  // Any subset of the increments may have happened; that none of them adds up to the answer takes them all to see.
  const adders = Array.from({ length: 20 }, (_, index) =>
    clientDoing(`adder-${index}`, [{ op: "increment", key: "k", delta: 2 ** index * 2 }], { workload: "counter" }),
  );
  const reader = clientDoing("reader", [{ op: "read-counter", key: "k" }], { workload: "counter", wait: 6 * SECOND });
  const script: Script = (operation) =>
    operation.op === "read-counter" ? answered(500_001) : { ok: false, outcome: "unknown", code: "lost", message: "" };
  const report = await runOn(scripted(script), planOf([...adders, reader]), { budget });
  expect({ verdict: report.verdict, findings: report.findings }).toEqual({ verdict: "unknown", findings: [] });
  expect(report.undecided).toHaveLength(1);
});

describe("after a healing", () => {
  const healing = { after: 10 * SECOND, core: 0 };
  const kill = planned({ kind: "kill" }, { at: 30, lasts: 100_000 });
  const model = bears("kill");
  const quick = clientDoing("client", ROUNDS.slice(0, 6));

  test("a design that makes no progress within its bound is found out", async () => {
    const dead: Script = (operation, node) =>
      node.host.incarnation > 1 && operation.op === "write" ? refused : registers(operation, node);
    const topology = scripted(dead, { faultModel: model, promises: [{ property: "progress", within: 2 * SECOND }] });
    const { verdict, findings } = await runOn(topology, planOf([quick], { faults: [kill], healing }));
    expect(verdict).toBe("violated");
    expect(findings).toMatchObject([{ kind: "no-recovery", message: { params: { within: 2 * SECOND } } }]);
  });

  test("one that makes progress too late is found out, too, and one that makes it in time is not", async () => {
    for (const [delay, kinds] of [
      [1, []],
      [3, ["no-recovery"]],
    ] as const) {
      // The node answers nothing for so long after it has started.
      const slow: Script = async (operation, node) => {
        const left = node.started + delay * SECOND - node.host.clock.monotonic();
        if (node.host.incarnation > 1 && left > 0) await node.host.clock.sleep(left);
        return registers(operation, node);
      };
      const topology = scripted(slow, { faultModel: model, promises: [{ property: "progress", within: 2 * SECOND }] });
      const report = await runOn(topology, planOf([quick], { faults: [kill], healing }));
      expect(report.findings.map(({ kind }) => kind)).toEqual(kinds);
    }
  });

  test("progress is no matter where it is not promised, nor where nothing is healed", async () => {
    const dead: Script = () => refused;
    const nothing = scripted(dead, { promises: [] });
    expect((await runOn(nothing, planOf([quick], { healing }))).verdict).toBe("holds");
    const promising = scripted(dead, { promises: [{ property: "progress", within: SECOND }] });
    expect((await runOn(promising, planOf([quick]))).verdict).toBe("holds");
  });

  test("changes are tried until one succeeds, and everything written is read once more, all in the history", async () => {
    const clients = [
      clientDoing("one", [write("a", "1"), write("b", "1"), read("never")]),
      clientDoing("two", [{ op: "increment", key: "c", delta: 1 }], { workload: "counter" }),
      clientDoing("three", [{ op: "add", key: "s", element: 1 }], { workload: "set" }),
      clientDoing("four", [{ op: "deposit", keys: ["x", "y"], amount: 3 }], { workload: "bank" }),
      clientDoing("five", [{ op: "txn", steps: [["append", "l", 1]] }], { workload: "list-append" }),
    ];
    const plan = planOf(clients, { faults: [kill], healing, topology: "single" });
    const report = await runOn(single, plan, { maxEvents: 1_000_000 });
    expect(report.verdict).toBe("holds");
    // The processes after the clients' own are the verifier's, one for each kind of workload.
    const verified = report.history.filter(({ process, type }) => process >= clients.length && type === "ok");
    expect(verified.map(({ process, f, key }) => [process - clients.length, f, key])).toEqual([
      [0, "write", PROBE_KEY],
      [0, "read", "a"],
      [0, "read", "b"],
      [0, "read", "never"],
      [1, "read", "c"],
      [2, "read", "s"],
      [3, "read", undefined],
      [4, "txn", undefined],
    ]);
    const values = verified.map(({ value }) => value);
    expect(values.slice(1, 4)).toEqual(["1", "1", null]);
    expect(values.slice(5)).toEqual([[1], { x: 3, y: 3 }, [["r", "l", [1]]]]);
  });

  test("what is lost shows, though no client would have looked again", async () => {
    const forgetful: Script = (operation, node) =>
      operation.op === "write" && operation.key === "a" ? answered() : registers(operation, node);
    const plan = planOf([clientDoing("client", [write("a", "1")])]);
    expect((await runOn(scripted(forgetful), plan)).verdict).toBe("holds");
    const { findings } = await runOn(scripted(forgetful), { ...plan, healing });
    expect(findings.map(({ kind }) => kind)).toEqual(["nonlinearizable"]);
  });

  test("clients that have done everything are not waited for longer: it begins early", async () => {
    const plan = planOf([quick], { healing: { after: PATIENCE, core: 5 } });
    const { time, verdict } = await runOn(scripted(registers), plan);
    expect(verdict).toBe("holds");
    expect(time).toBeLessThan(SECOND);
  });
});

test("a fault that waits for a change passes reads by, in whatever form they come", async () => {
  const reads = [
    clientDoing("register", [read("k"), { op: "scan", from: "", limit: 5 }]),
    clientDoing("set", [{ op: "read-set", key: "s" }], { workload: "set" }),
    clientDoing("bank", [{ op: "read-accounts", keys: ["a"] }], { workload: "bank" }),
    clientDoing("list", [{ op: "txn", steps: [["r", "l"]] }], { workload: "list-append" }),
  ];
  const waiting = { ...planned({ kind: "kill" }, { at: 1 }), duringWrite: true };
  const fates = async (clients: Plan["clients"]) =>
    (await runOn(single, planOf(clients, { faults: [waiting] }))).faults.map(({ fate }) => fate);
  expect(await fates(reads)).toEqual(["not-due"]);
  const append = { op: "txn", steps: [["append", "l", 1]] } as const;
  // The second looks on: a run is over when its clients are.
  const busy = [
    clientDoing("writer", [append], { workload: "list-append" }),
    clientDoing("other", [read("k"), read("k")]),
  ];
  expect(await fates(busy)).toEqual(["fired"]);
});
