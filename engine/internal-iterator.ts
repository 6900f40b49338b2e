import type { Entry } from "./internal-key.ts";
import type { Pending } from "./maybe-promise.ts";

/**
 * Walks over entries in the order of their internal keys, in both directions. Every move returns nothing when it is
 * done, or a promise when it must wait for the disk; the next move must not begin before that has resolved. After a
 * move failed the iterator is not valid.
 */
export abstract class InternalIterator {
  /** Whether the iterator stands on an entry. */
  valid = false;

  /** The entry it stands on, if valid; good until the next move. Those that stand on others show the innermost one's. */
  entry!: Entry;

  /** Moves to the first entry. */
  abstract first(): Pending;

  /** Moves to the last entry. */
  abstract last(): Pending;

  /**
   * Moves to the first entry at or after (`key`, `sequence`): of versions of `key`, the newest not above `sequence`.
   */
  abstract seek(key: Uint8Array, sequence: number): Pending;

  /** Moves to the entry after this one. Must be valid. */
  abstract next(): Pending;

  /** Moves to the entry before this one. Must be valid. */
  abstract previous(): Pending;

  /** Gives back what the iterator holds. */
  abstract close(): void;
}
