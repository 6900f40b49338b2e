import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Database } from "../../engine/index.ts";
import type { Host } from "../../host/host.ts";
import { MILLISECOND } from "../../host/time.ts";
import { OperationExecutor } from "../../topologies/operation-executor.ts";
import { isReadOnly, type ClientOperation, type DataValue } from "../../topologies/operation.ts";
import { sharedDiskAsWritten } from "../../topologies/shared-disk/as-written.ts";
import { single } from "../../topologies/single/single.ts";
import { OperationError } from "../../topologies/topology.ts";
import { TestCluster, type RegisterClient } from "./support/cluster.ts";

const ACCOUNTS = ["a", "b", "c"];

/** What the operations mean, said once more and as plainly as can be: all at once, on values in memory. */
class Oracle {
  private readonly registers = new Map<string, string>();
  private readonly counters = new Map<string, number>();
  private readonly sets = new Map<string, Set<number>>();
  private readonly balances = new Map<string, number>();
  private readonly lists = new Map<string, number[]>();

  /** @returns the answer; undefined for a refusal */
  apply(operation: ClientOperation): DataValue | undefined {
    const { registers, counters, sets, balances, lists } = this;
    switch (operation.op) {
      case "read":
        return registers.get(operation.key) ?? null;
      case "write":
        registers.set(operation.key, operation.value);
        return null;
      case "delete":
        registers.delete(operation.key);
        return null;
      case "cas":
        if ((registers.get(operation.key) ?? null) !== operation.from) return undefined;
        registers.set(operation.key, operation.to);
        return null;
      case "increment":
        counters.set(operation.key, (counters.get(operation.key) ?? 0) + operation.delta);
        return null;
      case "read-counter":
        return counters.get(operation.key) ?? 0;
      case "add":
        sets.set(operation.key, (sets.get(operation.key) ?? new Set()).add(operation.element));
        return null;
      case "read-set":
        return [...(sets.get(operation.key) ?? [])];
      case "deposit":
        for (const key of operation.keys) balances.set(key, (balances.get(key) ?? 0) + operation.amount);
        return null;
      case "transfer": {
        const { from, to, amount } = operation;
        if ((balances.get(from) ?? 0) < amount) return undefined;
        balances.set(from, (balances.get(from) ?? 0) - amount);
        balances.set(to, (balances.get(to) ?? 0) + amount);
        return null;
      }
      case "read-accounts":
        return Object.fromEntries(operation.keys.map((key) => [key, balances.get(key) ?? 0]));
      case "txn":
        return operation.steps.map((step): DataValue => {
          const list = lists.get(step[1]) ?? [];
          if (step[0] === "r") return ["r", step[1], list];
          lists.set(step[1], [...list, step[2]]);
          return step;
        });
      case "scan":
        return [...registers]
          .filter(([key]) => key >= operation.from)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .slice(0, operation.limit);
    }
  }
}

interface Done {
  readonly operation: ClientOperation;
  readonly invoked: number;
  readonly completed: number;
  readonly value: DataValue;
  readonly position: number;
}

/** Lets several clients do their operations at once, and keeps what was answered. */
async function together(clients: readonly (readonly ClientOperation[])[], client: RegisterClient, now: () => number) {
  const done: Done[] = [];
  await Promise.all(
    clients.map(async (operations) => {
      for (const operation of operations) {
        const invoked = now();
        try {
          const { value, position = -1 } = await client.execute(operation);
          done.push({ operation, invoked, completed: now(), value, position });
        } catch (error) {
          if (!(error instanceof OperationError) || error.outcome !== "failed") throw error;
        }
      }
    }),
  );
  return done;
}

/** Whether an operation that succeeded certainly made a change: those that may find there is nothing to do are left out. */
function changes({ operation }: Done): boolean {
  if (operation.op === "add" || (operation.op === "transfer" && operation.from === operation.to)) return false;
  return !isReadOnly(operation);
}

/** Holds answers against the order that their positions give: each position's change, then what was read at it. */
function expectInOrder(done: readonly Done[]): void {
  const oracle = new Oracle();
  // Of operations at one position at most one has made a change: the oracle's answers to all others are those after it.
  const order = [...done].sort((a, b) => a.position - b.position || Number(changes(b)) - Number(changes(a)));
  for (const { operation, value } of order)
    expect({ operation, value }).toEqual({ operation, value: oracle.apply(operation) });
  for (const later of done) {
    for (const earlier of done) {
      if (earlier.completed >= later.invoked) continue;
      expect(later.position).toBeGreaterThanOrEqual(earlier.position);
      if (changes(later)) expect(later.position).toBeGreaterThan(earlier.position);
    }
  }
}

