import { expect, test } from "vitest";
import { MILLISECOND } from "../../../host/time.ts";
import type { Fault } from "../../../scenarios/faults/fault.ts";
import { NodeCaller } from "../../../topologies/cluster-client.ts";
import { OperationError, type OperatorAction } from "../../../topologies/topology.ts";
import { RetainedTrace } from "../../../sim/trace.ts";
import { clientDoing, planOf, read, registers, runOn, scripted, write } from "../support/scripted.ts";
import { planned } from "../support/struck-cluster.ts";

/** An operator writes into the register "mode" of a node, as an operator's tool does: over the network. */
const promote: OperatorAction = {
  name: "promote",
  description: "sets a register",
  run: async (host, _config, subject) => {
    await new NodeCaller(host).execute(subject, { op: "write", key: "mode", value: "promoted|0|" });
  },
};
const nonsense: OperatorAction = {
  name: "nonsense",
  description: "makes no sense",
  run: async () => {
    throw new OperationError("failed", "not-now", "there is nobody to promote");
  },
};
const broken: OperatorAction = {
  name: "broken",
  description: "has a bug",
  run: async () => {
    throw new TypeError("cannot read properties of undefined");
  },
};

const topology = scripted(registers, { promises: [], actions: [promote, nonsense, broken] });
const client = clientDoing("client", [write("k", "v"), read("mode"), read("k")], { wait: 50 * MILLISECOND });
const operator = (action: string): Fault => ({ kind: "operator", action });

async function run(...faults: Parameters<typeof planned>[]) {
  const trace = new RetainedTrace();
  const plan = planOf([client], { faults: faults.map((each) => planned(...each)) });
  const report = await runOn(topology, plan, { trace });
  const told = trace.records.filter(({ data }) => data.kind.startsWith("operator-"));
  return { report, told, fates: report.faults.map(({ fate }) => fate) };
}

test("an operator's step is done, from a machine of its own, within every fault model", async () => {
  const { report, told, fates } = await run([operator("promote"), { at: 60, lasts: 0 }]);
  expect(fates).toEqual(["fired"]);
  expect(report.faults[0]?.beyond).toBe(false);
  expect(told).toMatchObject([{ host: "operator-1", data: { kind: "operator-done", subject: "primary" } }]);
  const reads = report.history.filter(({ type, f }) => type === "ok" && f === "read");
  expect(reads.map(({ value }) => value)).toEqual(["promoted", "v"]);
});

test("a step that makes no sense now is refused with its reason, and made no difference", async () => {
  const { report, told, fates } = await run([operator("nonsense")], [operator("promote"), { at: 20 }]);
  expect(fates).toEqual(["vain", "fired"]);
  expect(told.map(({ host, data }) => [host, data.kind])).toEqual([
    ["operator-1", "operator-refused"],
    ["operator-2", "operator-done"],
  ]);
  expect(told[0]?.data).toMatchObject({ code: "not-now", reason: "there is nobody to promote" });
  expect(report.verdict).toBe("holds");
});

test("a step that nobody answers is given up, and whoever did it does not know", async () => {
  const { fates, told } = await run(
    [{ kind: "pause" }, { at: 40, lasts: 60_000 }],
    [operator("promote"), { at: 60, on: { role: "node" } }],
  );
  expect(told).toMatchObject([{ data: { kind: "operator-refused", code: "timeout" } }]);
  expect(fates).toEqual(["fired", "vain"]);
});

test("a step that the topology does not have means nothing there", async () => {
  const { fates, told } = await run([operator("split")]);
  expect(fates).toEqual(["inapplicable"]);
  expect(told).toEqual([]);
});

test("a step that breaks by itself fails the run: what came of it is not the design's doing", async () => {
  const { report } = await run([operator("broken")]);
  expect(report.verdict).toBe("failed");
  expect(report.failure?.message).toMatch(/operator-1 crashed \(main\): TypeError: cannot read/);
});
