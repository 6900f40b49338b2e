import { compareBytes } from "./bytes.ts";
import type { EngineContext } from "./context.ts";
import { reasonOf } from "./context.ts";
import { TableMissingError } from "./errors.ts";
import { isFileSystemError } from "../host/file-system-error.ts";
import type { InternalIterator } from "./internal-iterator.ts";
import { LevelIterator } from "./level-iterator.ts";
import type { LookupResult } from "./lookup.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import { type RangeTombstone, RangeTombstones } from "./range-tombstones.ts";
import type { Table } from "./table.ts";
import type { TableCache } from "./table-cache.ts";
import { SequentialTableIterator, TableIterator } from "./table-iterator.ts";
import type { TableFile } from "./table-file.ts";

/**
 * The tables that make up the database's stored content at one time, by level. Level 0 holds flushed memtables, which
 * may overlap, the newest first; on every other level the tables are disjoint and in order. Older entries of a key are
 * on deeper levels. Never changes.
 *
 * Readers hold a reference while they use a version: its tables' files are kept as long.
 */
export class Version {
  /** One more than its predecessor's. */
  readonly number: number;
  readonly levels: readonly (readonly TableFile[])[];
  private readonly context: EngineContext;
  private readonly tables: TableCache;
  private readonly onUnused: (version: Version) => void;
  private references = 0;
  private tombstones: RangeTombstones | undefined;

  constructor(
    context: EngineContext,
    tables: TableCache,
    number: number,
    levels: readonly (readonly TableFile[])[],
    onUnused: (version: Version) => void,
  ) {
    this.context = context;
    this.tables = tables;
    this.number = number;
    this.levels = levels;
    this.onUnused = onUnused;
  }

  acquire(): this {
    this.references++;
    return this;
  }

  release(): void {
    this.references--;
    if (this.references === 0) this.onUnused(this);
  }

  /** All tables, level by level. */
  files(): TableFile[] {
    return this.levels.flat();
  }

  level(level: number): readonly TableFile[] {
    return this.levels[level] ?? [];
  }

  /**
   * What the tables say of `key` as of `sequence`: on level 0 the newest first, then level by level. Whoever waits for
   * a promise must hold a reference meanwhile.
   *
   * @throws TableMissingError, CorruptionError, FileSystemError
   */
  get(key: Uint8Array, sequence: number): MaybePromise<LookupResult> {
    return this.searchLevel0(key, sequence, 0);
  }

  /** The tables of a level that meet [from, to] in user keys; an end that is undefined is open. */
  overlapping(level: number, from: Uint8Array | undefined, to: Uint8Array | undefined): TableFile[] {
    return this.level(level).filter((file) => file.overlaps(from, to));
  }

  /**
   * The range deletes of all tables: of each key, those of newer tables cover what older ones hold. Whoever waits for a
   * promise must hold a reference meanwhile.
   *
   * @throws TableMissingError, CorruptionError, FileSystemError
   */
  rangeDeletions(): MaybePromise<RangeTombstones> {
    if (this.tombstones !== undefined) return this.tombstones;
    const files = this.files().filter((file) => file.rangeDeletions > 0);
    if (files.length === 0) return (this.tombstones = RangeTombstones.NONE);
    return this.rangeDeletionsOf(files).then((tombstones) => (this.tombstones = tombstones));
  }

  /** The range deletes of some of the tables. */
  async rangeDeletionsOf(files: readonly TableFile[]): Promise<RangeTombstones> {
    const all: RangeTombstone[] = [];
    for (const file of files) {
      if (file.rangeDeletions === 0) continue;
      const table = await this.openTable(file);
      all.push(...table.rangeDeletions.within());
      table.unpin();
    }
    return new RangeTombstones(all);
  }

  /** Iterators that together have all entries of single keys: one for each of the {@link runs}. */
  iterators(): InternalIterator[] {
    return this.runs().map((files) => this.levelIterator(files));
  }