const key = fc.constantFrom("k1", "k2");
const account = fc.constantFrom(...ACCOUNTS);
const value = fc.constantFrom("v1", "v2", "v3");
const operation: fc.Arbitrary<ClientOperation> = fc.oneof(
  fc.record({ op: fc.constantFrom("read", "delete", "read-counter", "read-set"), key }),
  fc.record({ op: fc.constant("write" as const), key, value }),
  { weight: 3, arbitrary: fc.record({ op: fc.constant("cas" as const), key, from: fc.option(value), to: value }) },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constant("increment" as const), key, delta: fc.integer({ min: -9, max: 9 }) }),
  },
  fc.record({ op: fc.constant("add" as const), key, element: fc.nat(9) }),
  fc.record({
    op: fc.constant("deposit" as const),
    keys: fc.subarray(ACCOUNTS, { minLength: 1 }),
    amount: fc.integer({ min: 1, max: 9 }),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant("transfer" as const),
      from: account,
      to: account,
      amount: fc.integer({ min: 1, max: 9 }),
    }),
  },
  fc.record({ op: fc.constant("read-accounts" as const), keys: fc.constant(ACCOUNTS) }),
  fc.record({
    op: fc.constant("txn" as const),
    steps: fc.array(
      fc.oneof(fc.tuple(fc.constant("r" as const), key), fc.tuple(fc.constant("append" as const), key, fc.nat(99))),
      { maxLength: 4 },
    ),
  }),
  fc.record({ op: fc.constant("scan" as const), from: fc.constantFrom("", "k2"), limit: fc.constantFrom(1, 9) }),
);

describe("operations at the same time", () => {
  // Over the network reads of tables take as long as writes do, so that many become visible meanwhile.
  test.each([
    ["on a disk of its own", single],
    ["on a disk behind the network", sharedDiskAsWritten],
  ])("are as if one came after the other, in the order of positions and of times: %s", async (_where, topology) => {
    let answered = 0;
    const clients = fc.array(fc.array(operation, { maxLength: 15, size: "max" }), {
      minLength: 1,
      maxLength: 8,
      size: "max",
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom(60, 200, 1 << 20), clients, async (seed, writeBufferBytes, plans) => {
        const engine = { writeBufferBytes, level0CompactionTrigger: 2, maxOpenTables: 1, blockCacheBytes: 0 };
        const world = new TestCluster(topology, { replicas: 0, engine }, `${seed}`);
        await world.run(async (client, host) => {
          const done = await together(plans, client, () => host.clock.monotonic());
          answered += done.length;
          expectInOrder(done);
        });
      }),
      { numRuns: 60 },
    );
    expect(answered).toBeGreaterThan(1000);
  });

  test("add up: a counter is the sum of what was acknowledged, and every compare-and-set that succeeded saw the one before", async () => {
    const world = new TestCluster(single, { replicas: 0, engine: { writeBufferBytes: 300 } });
    await world.run(async (client) => {
      let sum = 0;
      const chain = new Map<string | null, string>();
      const worker = async (name: string): Promise<void> => {
        for (let round = 1; round <= 30; round++) {
          await client.execute({ op: "increment", key: "k", delta: round });
          sum += round;
          const from = (await client.read("k", { role: "primary", choice: 0 })).value as string | null;
          const to = `${name}-${round}`;
          try {
            await client.execute({ op: "cas", key: "k", from, to });
          } catch (error) {
            expect(error).toMatchObject({ outcome: "failed", code: "mismatch" });
            continue;
          }
          expect(chain.has(from)).toBe(false);
          chain.set(from, to);
        }
      };
      await Promise.all(["a", "b", "c", "d"].map(worker));
      expect((await client.execute({ op: "read-counter", key: "k" })).value).toBe(sum);
      let last: string | null = null;
      for (let links = chain.size; links > 0; links--) last = chain.get(last) ?? null;
      expect((await client.read("k", { role: "primary", choice: 0 })).value).toBe(last);
      expect(chain.size).toBeGreaterThanOrEqual(30);
    });
  });

  test("are answered as of the moment of their call, whatever becomes visible while the disk is read", async () => {
    let sequence = 7;
    const asked: (() => void)[] = [];
    const database = {
      get lastSequence() {
        return sequence;
      },
      get: () => new Promise((resolve) => asked.push(() => resolve(undefined))),
    } as unknown as Database;
    const executor = new OperationExecutor({} as Host, database, "/db");
    const reply = executor.execute({ op: "read-accounts", keys: ["a", "b", "c"] });
    // All were asked for at once: between two questions a transfer could have become visible.
    expect(asked).toHaveLength(3);
    sequence = 9;
    for (const answer of asked) answer();
    expect(await reply).toEqual({ ok: true, value: { a: 0, b: 0, c: 0 }, position: 7 });
  });

  test("let writes that read nothing share a sync, also of one key", async () => {
    const syncs = async (keys: number): Promise<number> => {
      const world = new TestCluster(single, { replicas: 0, engine: {} });
      await world.run(async (client) => {
        await client.write("warm", "up");
        const before = world.simulation.kernel.now;
        await Promise.all(Array.from({ length: 64 }, (_, i) => client.write(`k${i % keys}`, `${i}`)));
        elapsed = world.simulation.kernel.now - before;
      });
      return elapsed;
    };
    let elapsed = 0;
    const apart = await syncs(64);
    const same = await syncs(1);
    expect(same).toBeLessThan(2 * apart);
  });
});

