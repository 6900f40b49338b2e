import { compareBytes, compareRanges, copyRange, NO_BYTES, withCapacity } from "./bytes.ts";
import type { EngineContext } from "./context.ts";
import { DatabaseClosedError } from "./errors.ts";
import type { InternalIterator } from "./internal-iterator.ts";
import { EntryType, MAX_SEQUENCE } from "./internal-key.ts";
import { type Bound, type IteratorOptions, lowerBound, upperBound } from "./iterator-bounds.ts";
import type { MaybePromise, Pending } from "./maybe-promise.ts";
import type { RangeCoverage } from "./range-coverage.ts";

/** Below every sequence number given out: the position behind all versions of a key. */
const BEHIND_ALL_VERSIONS = 0;

export type KeyValue = readonly [key: Uint8Array, value: Uint8Array];

/**
 * Walks over keys and their values as of one moment, in both directions. Every move answers whether it stands on an
 * entry now: at once when what it needs is in memory, or else as a promise; `await` does for both. A move must not
 * begin before the last has been answered.
 *
 * Close it: until then it keeps files and old values from being deleted.
 */
export class DatabaseIterator {
  private readonly context: EngineContext;
  private readonly inner: InternalIterator;
  private readonly coverage: RangeCoverage;
  private readonly sequence: number;
  private readonly lower: Bound | undefined;
  private readonly upper: Bound | undefined;
  private readonly reverse: boolean;
  private readonly onClose: (iterator: DatabaseIterator) => void;
  private closed = false;
  private valid_ = false;
  private started = false;

  /**
   * Backwards, the versions of a key come oldest first: the inner iterator has gone past the key before it is known
   * which version counts, so the key and value are kept here. Forwards it stands on the entry itself.
   */
  private backwards = false;
  private savedKey: Uint8Array = NO_BYTES;
  private savedKeyLength = 0;
  private savedValue: Uint8Array = NO_BYTES;
  private savedValueLength = 0;
  private savedType: number = EntryType.DELETION;
  private skipping = false;

  /**
   * @param inner has all entries; the iterator closes it
   * @param coverage has the range deletes of the same places, as of the same sequence number
   * @param sequence writes above it are not seen
   */
  constructor(
    context: EngineContext,
    inner: InternalIterator,
    coverage: RangeCoverage,
    sequence: number,
    options: IteratorOptions,
    onClose: (iterator: DatabaseIterator) => void,
  ) {
    this.context = context;
    this.inner = inner;
    this.coverage = coverage;
    this.sequence = sequence;
    this.lower = lowerBound(options);
    this.upper = upperBound(options);
    this.reverse = options.reverse === true;
    this.onClose = onClose;
  }

  /** Whether the iterator stands on an entry. */
  get valid(): boolean {
    return this.valid_;
  }

  /** A copy of the key that it stands on. */
  get key(): Uint8Array {
    this.assertValid();
    return this.backwards ? this.savedKey.slice(0, this.savedKeyLength) : this.inner.entry.copyKey();
  }

  /** A copy of the value that it stands on. */
  get value(): Uint8Array {
    this.assertValid();
    const { values } = this.context;
    if (this.backwards) return values.copy(this.savedValue, 0, this.savedValueLength);
    const { valueData, valueStart, valueEnd } = this.inner.entry;
    return values.copy(valueData, valueStart, valueEnd);
  }

  /** Moves to the first key. */
  first(): MaybePromise<boolean> {
    const { lower } = this;
    const inner = this.begin();
    if (lower === undefined) return this.answer(inner.first(), this.settleForwards);
    return this.answer(
      inner.seek(lower.key, lower.inclusive ? MAX_SEQUENCE : BEHIND_ALL_VERSIONS),
      this.settleForwards,
    );
  }

  /** Moves to the last key. */
  last(): MaybePromise<boolean> {
    const { upper } = this;
    const inner = this.begin();
    this.backwards = true;
    if (upper === undefined) return this.answer(inner.last(), this.settleBackwards);
    const sequence = upper.inclusive ? BEHIND_ALL_VERSIONS : MAX_SEQUENCE;
    return this.answer(this.positionBefore(inner, upper.key, sequence), this.settleBackwards);
  }

