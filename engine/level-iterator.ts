import { InternalIterator } from "./internal-iterator.ts";
import { compareBytes } from "./bytes.ts";
import type { MaybePromise, Pending } from "./maybe-promise.ts";
import type { TableFile } from "./table-file.ts";

/** Makes an iterator over one table. */
export type TableIteratorFactory = (file: TableFile) => MaybePromise<InternalIterator>;

/** Says more about an error from reading a table. */
export type ErrorExplainer = (error: unknown, file: TableFile) => unknown;

/** Walks over disjoint tables in order as if they were one, with one of them open at a time. */
export class LevelIterator extends InternalIterator {
  private readonly files: readonly TableFile[];
  private readonly openFile: TableIteratorFactory;
  private readonly explain: ErrorExplainer;
  private current: InternalIterator | undefined;
  private index = -1;
  private closed = false;

  constructor(files: readonly TableFile[], openFile: TableIteratorFactory, explain: ErrorExplainer) {
    super();
    this.files = files;
    this.openFile = openFile;
    this.explain = explain;
  }

  override first(): Pending {
    return this.enter(0, firstOf, true);
  }

  override last(): Pending {
    return this.enter(this.files.length - 1, lastOf, false);
  }

  override seek(key: Uint8Array, sequence: number): Pending {
    let low = 0;
    let high = this.files.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const largest = (this.files[middle] as TableFile).largest;
      const order = compareBytes(largest.userKey, key);
      if (order < 0 || (order === 0 && largest.sequence > sequence)) low = middle + 1;
      else high = middle;
    }
    return this.enter(low, (iterator) => iterator.seek(key, sequence), true);
  }

  override next(): Pending {
    return this.step((this.current as InternalIterator).next(), true);
  }

  override previous(): Pending {
    return this.step((this.current as InternalIterator).previous(), false);
  }

  override close(): void {
    this.closed = true;
    this.leave();
  }

  private leave(): void {
    this.valid = false;
    this.current?.close();
    this.current = undefined;
  }

  private step(pending: Pending, forwards: boolean): Pending {
    if (pending !== undefined) {
      this.valid = false;
      return this.guard(pending.then(() => this.settle(forwards)));
    }
    return this.settle(forwards);
  }

  /** Takes over the position of the current table's iterator; past its end, goes to the neighbouring table. */
  private settle(forwards: boolean): Pending {
    const current = this.current;
    this.valid = current !== undefined && current.valid;
    if (current === undefined || current.valid) return undefined;
    return forwards ? this.enter(this.index + 1, firstOf, true) : this.enter(this.index - 1, lastOf, false);
  }

  private enter(index: number, move: (iterator: InternalIterator) => Pending, forwards: boolean): Pending {
    if (index === this.index && this.current !== undefined) return this.step(move(this.current), forwards);
    this.leave();
    this.index = index;
    const file = this.files[index];
    if (file === undefined) return undefined;
    const opened = this.openFile(file);
    if (opened instanceof Promise) {
      return this.guard(opened.then((iterator) => this.adopt(iterator, move, forwards)));
    }
    return this.adopt(opened, move, forwards);
  }

  private adopt(iterator: InternalIterator, move: (iterator: InternalIterator) => Pending, forwards: boolean): Pending {
    if (this.closed) {
      iterator.close();
      return undefined;
    }
    this.current = iterator;
    this.entry = iterator.entry;
    return this.step(move(iterator), forwards);
  }

  private guard(pending: Promise<void>): Promise<void> {
    const file = this.files[this.index];
    if (file === undefined) return pending;
    return pending.catch((error: unknown) => {
      throw this.explain(error, file);
    });
  }
}

function firstOf(iterator: InternalIterator): Pending {
  return iterator.first();
}

function lastOf(iterator: InternalIterator): Pending {
  return iterator.last();
}
