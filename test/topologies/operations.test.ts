import { describe, expect, test } from "vitest";
import type { Database } from "../../engine/index.ts";
import { effectOf } from "../../topologies/effect.ts";
import type { ClientOperation } from "../../topologies/operation.ts";
import { readOperation } from "../../topologies/read-operation.ts";
import { storedKey, StoredValueError } from "../../topologies/stored-values.ts";
import { sharedDiskAsWritten } from "../../topologies/shared-disk/as-written.ts";
import { inOrder } from "./support/in-order.ts";
import { TestCluster, type RegisterClient } from "./support/cluster.ts";

const CONFIG = { replicas: 1, engine: { writeBufferBytes: 400, level0CompactionTrigger: 2 } };
const PRIMARY = { role: "primary", choice: 0 } as const;
const REPLICA = { role: "replica", choice: 0 } as const;

describe.each(inOrder.map((topology) => [topology.id, topology] as const))("%s", (_id, topology) => {
  const running = (program: (client: RegisterClient) => Promise<void>) =>
    new TestCluster(topology, CONFIG).run((client) => program(client));

  test("sets a register only where it holds what is expected", () =>
    running(async (client) => {
      const cas = (from: string | null, to: string) => client.execute({ op: "cas", key: "k", from, to });
      const mismatch = { outcome: "failed", code: "mismatch" };
      await expect(cas("a", "b")).rejects.toMatchObject(mismatch);
      expect((await client.read("k", PRIMARY)).value).toBeNull();
      await cas(null, "a");
      await expect(cas(null, "b")).rejects.toMatchObject(mismatch);
      await cas("a", "\ufeffb");
      expect((await client.read("k", PRIMARY)).value).toBe("\ufeffb");
      await client.delete("k");
      await cas(null, "");
      expect((await client.read("k", PRIMARY)).value).toBe("");
    }));

  test("counts", () =>
    running(async (client) => {
      const add = (delta: number) => client.execute({ op: "increment", key: "k", delta });
      const read = async () => (await client.execute({ op: "read-counter", key: "k" })).value;
      expect(await read()).toBe(0);
      await add(5);
      await add(-7);
      expect(await read()).toBe(-2);
      await expect(add(Number.MIN_SAFE_INTEGER)).rejects.toMatchObject({ outcome: "failed", code: "out-of-range" });
      expect(await read()).toBe(-2);
    }));

  test("keeps a set's elements once each, in the order in which they came", () =>
    running(async (client) => {
      const add = (element: number) => client.execute({ op: "add", key: "k", element });
      const read = async () => (await client.execute({ op: "read-set", key: "k" })).value;
      expect(await read()).toEqual([]);
      for (const element of [3, -1, 3, 0, 2, -1]) await add(element);
      expect(await read()).toEqual([3, -1, 0, 2]);
    }));

  test("moves money, and never more than there is", () =>
    running(async (client) => {
      const keys = ["a", "b", "c"];
      const transfer = (from: string, to: string, amount: number) =>
        client.execute({ op: "transfer", from, to, amount });
      const read = async () => (await client.execute({ op: "read-accounts", keys })).value;
      expect(await read()).toEqual({ a: 0, b: 0, c: 0 });
      await client.execute({ op: "deposit", keys: [...keys, "a"], amount: 10 });
      await transfer("a", "b", 10);
      await expect(transfer("a", "c", 1)).rejects.toMatchObject({ outcome: "failed", code: "overdrawn" });
      await transfer("b", "b", 20);
      await expect(transfer("b", "b", 21)).rejects.toMatchObject({ outcome: "failed", code: "overdrawn" });
      expect(await read()).toEqual({ a: 0, b: 20, c: 10 });
    }));

  test("carries out a transaction's steps in order, each seeing those before it", () =>
    running(async (client) => {
      const steps = [
        ["r", "x"],
        ["append", "x", 1],
        ["append", "y", 2],
        ["r", "x"],
        ["append", "x", 3],
        ["r", "x"],
        ["r", "y"],
      ] as const;
      expect((await client.execute({ op: "txn", steps })).value).toEqual([
        ["r", "x", []],
        ["append", "x", 1],
        ["append", "y", 2],
        ["r", "x", [1]],
        ["append", "x", 3],
        ["r", "x", [1, 3]],
        ["r", "y", [2]],
      ]);
      const reads = [
        ["r", "y"],
        ["r", "x"],
      ] as const;
      expect((await client.execute({ op: "txn", steps: reads })).value).toEqual([
        ["r", "y", [2]],
        ["r", "x", [1, 3]],
      ]);
      expect((await client.execute({ op: "txn", steps: [] })).value).toEqual([]);
    }));

  test("scans registers in order, and nothing but registers", () =>
    running(async (client) => {
      for (const key of ["b", "键", "a", "c", "\u{10ffff}"]) await client.write(key, `value of ${key}`);
      await client.execute({ op: "increment", key: "bb", delta: 1 });
      await client.delete("a");
      const scan = async (from: string, limit: number) =>
        ((await client.execute({ op: "scan", from, limit })).value as [string, string][]).map(([key]) => key);
      expect(await scan("", 10)).toEqual(["b", "c", "键", "\u{10ffff}"]);
      expect(await scan("b", 2)).toEqual(["b", "c"]);
      expect(await scan("bb", 1)).toEqual(["c"]);
      expect((await client.execute({ op: "scan", from: "c", limit: 1 })).value).toEqual([["c", "value of c"]]);
    }));

  test("keeps things of different kinds apart, whatever their names", () =>
    running(async (client) => {
      await client.write("k", "text");
      await client.execute({ op: "increment", key: "k", delta: 1 });
      await client.execute({ op: "add", key: "k", element: 2 });
      await client.execute({ op: "deposit", keys: ["k"], amount: 3 });
      await client.execute({ op: "txn", steps: [["append", "k", 4]] });
      const values = [];
      for (const operation of [
        { op: "read", key: "k" },
        { op: "read-counter", key: "k" },
        { op: "read-set", key: "k" },
        { op: "read-accounts", keys: ["k"] },
        { op: "txn", steps: [["r", "k"]] },
      ] as const) {
        values.push((await client.execute(operation)).value);
      }
      expect(values).toEqual(["text", 1, [2], { k: 3 }, [["r", "k", [4]]]]);
    }));

  test("tells the position up to which an answer reflects changes", () =>
    running(async (client) => {
      const { position: first } = await client.write("k", "v");
      const { position: second } = await client.execute({ op: "deposit", keys: ["a", "b"], amount: 1 });
      // Two keys may be two places in the order, or one.
      expect(second).toBeGreaterThan(first as number);
      for (const operation of [
        { op: "read", key: "k" },
        { op: "scan", from: "", limit: 1 },
        { op: "transfer", from: "a", to: "a", amount: 1 },
      ] as const) {
        const { position } = await client.execute(operation);
        // What changes nothing may have a place of its own all the same.
        if (operation.op === "transfer") expect(position).toBeGreaterThanOrEqual(second as number);
        else expect(position).toBe(second);
      }
    }));
});

