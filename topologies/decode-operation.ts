import type { ClientOperation, TransactionStep } from "./operation.ts";

/** How large an operation may be. */
export const OPERATION_LIMITS = {
  /** Length of a key, in UTF-16 code units. */
  key: 1_024,
  /** Length of a register's text, in UTF-16 code units. */
  value: 1 << 20,
  /** Keys of one deposit or read, and steps of one transaction. */
  keys: 1_000,
  /** Registers of one scan. */
  scan: 10_000,
} as const;

/** Fields of a message, of which nothing is known yet. */
export interface OperationFields {
  readonly op?: unknown;
  readonly key?: unknown;
  readonly value?: unknown;
  readonly from?: unknown;
  readonly to?: unknown;
  readonly delta?: unknown;
  readonly element?: unknown;
  readonly amount?: unknown;
  readonly keys?: unknown;
  readonly steps?: unknown;
  readonly limit?: unknown;
}

/** A lone surrogate: it has no UTF-8, so that storing it would change it. */
const ILL_FORMED = /[\ud800-\udfff]/u;

/**
 * The operation that a message's fields describe, as a new object that has nothing else in it.
 *
 * @returns undefined when they describe none, or one beyond {@link OPERATION_LIMITS}
 */
export function decodeOperation(fields: OperationFields): ClientOperation | undefined {
  const { op, key } = fields;
  switch (op) {
    case "read":
    case "delete":
    case "read-counter":
    case "read-set":
      return isKey(key) ? { op, key } : undefined;
    case "write":
      return isKey(key) && isText(fields.value) ? { op, key, value: fields.value } : undefined;
    case "cas": {
      const { from, to } = fields;
      return isKey(key) && (from === null || isText(from)) && isText(to) ? { op, key, from, to } : undefined;
    }
    case "increment":
      return isKey(key) && isWhole(fields.delta) ? { op, key, delta: fields.delta } : undefined;
    case "add":
      return isKey(key) && isWhole(fields.element) ? { op, key, element: fields.element } : undefined;
    case "transfer": {
      const { from, to, amount } = fields;
      return isAccount(from) && isAccount(to) && isAmount(amount) ? { op, from, to, amount } : undefined;
    }
    case "deposit": {
      const { keys, amount } = fields;
      return isAccounts(keys) && isAmount(amount) ? { op, keys, amount } : undefined;
    }
    case "read-accounts":
      return isAccounts(fields.keys) ? { op, keys: fields.keys } : undefined;
    case "txn": {
      const { steps } = fields;
      return isListOf(steps, isStep) ? { op, steps } : undefined;
    }
    case "scan": {
      const { from, limit } = fields;
      return isKey(from) && isWhole(limit) && limit >= 1 && limit <= OPERATION_LIMITS.scan
        ? { op, from, limit }
        : undefined;
    }
    default:
      return undefined;
  }
}

function isKey(value: unknown): value is string {
  return typeof value === "string" && value.length <= OPERATION_LIMITS.key && !ILL_FORMED.test(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= OPERATION_LIMITS.value && !ILL_FORMED.test(value);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isAmount(value: unknown): value is number {
  return isWhole(value) && value >= 1;
}

/** Accounts become names of an answer's fields, where this one name would mean something else. */
function isAccount(value: unknown): value is string {
  return isKey(value) && value !== "__proto__";
}

function isAccounts(value: unknown): value is readonly string[] {
  return isListOf(value, isAccount);
}

function isStep(value: unknown): value is TransactionStep {
  if (!Array.isArray(value)) return false;
  const [step, key, element] = value as readonly unknown[];
  if (!isKey(key)) return false;
  return step === "r" ? value.length === 2 : step === "append" && value.length === 3 && isWhole(element);
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.length <= OPERATION_LIMITS.keys && value.every(isItem);
}
