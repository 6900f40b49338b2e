import type { Duration, MonotonicTime } from "../../host/time.ts";

/** What one holder needs, in full: it takes the place of what the holder stated before. */
export interface PinStatement {
  /** The host that reads, and which of its lives. */
  readonly holder: string;
  /** Rises with each statement of a holder: an older one that comes late changes nothing. */
  readonly number: number;
  /** The tables it needs. */
  readonly tables: readonly number[];
}

interface Pins {
  readonly number: number;
  readonly tables: ReadonlySet<number>;
  readonly expires: MonotonicTime;
}

/** What came of a statement. */
export type PinGrant =
  /** All but `missing` are pinned, for a lease from when the statement came. */
  | { readonly granted: true; readonly missing: readonly number[] }
  /** A newer statement of that holder has come before. */
  | { readonly granted: false };

/**
 * Which tables are pinned by whom. No pin outlives its lease, and nothing is pinned that is gone already. Kept in memory
 * alone: who begins with an empty one must behave for a lease as if everything were pinned.
 */
export class PinTable {
  private readonly lease: Duration;
  private readonly holders = new Map<string, Pins>();

  /** @param lease how long a pin lasts when it is not stated again, on the clock of whoever keeps the table */
  constructor(lease: Duration) {
    this.lease = lease;
  }

  /** @param isThere whether a table's file is there still and will be until somebody says otherwise */
  state(statement: PinStatement, now: MonotonicTime, isThere: (table: number) => boolean): PinGrant {
    const { holder, number } = statement;
    const known = this.holders.get(holder);
    if (known !== undefined && known.number >= number) return { granted: false };
    const missing = statement.tables.filter((table) => !isThere(table));
    const tables = new Set(statement.tables.filter((table) => !missing.includes(table)));
    this.holders.set(holder, { number, tables, expires: now + this.lease });
    return { granted: true, missing };
  }

  isPinned(table: number, now: MonotonicTime): boolean {
    for (const { tables, expires } of this.holders.values()) if (expires > now && tables.has(table)) return true;
    return false;
  }

  /** Every pinned table, once, in order. */
  pinned(now: MonotonicTime): number[] {
    const all = new Set<number>();
    for (const { tables, expires } of this.holders.values()) {
      if (expires > now) for (const table of tables) all.add(table);
    }
    return [...all].sort((a, b) => a - b);
  }

  /** Forgets holders whose leases are long over; their numbers are kept for one lease more, for what comes late. */
  forgetExpired(now: MonotonicTime): void {
    for (const [holder, { expires }] of this.holders) if (expires + this.lease <= now) this.holders.delete(holder);
  }
}