  /** Moves to the first key at or after `key`, within the bounds. */
  seek(key: Uint8Array): MaybePromise<boolean> {
    if (this.lower !== undefined && compareBytes(key, this.lower.key) <= 0) return this.first();
    return this.answer(this.begin().seek(key, this.sequence), this.settleForwards);
  }

  /** Moves to the last key at or before `key`, within the bounds. */
  seekForPrevious(key: Uint8Array): MaybePromise<boolean> {
    if (this.upper !== undefined && compareBytes(key, this.upper.key) >= 0) return this.last();
    const inner = this.begin();
    this.backwards = true;
    return this.answer(this.positionBefore(inner, key, BEHIND_ALL_VERSIONS), this.settleBackwards);
  }

  /** Moves to the next key; from the start, to the first. */
  next(): MaybePromise<boolean> {
    if (!this.started) return this.first();
    this.assertOpen();
    if (!this.valid_) return false;
    this.valid_ = false;
    if (this.backwards) {
      this.backwards = false;
      // The inner iterator stands before this key's entries, or before all.
      this.skipping = true;
      return this.answer(
        this.inner.seek(this.savedKey.slice(0, this.savedKeyLength), MAX_SEQUENCE),
        this.settleForwards,
      );
    }
    this.saveKey();
    this.skipping = true;
    return this.answer(this.inner.next(), this.settleForwards);
  }

  /** Moves to the key before this one; from the start, to the last. */
  previous(): MaybePromise<boolean> {
    if (!this.started) return this.last();
    this.assertOpen();
    if (!this.valid_) return false;
    this.valid_ = false;
    if (!this.backwards) {
      this.saveKey();
      this.backwards = true;
      return this.answer(this.passKeyBackwards(), this.settleBackwards);
    }
    return this.answer(undefined, this.settleBackwards);
  }

  /** The next entries, up to a number, in the direction that the options say; fewer only at the end. */
  async take(limit: number): Promise<KeyValue[]> {
    const taken: KeyValue[] = [];
    while (taken.length < limit) {
      const moved = this.step();
      if (!(typeof moved === "boolean" ? moved : await moved)) break;
      taken.push([this.key, this.value]);
    }
    return taken;
  }

