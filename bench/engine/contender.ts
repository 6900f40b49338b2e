/** How a row of the benchmark calls an engine. */
export type Mode =
  /** One operation at a time, each awaited before the next. */
  | "awaited"
  /** A thousand operations a call. */
  | "batch"
  /** One operation at a time through calls that answer at once, and promise only what they must wait for, if that. */
  | "sync call";

/** Operations that go into one call in the mode "batch". */
export const BATCH = 1_000;

/** Entries or keys that a walk passed over, so that no engine can leave the work undone. */
export type Count = number;

/** One engine under test: one database open at a time. */
export interface Contender {
  /**
   * Opens a database in a directory, making it if needed.
   *
   * @param durable whether writes will be asked to be durable; some engines must know beforehand
   */
  open(directory: string, durable: boolean): Promise<void>;
  close(): Promise<void>;

  put(key: Uint8Array, value: Uint8Array): Promise<unknown>;
  putNow?(key: Uint8Array, value: Uint8Array): void;
  /** Resolves when the write is durable. */
  putDurably(key: Uint8Array, value: Uint8Array): Promise<unknown>;
  delete(key: Uint8Array): Promise<unknown>;
  /** Writes `count` entries, or deletes them where there is no value, in one atomic call. */
  writeBatch(
    count: number,
    key: (i: number) => Uint8Array,
    value: ((i: number) => Uint8Array) | undefined,
  ): Promise<unknown>;

  get(key: Uint8Array): Promise<Uint8Array | undefined>;
  getNow?(key: Uint8Array): Uint8Array | undefined | Promise<Uint8Array | undefined>;

  /** The first entry at or after a key, through an iterator made for it. */
  seek(key: Uint8Array): Promise<Count>;
  /** Walks over up to `limit` entries, taking key and value of each. */
  scan(mode: Mode, reverse: boolean, limit: number): Promise<Count> | undefined;

  /** Compacts everything, where the engine knows what that is. */
  compact(): Promise<void>;
}