  /** The tables in sorted runs, newer entries of a key in earlier ones: each of level 0 alone, then each level. */
  runs(): readonly (readonly TableFile[])[] {
    return this.levels.flatMap((files, level) => {
      const runs = level === 0 ? files.map((file) => [file]) : [files];
      return runs.filter((run) => run.length > 0);
    });
  }

  /** One walk forwards over a run, reading ahead, past the cache. @param readAhead bytes to read at once */
  sequentialIterator(files: readonly TableFile[], readAhead: number): InternalIterator {
    return this.runIterator(files, (table) => new SequentialTableIterator(table, readAhead));
  }

  /**
   * The table for a file of this version, pinned for the caller, who must unpin it. @throws TableMissingError,
   * CorruptionError, FileSystemError
   */
  openTable(file: TableFile): MaybePromise<Table> {
    const found = this.tables.acquire(file);
    if (!(found instanceof Promise)) return found;
    return found.catch((error: unknown) => {
      throw this.explained(error, file);
    });
  }

  /** An error from reading a table, with the version that led there where that explains it. */
  explained(error: unknown, file: TableFile): unknown {
    if (!isFileSystemError(error, "ENOENT") && !isFileSystemError(error, "ESTALE")) return error;
    this.context.trace({ kind: "table-missing", file: file.name, version: this.number, reason: reasonOf(error) });
    return new TableMissingError(file.name, this.number, { cause: error });
  }

  private levelIterator(files: readonly TableFile[]): InternalIterator {
    return this.runIterator(files, (table) => new TableIterator(table));
  }

  private runIterator(files: readonly TableFile[], iterate: (table: Table) => InternalIterator): InternalIterator {
    return new LevelIterator(
      files,
      (file) => {
        const table = this.openTable(file);
        return table instanceof Promise ? table.then(iterate) : iterate(table);
      },
      (error, file) => this.explained(error, file),
    );
  }

  private searchLevel0(key: Uint8Array, sequence: number, from: number): MaybePromise<LookupResult> {
    const files = this.level(0);
    for (let i = from; i < files.length; i++) {
      const file = files[i] as TableFile;
      if (!file.mayContain(key)) continue;
      const result = this.searchTable(file, key, sequence);
      if (result instanceof Promise) {
        return result.then((found) => (found !== undefined ? found : this.searchLevel0(key, sequence, i + 1)));
      }
      if (result !== undefined) return result;
    }
    return this.searchDeeper(key, sequence, 1);
  }

  private searchDeeper(key: Uint8Array, sequence: number, from: number): MaybePromise<LookupResult> {
    for (let level = from; level < this.levels.length; level++) {
      const file = findTable(this.level(level), key);
      if (file === undefined) continue;
      const result = this.searchTable(file, key, sequence);
      if (result instanceof Promise) {
        return result.then((found) => (found !== undefined ? found : this.searchDeeper(key, sequence, level + 1)));
      }
      if (result !== undefined) return result;
    }
    return undefined;
  }

  private searchTable(file: TableFile, key: Uint8Array, sequence: number): MaybePromise<LookupResult> {
    this.context.counters.tableProbes++;
    const table = this.openTable(file);
    if (table instanceof Promise) return this.searchWhenOpen(table, file, key, sequence);
    let result: MaybePromise<LookupResult>;
    try {
      result = table.get(key, sequence);
    } finally {
      // A read of a block holds a pin of its own.
      table.unpin();
    }
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      throw this.explained(error, file);
    });
  }

  private async searchWhenOpen(
    opening: Promise<Table>,
    file: TableFile,
    key: Uint8Array,
    sequence: number,
  ): Promise<LookupResult> {
    const table = await opening;
    try {
      return await table.get(key, sequence);
    } catch (error) {
      throw this.explained(error, file);
    } finally {
      table.unpin();
    }
  }
}

/** The one table of a sorted, disjoint level whose range contains `key`. */
function findTable(files: readonly TableFile[], key: Uint8Array): TableFile | undefined {
  let low = 0;
  let high = files.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((files[middle] as TableFile).endsBefore(key)) low = middle + 1;
    else high = middle;
  }
  const file = files[low];
  return file !== undefined && compareBytes(file.smallest.userKey, key) <= 0 ? file : undefined;
}
