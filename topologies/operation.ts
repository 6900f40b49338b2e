/** What an operation answers with: plain data, as JSON has it. */
export type DataValue =
  null | boolean | number | string | readonly DataValue[] | { readonly [name: string]: DataValue };

/** One step of a transaction: reads a list, or appends an element to it. */
export type TransactionStep = readonly ["r", string] | readonly ["append", string, number];

/** What a client can ask of a cluster. Every operation is atomic, however many keys it touches. */
export type ClientOperation =
  /** A register: text that is overwritten whole. Answers the text, null for none. */
  | { readonly op: "read"; readonly key: string }
  | { readonly op: "write"; readonly key: string; readonly value: string }
  | { readonly op: "delete"; readonly key: string }
  /** Writes `to` if the register holds `from` (null: nothing); else it is refused with the code "mismatch". */
  | { readonly op: "cas"; readonly key: string; readonly from: string | null; readonly to: string }
  /** A counter: a whole number, 0 at first. */
  | { readonly op: "increment"; readonly key: string; readonly delta: number }
  | { readonly op: "read-counter"; readonly key: string }
  /** A set of whole numbers. Answers its elements in the order in which they were added. */
  | { readonly op: "add"; readonly key: string; readonly element: number }
  | { readonly op: "read-set"; readonly key: string }
  /** Accounts: whole numbers, 0 at first; a transfer that would take one below 0 is refused with the code "overdrawn". */
  | { readonly op: "transfer"; readonly from: string; readonly to: string; readonly amount: number }
  /** Pays the same amount into each account. */
  | { readonly op: "deposit"; readonly keys: readonly string[]; readonly amount: number }
  /** Answers {account: balance}. */
  | { readonly op: "read-accounts"; readonly keys: readonly string[] }
  /** A transaction over lists of whole numbers. Answers its steps, each read with what it saw: ["r", key, elements]. */
  | { readonly op: "txn"; readonly steps: readonly TransactionStep[] }
  /** Registers from `from` on in order of key, at most `limit` of them. Answers [[key, text], ...]. */
  | { readonly op: "scan"; readonly from: string; readonly limit: number };

/** Whether an operation changes nothing, so that a replica may answer it. */
export function isReadOnly(operation: ClientOperation): boolean {
  switch (operation.op) {
    case "read":
    case "read-counter":
    case "read-set":
    case "read-accounts":
    case "scan":
      return true;
    case "txn":
      return operation.steps.every(([step]) => step === "r");
    default:
      return false;
  }
}

/** The keys that an operation reads or changes, each once, in order of key; those of a scan are not known before. */
export function keysOf(operation: ClientOperation): string[] {
  switch (operation.op) {
    case "transfer":
      return distinct([operation.from, operation.to]);
    case "deposit":
    case "read-accounts":
      return distinct(operation.keys);
    case "txn":
      return distinct(operation.steps.map(([, key]) => key));
    case "scan":
      return [];
    default:
      return [operation.key];
  }
}

/** The keys of an operation in one text, for a trace; of a scan, where it begins. */
export function keysText(operation: ClientOperation): string {
  return operation.op === "scan" ? operation.from : keysOf(operation).join(" ");
}

function distinct(keys: readonly string[]): string[] {
  return [...new Set(keys)].sort();
}
