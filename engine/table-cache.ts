import { type BlockCache } from "./block-cache.ts";
import type { EngineContext } from "./context.ts";
import { reasonOf } from "./context.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import type { Table } from "./table.ts";
import type { TableFile } from "./table-file.ts";
import { openForReading } from "./table-reads.ts";

/** A table that is being opened, and how many wait for it. */
interface Opening {
  readonly table: Promise<Table>;
  waiters: number;
}

/** Keeps tables open, up to a number, and closes those that were not used for longest. */
export class TableCache {
  protected readonly context: EngineContext;
  private readonly blocks: BlockCache;
  /** Open tables by number, in the order of their last use. */
  private readonly open = new Map<number, Table>();
  private readonly opening = new Map<number, Opening>();
  private readonly closing = new Set<Promise<void>>();
  private newest: Table | undefined;

  constructor(context: EngineContext) {
    this.context = context;
    this.blocks = new context.parts.BlockCache(context.options.blockCacheBytes);
  }

  /**
   * The open table for a file, pinned for the caller, who must unpin it.
   *
   * @throws FileSystemError, CorruptionError, UnsupportedFormatError
   */
  acquire(file: TableFile): MaybePromise<Table> {
    const table = this.newest?.file.number === file.number ? this.newest : this.open.get(file.number);
    if (table !== undefined) {
      if (table !== this.newest) {
        this.open.delete(file.number);
        this.open.set(file.number, table);
        this.newest = table;
      }
      table.pin();
      this.context.counters.tableCacheHits++;
      return table;
    }
    this.context.counters.tableCacheMisses++;
    const pending = this.opening.get(file.number);
    if (pending !== undefined) {
      pending.waiters++;
      return pending.table;
    }
    const opening: Opening = { table: this.load(file), waiters: 1 };
    this.opening.set(file.number, opening);
    return opening.table;
  }

  /** How many tables are open. */
  get openCount(): number {
    return this.open.size;
  }

  /** Bytes of the blocks in memory. */
  get blockBytes(): number {
    return this.blocks.bytes;
  }

  /** Closes a table that is about to be deleted, as soon as nobody uses it. */
  evict(number: number): void {
    const table = this.open.get(number);
    if (table === undefined) return;
    this.open.delete(number);
    if (this.newest === table) this.newest = undefined;
    this.closeTable(table);
  }

  /**
   * Closes all tables; resolves when the files are closed. Tables that iterators still use stay open until those are
   * closed.
   */
  async close(): Promise<void> {
    const pending: Promise<unknown>[] = [];
    for (const opening of this.opening.values()) pending.push(opening.table.catch(() => undefined));
    await Promise.all(pending);
    for (const number of [...this.open.keys()]) this.evict(number);
    await Promise.all([...this.closing]);
  }

  /** Where a table's file is. */
  protected pathOf(name: string): string {
    return this.context.path(name);
  }

  protected async openTable(file: TableFile): Promise<Table> {
    const { context } = this;
    const handle = await openForReading(context, this.pathOf(file.name));
    try {
      const table = new context.parts.Table(context, file, handle, this.blocks);
      await table.load();
      context.trace({ kind: "table-opened", file: file.name });
      return table;
    } catch (error) {
      // What went wrong with the table is the error to report, not what goes wrong with giving it back.
      await handle.close().catch(() => undefined);
      throw error;
    }
  }

  private async load(file: TableFile): Promise<Table> {
    try {
      const table = await this.openTable(file);
      // At once, for all who wait: before their turn comes, another table's opening may evict this one.
      for (let i = this.opening.get(file.number)?.waiters ?? 0; i > 0; i--) table.pin();
      this.open.set(file.number, table);
      this.newest = table;
      for (const number of this.open.keys()) {
        if (this.open.size <= this.context.options.maxOpenTables) break;
        if (number !== file.number) this.evict(number);
      }
      return table;
    } finally {
      this.opening.delete(file.number);
    }
  }

  private closeTable(table: Table): void {
    const closing: Promise<void> = table
      .close()
      // Nothing was written through this handle, so nothing can be lost; but whoever watches may want to know.
      .catch((error: unknown) => {
        this.context.trace({ kind: "close-failed", file: table.file.name, reason: reasonOf(error) });
      })
      .finally(() => {
        this.closing.delete(closing);
      });
    this.closing.add(closing);
  }
}
