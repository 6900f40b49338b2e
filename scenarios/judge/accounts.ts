import { checkBank } from "../../checkers/bank.ts";
import type { HistoryValue, Operation } from "../../checkers/history.ts";
import { resultOf, type CheckResult } from "../../checkers/verdict.ts";

/** Of deposits that a read may or may not have seen, how many are told apart; of more, any total between is believed. */
const MOST_OPEN = 10;

/**
 * Holds reads of accounts against what was paid in: each deposit is seen whole or not at all, no later than its
 * acknowledgement; and since nothing is ever paid out, no total is below one that was read before. A read that leaves out
 * accounts has no total to be held against, only balances.
 */
export function accountsOf(operations: readonly Operation[]): CheckResult {
  const changes = operations.filter(({ f, outcome }) => f !== "read" && outcome !== "fail");
  const deposits = changes.filter(({ f }) => f === "deposit");
  const accounts = new Set(changes.flatMap(accountsIn));
  const reads = operations.filter(({ f, outcome }) => f === "read" && outcome === "ok");
  const whole: { readonly read: Operation; readonly found: number }[] = [];
  /** Reads by the total that each should have found. */
  const expected = new Map<number, Operation[]>();
  for (const read of reads) {
    const balances = read.value as Record<string, number>;
    const found = Object.values(balances).reduce((sum, balance) => sum + balance, 0);
    let total = found;
    if ([...accounts].every((account) => Object.hasOwn(balances, account))) {
      const earlier = whole.filter(({ read: before }) => before.end < read.start).map((before) => before.found);
      total = totalFor(found, deposits, read, Math.max(0, ...earlier));
      whole.push({ read, found });
    }
    const same = expected.get(total);
    if (same === undefined) expected.set(total, [read]);
    else same.push(read);
  }
  const violations = [...expected].flatMap(([total, same]) => checkBank([...changes, ...same], { total }).violations);
  return resultOf(violations.sort((a, b) => (a.operations[0] ?? 0) - (b.operations[0] ?? 0)));
}

/** What a read should have found: what it did find, when that is possible; else all that it may have seen. */
function totalFor(found: number, deposits: readonly Operation[], read: Operation, least: number): number {
  const visible = deposits.filter(({ start }) => start < read.end);
  const certain = visible.filter(({ outcome, end }) => outcome === "ok" && end < read.start);
  const open = visible.filter((deposit) => !certain.includes(deposit)).map(amountOf);
  const sure = certain.reduce((sum, deposit) => sum + amountOf(deposit), 0);
  const most = open.reduce((sum, amount) => sum + amount, sure);
  const possible = open.length > MOST_OPEN ? found >= sure && found <= most : sums(sure, open).has(found);
  return possible && found >= least ? found : Math.max(most, least);
}

/** Every sum of `base` and some of the amounts. */
function sums(base: number, amounts: readonly number[]): Set<number> {
  let reached = new Set([base]);
  for (const amount of amounts) reached = new Set([...reached].flatMap((sum) => [sum, sum + amount]));
  return reached;
}

/** A deposit names an account once or more: it is paid into once. */
function amountOf(deposit: Operation): number {
  return new Set(accountsIn(deposit)).size * (deposit.input as { readonly amount: number }).amount;
}

function accountsIn({ f, input }: Operation): readonly string[] {
  const { keys, from, to } = input as Readonly<Record<string, HistoryValue>>;
  return (f === "deposit" ? keys : [from, to]) as readonly string[];
}