  /** Gives back what the iterator holds; a second call does nothing. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.valid_ = false;
    this.inner.close();
    this.onClose(this);
  }

  /** Walks on from where it stands, in the direction that the options say, and closes the iterator at the end. */
  [Symbol.asyncIterator](): AsyncIterator<KeyValue, undefined> {
    const result = (moved: boolean): IteratorResult<KeyValue, undefined> => {
      if (moved) return { done: false, value: [this.key, this.value] };
      this.close();
      return { done: true, value: undefined };
    };
    return {
      next: async () => {
        const moved = this.step();
        return result(typeof moved === "boolean" ? moved : await moved);
      },
      return: () => {
        this.close();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  private step(): MaybePromise<boolean> {
    return this.reverse ? this.previous() : this.next();
  }

  private begin(): InternalIterator {
    this.assertOpen();
    this.started = true;
    this.valid_ = false;
    this.backwards = false;
    this.skipping = false;
    return this.inner;
  }

  /** Settles once a move of the inner iterator is done, and answers. */
  private answer(pending: Pending, settle: () => Pending): MaybePromise<boolean> {
    const loading = this.coverage.load();
    const settled =
      pending === undefined && loading === undefined ? settle() : Promise.all([pending, loading]).then(settle);
    this.context.cpu.charge(this.context.options.cpuCosts.read);
    if (settled === undefined && !this.context.cpu.due) return this.valid_;
    return this.wait(settled);
  }

  private async wait(settled: Pending): Promise<boolean> {
    await settled;
    await this.context.cpu.pay();
    this.assertOpen();
    return this.valid_;
  }

  /** Forwards to the newest visible version of the first key that has one and is not deleted. */
  private readonly settleForwards = (): Pending => {
    const { inner } = this;
    while (inner.valid) {
      const entry = inner.entry;
      if (entry.sequence <= this.sequence) {
        const hidden = this.skipping && this.compareToSaved() <= 0;
        if (!hidden && entry.type === EntryType.VALUE && !this.coverage.deletes(entry)) {
          this.skipping = false;
          this.valid_ = !this.isBeyondEnd();
          return undefined;
        }
        if (!hidden) {
          // Deleted: so are all its older versions. What is deleted beyond the end need not be walked over.
          if (this.isBeyondEnd()) break;
          this.saveKey();
          this.skipping = true;
        }
      }
      const pending = inner.next();
      if (pending !== undefined) return pending.then(this.settleForwards);
    }
    this.valid_ = false;
    return undefined;
  };

  /** Backwards over whole keys, to the first whose newest visible version is a value. */
  private readonly settleBackwards = (): Pending => {
    this.savedType = EntryType.DELETION;
    return this.collectBackwards();
  };

  private readonly collectBackwards = (): Pending => {
    const { inner } = this;
    while (inner.valid) {
      const entry = inner.entry;
      if (entry.sequence <= this.sequence) {
        if (this.savedType !== EntryType.DELETION && this.compareToSaved() < 0) break;
        if (this.isInnerBeforeStart()) break;
        this.savedType = this.coverage.deletes(entry) ? EntryType.DELETION : entry.type;
        this.saveKey();
        if (this.savedType === EntryType.VALUE) this.saveValue();
      }
      const pending = inner.previous();
      if (pending !== undefined) return pending.then(this.collectBackwards);
    }
    this.valid_ = this.savedType === EntryType.VALUE && !this.isBeforeStart();
    return undefined;
  };

  /** Moves the inner iterator back to before all versions of the saved key. */
  private readonly passKeyBackwards = (): Pending => {
    const { inner } = this;
    while (inner.valid && this.compareToSaved() >= 0) {
      const pending = inner.previous();
      if (pending !== undefined) return pending.then(this.passKeyBackwards);
    }
    return undefined;
  };

  /** Moves the inner iterator to the last entry before the position (`key`, `sequence`). */
  private positionBefore(inner: InternalIterator, key: Uint8Array, sequence: number): Pending {
    const back = (): Pending => (inner.valid ? inner.previous() : inner.last());
    const pending = inner.seek(key, sequence);
    return pending === undefined ? back() : pending.then(back);
  }

  private saveKey(): void {
    const { keyData, keyStart, keyEnd } = this.inner.entry;
    this.savedKeyLength = keyEnd - keyStart;
    this.savedKey = withCapacity(this.savedKey, 0, this.savedKeyLength);
    copyRange(keyData, keyStart, keyEnd, this.savedKey, 0);
  }

  private saveValue(): void {
    const { valueData, valueStart, valueEnd } = this.inner.entry;
    this.savedValueLength = valueEnd - valueStart;
    this.savedValue = withCapacity(this.savedValue, 0, this.savedValueLength);
    copyRange(valueData, valueStart, valueEnd, this.savedValue, 0);
  }

  /** Orders the inner iterator's key against the saved one. */
  private compareToSaved(): number {
    const { keyData, keyStart, keyEnd } = this.inner.entry;
    return compareRanges(keyData, keyStart, keyEnd, this.savedKey, 0, this.savedKeyLength);
  }

  /** Whether the inner iterator's key is above the upper bound. */
  private isBeyondEnd(): boolean {
    if (this.upper === undefined) return false;
    const order = this.inner.entry.compareUserKey(this.upper.key);
    return this.upper.inclusive ? order > 0 : order >= 0;
  }

  /** Whether the inner iterator's key is below the lower bound. */
  private isInnerBeforeStart(): boolean {
    if (this.lower === undefined) return false;
    const order = this.inner.entry.compareUserKey(this.lower.key);
    return this.lower.inclusive ? order < 0 : order <= 0;
  }

  /** Whether the saved key is below the lower bound. */
  private isBeforeStart(): boolean {
    if (this.lower === undefined) return false;
    const { key, inclusive } = this.lower;
    const order = compareRanges(this.savedKey, 0, this.savedKeyLength, key, 0, key.length);
    return inclusive ? order < 0 : order <= 0;
  }

  private assertOpen(): void {
    if (this.closed) throw new DatabaseClosedError("iterator");
  }

  private assertValid(): void {
    this.assertOpen();
    if (!this.valid_)
      throw new RangeError("the iterator stands on no entry; look at valid before reading key or value");
  }
}
