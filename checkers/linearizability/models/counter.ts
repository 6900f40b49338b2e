import type { HistoryValue, Operation } from "../../history.ts";
import { InternedMachine } from "../interned-machine.ts";
import { ILLEGAL } from "../machine.ts";
import { ModelError, type ModelFactory, type Subject } from "../model.ts";
import { numberOf, unknownFunction } from "./operations.ts";

const FUNCTIONS = ["add", "increment", "decrement", "read"];

/** `add` with a number, `increment` and `decrement` with a number or without one for 1, and `read`; 0 at first. */
export const counterModel: ModelFactory = (init = 0) => {
  if (!Number.isSafeInteger(init))
    throw new ModelError("counter", undefined, "the initial value must be a whole number");
  const machine = new CounterMachine();
  return {
    name: "counter",
    check(operation) {
      if (!FUNCTIONS.includes(operation.f)) throw unknownFunction("counter", operation, FUNCTIONS);
      // Of a read whose outcome is not known, the value is of no concern.
      if (operation.f === "read" && operation.outcome !== "ok") return;
      if (!Number.isSafeInteger(amountOf(operation)))
        throw new ModelError("counter", operation, "needs a whole number");
    },
    observes: ({ f }) => f === "read",
    machineOf(subject) {
      machine.load(subject, init as number);
      return machine;
    },
  };
};

/** How much is added, or was read. */
function amountOf(operation: Operation): number {
  const { f, value } = operation;
  if (f === "increment" || f === "decrement") {
    const amount = value === undefined || value === null ? 1 : numberOf("counter", operation);
    return f === "increment" ? amount : -amount;
  }
  return numberOf("counter", operation);
}

interface CounterKind {
  /** What is added, or was read. */
  readonly amount: number;
  readonly reads: boolean;
}

class CounterMachine extends InternedMachine<CounterKind> {
  private readonly sums: number[] = [];
  private readonly states = new Map<number, number>();
  private operations: readonly Operation[] = [];
  private first = 0;
  /** Whether nothing is ever taken away; only then is the rest of use. */
  private grows = false;
  /** The sums that were read, in rising order; how many reads of each remain, and the smallest with any. */
  private readSums: number[] = [];
  private remaining: number[] = [];
  private lowest = 0;
  /** By operation: which of the sums it read; -1 for what does not read. */
  private readonly rankOf: number[] = [];

  load({ operations }: Subject, init: number): void {
    this.reset(operations.length);
    this.operations = operations;
    this.sums.length = 0;
    this.states.clear();
    this.first = init;
    this.grows = true;
    for (const [at, operation] of operations.entries()) {
      const amount = amountOf(operation);
      const reads = operation.f === "read";
      if (!reads && amount < 0) this.grows = false;
      // Adding nothing changes no state.
      this.assign(at, `${reads ? "=" : "+"}${amount}`, reads || amount === 0, () => ({ amount, reads }));
    }
    if (this.grows) this.rankReads();
    this.initial = this.stateOf(init);
  }

  override hopeless(_state: number, next: number): boolean {
    return this.grows && (this.sums[next] as number) > (this.readSums[this.lowest] ?? Infinity);
  }

  override taken(operation: number): void {
    if (!this.grows) return;
    const rank = this.rankOf[operation] as number;
    if (rank < 0) return;
    this.remaining[rank] = (this.remaining[rank] as number) - 1;
    while (this.remaining[this.lowest] === 0) this.lowest++;
  }

  override returned(operation: number): void {
    if (!this.grows) return;
    const rank = this.rankOf[operation] as number;
    if (rank < 0) return;
    this.remaining[rank] = (this.remaining[rank] as number) + 1;
    if (rank < this.lowest) this.lowest = rank;
  }

  describe(order: readonly number[]): HistoryValue {
    return order.reduce((sum, at) => {
      const operation = this.operations[at];
      return operation === undefined || operation.f === "read" ? sum : sum + amountOf(operation);
    }, this.first);
  }

  protected override work(state: number, { amount, reads }: CounterKind): number {
    const sum = this.sums[state] as number;
    if (reads) return sum === amount ? state : ILLEGAL;
    return this.stateOf(sum + amount);
  }

  protected override stateBytes(): number {
    return 48 * this.sums.length;
  }

  private rankReads(): void {
    const sums = new Set<number>();
    for (const operation of this.operations) if (operation.f === "read") sums.add(amountOf(operation));
    this.readSums = [...sums].sort((a, b) => a - b);
    const ranks = new Map(this.readSums.map((sum, rank) => [sum, rank]));
    this.remaining = this.readSums.map(() => 0);
    this.rankOf.length = 0;
    this.lowest = 0;
    for (const operation of this.operations) {
      const rank = operation.f === "read" ? (ranks.get(amountOf(operation)) ?? -1) : -1;
      this.rankOf.push(rank);
      if (rank >= 0) this.remaining[rank] = (this.remaining[rank] as number) + 1;
    }
  }

  private stateOf(sum: number): number {
    const known = this.states.get(sum);
    if (known !== undefined) return known;
    this.states.set(sum, this.sums.length);
    return this.sums.push(sum) - 1;
  }
}
