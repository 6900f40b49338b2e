import { utf8, utf8Text } from "./text.ts";

/** What a key can hold. Each kind has a space of keys of its own: counter "a" and register "a" are two things. */
export type StoredKind = "register" | "counter" | "set" | "account" | "list";

/**
 * Where in the database things are. A register's key is its name as UTF-8, so that a scan meets registers in order of name.
 * The keys of all else begin with a byte that UTF-8 never has, and a letter for the kind; other letters are free for what a
 * design keeps beside the data, such as the index up to which it has applied a log.
 */
const BEHIND_REGISTERS = 0xff;

const LETTERS: Readonly<Record<Exclude<StoredKind, "register">, string>> = {
  counter: "c",
  set: "s",
  account: "a",
  list: "l",
};

/** Stored bytes are not as this kind of thing is stored: damage that no checksum has noticed, or a foreign writer. */
export class StoredValueError extends Error {
  override readonly name = "StoredValueError";
  readonly kind: StoredKind;
  readonly key: string;

  constructor(kind: StoredKind, key: string, stored: string) {
    const shown = stored.length > 40 ? `${stored.slice(0, 40)}...` : stored;
    super(`${kind} ${JSON.stringify(key)} holds ${JSON.stringify(shown)}, which is no ${kind}; restore it from a copy`);
    this.kind = kind;
    this.key = key;
  }
}

/** The key in the database under which something is stored. */
export function storedKey(kind: StoredKind, key: string): Uint8Array {
  return kind === "register" ? utf8(key) : spaceKey(LETTERS[kind], key);
}

/** The keys of all registers from one on, as bounds of an iterator. */
export function registersFrom(key: string): { readonly gte: Uint8Array; readonly lt: Uint8Array } {
  return { gte: utf8(key), lt: new Uint8Array([BEHIND_REGISTERS]) };
}

/** A counter or a balance as it is stored: its decimal digits. */
export function encodeNumber(value: number): Uint8Array {
  return utf8(String(value));
}

/**
 * A counter or balance from what is stored; 0 when nothing is.
 *
 * @throws StoredValueError
 */
export function decodeNumber(kind: "counter" | "account", key: string, stored: Uint8Array | undefined): number {
  if (stored === undefined) return 0;
  const text = utf8Text(stored);
  const value = Number(text);
  const plausible = Number.isSafeInteger(value) && String(value) === text && (kind === "counter" || value >= 0);
  if (!plausible) throw new StoredValueError(kind, key, text);
  return value;
}

/** A set or list as it is stored: its elements in order, with blanks between them. An empty one is not stored. */
export function encodeNumbers(values: readonly number[]): Uint8Array {
  return utf8(values.join(" "));
}

/**
 * A set's or list's elements from what is stored; none when nothing is.
 *
 * @throws StoredValueError
 */
export function decodeNumbers(kind: "set" | "list", key: string, stored: Uint8Array | undefined): number[] {
  if (stored === undefined) return [];
  const text = utf8Text(stored);
  const values = text.split(" ").map(Number);
  if (!values.every(Number.isSafeInteger) || values.join(" ") !== text) throw new StoredValueError(kind, key, text);
  return values;
}

function spaceKey(letter: string, key: string): Uint8Array {
  const name = utf8(letter + key);
  const bytes = new Uint8Array(1 + name.length);
  bytes[0] = BEHIND_REGISTERS;
  bytes.set(name, 1);
  return bytes;
}