describe("a primary that dies again and again", () => {
  test.each(["kill", "powerLoss"] as const)("leaves every operation whole or undone: %s", async (blow) => {
    let unknown = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const engine = { writeBufferBytes: 400, level0CompactionTrigger: 2, level1Bytes: 1000, tableBytes: 500 };
      const world = new TestCluster(single, { replicas: 0, engine }, `${seed}`);
      const [machine] = world.cluster.machines.values();
      await world.run(async (client, host) => {
        const random = host.random("test");
        await client.execute({ op: "deposit", keys: ACCOUNTS, amount: 20 });
        let acknowledged = 0;
        let doubtful = 0;
        let over = false;
        const read = async () => (await client.execute({ op: "read-accounts", keys: ACCOUNTS })).value;
        const total = (accounts: DataValue) =>
          Object.values(accounts as Record<string, number>).reduce((sum, balance) => sum + balance, 0);
        const worker = async (): Promise<void> => {
          for (let element = 1; !over; element++) {
            try {
              const from = random.pick(ACCOUNTS);
              await client.execute({ op: "transfer", from, to: random.pick(ACCOUNTS), amount: random.between(1, 9) });
            } catch (error) {
              expect(error).toBeInstanceOf(OperationError);
            }
            try {
              await client.execute({ op: "increment", key: "k", delta: 1 });
              acknowledged++;
            } catch (error) {
              expect(error).toBeInstanceOf(OperationError);
              if ((error as OperationError).outcome === "unknown") doubtful++;
            }
            try {
              const steps = [
                ["append", "x", element],
                ["append", "y", element],
              ] as const;
              await client.execute({ op: "txn", steps });
            } catch (error) {
              expect(error).toBeInstanceOf(OperationError);
            }
            try {
              expect(total(await read())).toBe(60);
            } catch (error) {
              expect(error).toBeInstanceOf(OperationError);
            }
            await host.clock.sleep(random.below(3 * MILLISECOND));
          }
        };
        const workers = [worker(), worker(), worker()];
        for (let strike = 0; strike < 6; strike++) {
          await host.clock.sleep(random.between(1, 40) * MILLISECOND + random.below(MILLISECOND));
          machine?.[blow]();
          machine?.restart();
          while (!world.cluster.ready) await host.clock.sleep(MILLISECOND);
        }
        over = true;
        await Promise.all(workers);
        const counted = async () => (await client.execute({ op: "read-counter", key: "k" })).value as number;
        const count = await counted().catch(counted);
        expect(count).toBeGreaterThanOrEqual(acknowledged);
        expect(count).toBeLessThanOrEqual(acknowledged + doubtful);
        expect(total(await read())).toBe(60);
        const [x, y] = (
          await client.execute({
            op: "txn",
            steps: [
              ["r", "x"],
              ["r", "y"],
            ],
          })
        ).value as DataValue[][];
        expect(x?.[2]).toEqual(y?.[2]);
        unknown += doubtful;
      });
    }
    expect(unknown).toBeGreaterThan(10);
  });
});