test("a replica on the shared disk answers whatever only reads, once it is in files, and refuses changes", async () => {
  const world = new TestCluster(sharedDiskAsWritten, CONFIG);
  await world.run(async (client, host) => {
    await client.execute({ op: "increment", key: "k", delta: 5 });
    await client.execute({ op: "add", key: "k", element: 6 });
    await client.execute({ op: "deposit", keys: ["a", "b"], amount: 7 });
    await client.execute({ op: "txn", steps: [["append", "k", 8]] });
    await client.write("k", "text");
    for (let round = 0; world.count("version-installed") < 4; round++) await client.write("l", "x".repeat(60));
    const replica = sharedDiskAsWritten.connect(host, CONFIG);
    const answers = [];
    for (const operation of [
      { op: "read-counter", key: "k" },
      { op: "read-set", key: "k" },
      { op: "read-accounts", keys: ["a", "b"] },
      { op: "txn", steps: [["r", "k"]] },
      { op: "read", key: "k" },
      { op: "scan", from: "k", limit: 1 },
    ] as const) {
      const { value, node } = await replica.execute(operation, REPLICA);
      expect(node).toBe("replica-1");
      answers.push(value);
    }
    expect(answers).toEqual([5, [6], { a: 7, b: 7 }, [["r", "k", [8]]], "text", [["k", "text"]]]);
    // A transaction that appends goes to the primary, whatever target is named for reads.
    const append: ClientOperation = { op: "txn", steps: [["append", "k", 9]] };
    expect((await replica.execute(append, REPLICA)).node).toBe("primary");
  });
});

describe("what is stored", () => {
  /** A database that holds one thing. */
  const holding = (kind: Parameters<typeof storedKey>[0], text: string) => {
    const stored = String(storedKey(kind, "k"));
    const get = async (key: Uint8Array) => (String(key) === stored ? new TextEncoder().encode(text) : undefined);
    return { get } as unknown as Database;
  };

  test.each([
    ["counter", "", { op: "read-counter", key: "k" }],
    ["counter", "1.5", { op: "read-counter", key: "k" }],
    ["counter", "01", { op: "read-counter", key: "k" }],
    ["counter", "-0", { op: "read-counter", key: "k" }],
    ["counter", "9007199254740992", { op: "read-counter", key: "k" }],
    ["counter", "NaN", { op: "read-counter", key: "k" }],
    ["set", "1  2", { op: "read-set", key: "k" }],
    ["set", "1 2 ", { op: "read-set", key: "k" }],
    ["set", "1 x", { op: "read-set", key: "k" }],
    ["account", "-1", { op: "read-accounts", keys: ["k"] }],
    ["list", "", { op: "txn", steps: [["r", "k"]] }],
  ] as const)("and damaged is an error, never a silent nothing: %s %j", async (kind, text, operation) => {
    const reading = readOperation(holding(kind, text), operation);
    await expect(reading).rejects.toBeInstanceOf(StoredValueError);
    await expect(reading).rejects.toThrow(`${kind} "k" holds ${JSON.stringify(text)}`);
  });

  test("is not written over by a change that cannot read it", () => {
    const found = new Map([["k", new TextEncoder().encode("damaged")]]);
    expect(() => effectOf({ op: "increment", key: "k", delta: 1 }, found)).toThrow(StoredValueError);
    expect(() => effectOf({ op: "add", key: "k", element: 1 }, found)).toThrow(StoredValueError);
    expect(() => effectOf({ op: "transfer", from: "k", to: "l", amount: 1 }, found)).toThrow(StoredValueError);
    expect(() => effectOf({ op: "txn", steps: [["append", "k", 1]] }, found)).toThrow(StoredValueError);
  });
});
