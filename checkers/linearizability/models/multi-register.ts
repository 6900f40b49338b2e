import type { HistoryValue, Operation } from "../../history.ts";
import { InternedMachine } from "../interned-machine.ts";
import { ILLEGAL } from "../machine.ts";
import { ModelError, type ModelFactory, type Subject } from "../model.ts";
import { isList, ValueTable } from "../value-table.ts";
import { unknownFunction } from "./operations.ts";

const FUNCTIONS = ["txn", "read", "write"];

/** One read or write of a transaction. Of a read, undefined when what it saw is not known. */
interface Step {
  readonly reads: boolean;
  readonly key: string;
  readonly value: HistoryValue | undefined;
}

/**
 * Registers that are read and written together: `txn` with a list of [f, key, value], where f is "r" or "read", "w" or "write", or
 * `read` and `write` with such a list or with an object of values by key. Each register is null at first, or as the object
 * `init` says.
 */
export const multiRegisterModel: ModelFactory = (init = {}) => {
  if (typeof init !== "object" || init === null || isList(init)) {
    throw new ModelError("multi-register", undefined, "the initial value must be an object of values by key");
  }
  const machine = new MultiRegisterMachine();
  const initial = new Map(Object.entries(init));
  return {
    name: "multi-register",
    partsOf: (operation) => stepsOf(operation).map(({ key }) => key),
    check: (operation) => void stepsOf(operation),
    observes: (operation) => stepsOf(operation).every(({ reads }) => reads),
    machineOf(subject) {
      machine.load(subject, initial);
      return machine;
    },
  };
};

function stepsOf(operation: Operation): Step[] {
  const { f, value, outcome } = operation;
  if (!FUNCTIONS.includes(f)) throw unknownFunction("multi-register", operation, FUNCTIONS);
  const unseen = outcome !== "ok";
  if (isList(value)) {
    return value.map((part) => {
      const [name, key, item] = isList(part) ? part : [];
      const reads = name === "r" || name === "read";
      const known = reads || name === "w" || name === "write";
      if (!known || (typeof key !== "string" && typeof key !== "number")) {
        throw new ModelError("multi-register", operation, 'needs a list of ["r" or "w", key, value]');
      }
      return { reads, key: String(key), value: reads && unseen ? undefined : (item ?? null) };
    });
  }
  if (typeof value === "object" && value !== null && f !== "txn") {
    const reads = f === "read";
    return Object.entries(value).map(([key, item]) => ({ reads, key, value: reads && unseen ? undefined : item }));
  }
  if (f === "read" && unseen) return [];
  throw new ModelError("multi-register", operation, "needs a list of [f, key, value], or an object of values by key");
}

/** A transaction in numbers: of registers and of values, -1 for a value that is not known. */
interface Transaction {
  readonly reads: readonly boolean[];
  readonly registers: readonly number[];
  readonly values: readonly number[];
}

class MultiRegisterMachine extends InternedMachine<Transaction> {
  private readonly values = new ValueTable();
  private readonly registers = new ValueTable();
  private readonly states: (readonly number[])[] = [];
  private readonly stateIds = new Map<string, number>();
  private operations: readonly Operation[] = [];
  private first: ReadonlyMap<string, HistoryValue> = new Map();

  load({ operations }: Subject, init: ReadonlyMap<string, HistoryValue>): void {
    this.reset(operations.length);
    this.values.clear();
    this.registers.clear();
    this.states.length = 0;
    this.stateIds.clear();
    this.operations = operations;
    this.first = init;
    for (const [at, operation] of operations.entries()) {
      const steps = stepsOf(operation);
      const transaction: Transaction = {
        reads: steps.map(({ reads }) => reads),
        registers: steps.map(({ key }) => this.registers.idOf(key)),
        values: steps.map(({ value }) => (value === undefined ? -1 : this.values.idOf(value))),
      };
      const identity = steps
        .map(({ reads }, i) => `${reads ? "r" : "w"}${transaction.registers[i] ?? ""}=${transaction.values[i] ?? ""}`)
        .join(" ");
      this.assign(
        at,
        identity,
        steps.every(({ reads }) => reads),
        () => transaction,
      );
    }
    const keys = Array.from({ length: this.registers.size }, (_, id) => this.registers.valueOf(id) as string);
    this.initial = this.stateOf(keys.map((key) => this.values.idOf(init.get(key) ?? null)));
  }

  describe(order: readonly number[]): HistoryValue {
    const held = new Map(this.first);
    for (const at of order) {
      const operation = this.operations[at];
      if (operation === undefined) continue;
      for (const { reads, key, value } of stepsOf(operation)) if (!reads) held.set(key, value ?? null);
    }
    return Object.fromEntries([...held].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  protected override work(state: number, { reads, registers, values }: Transaction): number {
    let held = this.states[state] as readonly number[];
    for (const [at, register] of registers.entries()) {
      const value = values[at] as number;
      if (!reads[at]) held = held.with(register, value);
      else if (value !== -1 && held[register] !== value) return ILLEGAL;
    }
    return this.stateOf(held);
  }

  protected override stateBytes(): number {
    return this.states.length * (160 + 12 * this.registers.size);
  }

  private stateOf(held: readonly number[]): number {
    const text = held.join();
    const known = this.stateIds.get(text);
    if (known !== undefined) return known;
    this.stateIds.set(text, this.states.length);
    return this.states.push(held) - 1;
  }
}
