import type { Message } from "./message.ts";
import { resultOf, type CheckResult, type Violation } from "./verdict.ts";

/** How much of what is found is written out. */
export interface ReportOptions {
  /** How many violations of each kind are kept, the first ones; the others are counted. 100 unless given. */
  readonly keep?: number | undefined;
}

/** What a checker says that may find more violations than anyone reads. */
export interface CountedResult extends CheckResult {
  /** How many violations of each kind there are, kept or not; only kinds that were found. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Gathers violations: counts all, keeps the first few of each kind. */
export class ViolationLog {
  protected readonly keep: number;
  protected readonly kept: Violation[] = [];
  protected readonly counted = new Map<string, number>();

  constructor(options: ReportOptions = {}) {
    this.keep = options.keep ?? 100;
  }

  /** Takes note of one. `describe` is called only when it is kept. */
  add(kind: string, describe: () => Omit<Violation, "kind">): void {
    const count = (this.counted.get(kind) ?? 0) + 1;
    this.counted.set(kind, count);
    if (count <= this.keep) this.kept.push({ kind, ...describe() });
  }

  /** Whether there is one of a kind. */
  has(kind: string): boolean {
    return this.counted.has(kind);
  }

  /** All kinds that were found, in order of their first finding. */
  kinds(): string[] {
    return [...this.counted.keys()];
  }

  /** The verdict: "invalid" when anything was found, else "unknown" when something could not be decided. */
  result(unknown?: Message): CountedResult {
    const violations = this.kept.sort((a, b) => (a.operations[0] ?? 0) - (b.operations[0] ?? 0));
    const counts = Object.fromEntries(this.counted);
    if (violations.length === 0 && unknown !== undefined) {
      return { verdict: "unknown", violations, unknown, counts };
    }
    return { ...resultOf(violations), counts };
  }
}
