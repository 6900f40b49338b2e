import type { HistoryValue, Operation } from "../../checkers/history.ts";
import type { Violation } from "../../checkers/verdict.ts";

/** What an account may hold in the end. */
interface Range {
  least: number;
  most: number;
}

/**
 * Finds reads that began after every acknowledged change had ended and whose balances the acknowledged changes do not allow:
 * a transfer that is forgotten whole leaves the total as it was, and shows in its two accounts alone. A change of unknown
 * outcome may have happened, or not.
 */
export function lostTransfers(operations: readonly Operation[]): Violation[] {
  const changes = operations.filter(({ f, outcome }) => f !== "read" && outcome !== "fail");
  const ended = changes.reduce((latest, { outcome, end }) => (outcome === "ok" ? Math.max(latest, end) : latest), -1);
  const ranges = rangesOf(changes);
  return operations.flatMap((read) => {
    if (read.f !== "read" || read.outcome !== "ok" || read.start < ended) return [];
    return Object.entries(read.value as Readonly<Record<string, number>>).flatMap(([account, balance]): Violation[] => {
      const { least, most } = ranges.get(account) ?? { least: 0, most: 0 };
      if (balance >= least && balance <= most) return [];
      const params = { process: read.process, account, balance, least, most };
      return [{ kind: "lost-transfer", operations: [read.index], message: { id: "finding-lost-transfer", params } }];
    });
  });
}

function rangesOf(changes: readonly Operation[]): Map<string, Range> {
  const ranges = new Map<string, Range>();
  const add = (account: string, amount: number, certain: boolean): void => {
    const range = ranges.get(account) ?? { least: 0, most: 0 };
    ranges.set(account, range);
    if (certain || amount < 0) range.least += amount;
    if (certain || amount > 0) range.most += amount;
  };
  for (const { f, input, outcome } of changes) {
    const { keys, from, to, amount } = input as Readonly<Record<string, HistoryValue>>;
    const certain = outcome === "ok";
    if (f === "deposit") {
      for (const account of new Set(keys as readonly string[])) add(account, amount as number, certain);
    } else {
      add(from as string, -(amount as number), certain);
      add(to as string, amount as number, certain);
    }
  }
  return ranges;
}
