import { describeValue } from "./describe-value.ts";
import { HistoryError, type HistoryValue, type Operation } from "./history.ts";
import { identityOf, isList, type Identity } from "./identity.ts";
import { ViolationLog, type CountedResult, type ReportOptions } from "./violation-log.ts";

export interface BankOptions extends ReportOptions {
  /** What all accounts hold together; of `initial` unless given, else of the first ok read. */
  readonly total?: number | undefined;
  /** Balances in the beginning, as a read gives them; no other accounts may be seen. */
  readonly initial?: HistoryValue | undefined;
  /** Whether a balance may be below zero; no unless given. */
  readonly negativeBalances?: boolean | undefined;
}

export interface BankResult extends CountedResult {
  /** What the accounts should hold together; undefined when nothing told. */
  readonly total: number | undefined;
  /** How many reads were judged. */
  readonly reads: number;
}

/**
 * Jepsen's bank: transfers move money between accounts, so that every read of all accounts must find the same total. A
 * "read" gives balances as {account: balance} or [[account, balance], ...]; a "transfer" is {from, to, amount}.
 *
 * Kinds, by Jepsen's names: "wrong-total", "negative-value", "nil-balance" and "unexpected-key" (the last only when
 * `initial` tells the accounts).
 *
 * @throws HistoryError when a read is nothing of the kind
 */
export function checkBank(operations: readonly Operation[], options: BankOptions = {}): BankResult {
  const log = new ViolationLog(options);
  const initial = options.initial === undefined ? undefined : balancesOf(options.initial, 0);
  const accounts = initial === undefined ? undefined : new Set(initial.map(([account]) => identityOf(account)));
  let total = options.total ?? (initial === undefined ? undefined : sumOf(initial));
  let reads = 0;
  let transfers: Transfers | undefined;
  for (const read of operations) {
    if (read.f !== "read" || read.outcome !== "ok") continue;
    const balances = balancesOf(read.value ?? null, read.start);
    reads++;
    const about = { process: read.process, time: read.invoked };
    const report = (kind: string, params: Readonly<Record<string, string | number>>) => {
      log.add(kind, () => ({
        operations: [read.index],
        message: { id: `anomaly-${kind}`, params: { ...about, ...params } },
      }));
    };
    const foreign = balances.find(([account]) => accounts?.has(identityOf(account)) === false);
    const empty = balances.find(([, balance]) => balance === null);
    if (foreign !== undefined) report("unexpected-key", { account: describeValue(foreign[0]) });
    if (empty !== undefined) report("nil-balance", { account: describeValue(empty[0]) });
    // Without one of the balances there is no total to be held against another.
    if (foreign !== undefined || empty !== undefined) continue;
    const found = sumOf(balances);
    total ??= found;
    const expected = total;
    if (found !== expected) {
      transfers ??= new Transfers(operations);
      const half = transfers.latest(Math.abs(found - expected), read.end);
      log.add("wrong-total", () => ({
        operations: half === undefined ? [read.index] : [read.index, half.index],
        message: {
          id: half === undefined ? "anomaly-wrong-total" : "anomaly-wrong-total-half-transfer",
          params: {
            ...about,
            found,
            expected,
            difference: Math.abs(found - expected),
            ...(half === undefined ? {} : { transfer: half.process, since: half.invoked }),
          },
        },
      }));
    }
    const negative = balances.find(([, balance]) => (balance ?? 0) < 0);
    if (negative !== undefined && options.negativeBalances !== true) {
      report("negative-value", { account: describeValue(negative[0]), balance: negative[1] ?? 0 });
    }
  }
  return { ...log.result(), total, reads };
}

type Balance = readonly [account: HistoryValue, balance: number | null];

function balancesOf(value: HistoryValue, entry: number): Balance[] {
  if (typeof value !== "object" || value === null) {
    throw new HistoryError(entry, `${JSON.stringify(value)} gives no balances of accounts`);
  }
  const pairs = isList(value) ? value : Object.entries(value);
  return pairs.map((pair): Balance => {
    const [account, balance = null] = isList(pair) ? pair : [];
    if (account === undefined || (balance !== null && typeof balance !== "number")) {
      throw new HistoryError(entry, `${JSON.stringify(pair)} is no balance of an account`);
    }
    return [account, balance];
  });
}

function sumOf(balances: readonly Balance[]): number {
  return balances.reduce((sum, [, balance]) => sum + (balance ?? 0), 0);
}

/** Transfers by amount. */
class Transfers {
  /** Those that may have happened, in order of invocation. */
  protected readonly byAmount = new Map<Identity, Operation[]>();

  constructor(operations: readonly Operation[]) {
    for (const operation of operations) {
      const { f, outcome, value } = operation;
      if (f !== "transfer" || outcome === "fail") continue;
      const amount = typeof value === "object" && value !== null && !isList(value) ? value["amount"] : undefined;
      if (typeof amount !== "number") continue;
      const same = this.byAmount.get(amount);
      if (same === undefined) this.byAmount.set(amount, [operation]);
      else same.push(operation);
    }
  }

  /** The last one of an amount that was invoked before a position in the history: a read there may have seen half of it. */
  latest(amount: number, before: number): Operation | undefined {
    const same = this.byAmount.get(amount) ?? [];
    let [low, high] = [0, same.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((same[middle]?.start ?? Infinity) < before) low = middle + 1;
      else high = middle;
    }
    return same[low - 1];
  }
}
