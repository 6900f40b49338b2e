import { isFileSystemError } from "../host/file-system-error.ts";
import type { EngineContext } from "./context.ts";
import { reasonOf } from "./context.ts";
import { logName, manifestName, parseFileName, tableName } from "./file-names.ts";
import type { TableCache } from "./table-cache.ts";
import type { TableFile } from "./table-file.ts";
import type { ObsoleteListener } from "./version-set.ts";

/** What a sweep of the directory must keep. */
export interface LiveFiles {
  readonly manifest: number;
  /** Logs from this one on. */
  readonly log: number;
  readonly tables: ReadonlySet<number>;
}

/**
 * Deletes files that nothing needs any more. They are named here once the version edit that gave them up is durable,
 * never before: until then a crash brings back the version that needs them.
 */
export class ObsoleteFiles implements ObsoleteListener {
  protected readonly context: EngineContext;
  private readonly tables: TableCache;
  private queue: string[] = [];
  private running: Promise<void> | undefined;
  private holds = 0;

  constructor(context: EngineContext, tables: TableCache) {
    this.context = context;
    this.tables = tables;
  }

  /**
   * Keeps every file from being deleted until the function it returns is called, for whoever needs them by name.
   * Files that are being deleted at this moment may still go: they were obsolete before.
   */
  hold(): () => void {
    this.holds++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.holds--;
    };
  }

  /** Whether files wait that may be deleted now. */
  get pending(): boolean {
    return this.queue.some((name) => this.isDue(name));
  }

  /** How many files wait to be deleted. */
  get count(): number {
    return this.queue.length;
  }

  tableUnused(file: TableFile): void {
    this.tables.evict(file.number);
    this.enqueue(file.name);
  }

  /** A table that was begun, and is in no version. */
  tableAbandoned(number: number): void {
    this.enqueue(tableName(number));
  }

  manifestReplaced(number: number): void {
    this.enqueue(manifestName(number));
  }

  /** A log whose writes are all in tables. */
  logFlushed(number: number): void {
    this.enqueue(logName(number));
  }

  /** Finds what an earlier incarnation left in the directory. */
  sweep(names: readonly string[], live: LiveFiles): void {
    for (const name of names) if (!this.isLive(name, live)) this.enqueue(name);
  }

  /**
   * Deletes what waits to be. Failures are traced: the next open tries again. After the database failed, nothing is
   * deleted.
   */
  collect(): Promise<void> {
    this.running ??= this.drain().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  /** Whether a name in the directory belongs to something in use, or is none of the engine's. */
  protected isLive(name: string, live: LiveFiles): boolean {
    const file = parseFileName(name);
    switch (file?.kind) {
      case "manifest":
        return file.number === live.manifest;
      case "log":
        return file.number >= live.log;
      case "table":
        return live.tables.has(file.number);
      case "temporary":
        return false;
      default:
        return true;
    }
  }

  /**
   * Whether files may be deleted now. What a failed database believes to be obsolete may be all that a recovery finds;
   * what somebody holds, such as a checkpoint that is being made, must stay.
   */
  protected mayDelete(): boolean {
    return !this.context.health.failed && this.holds === 0;
  }

  /** Takes note of a file that nothing of this database needs any more. */
  protected enqueue(name: string): void {
    this.queue.push(name);
  }

  /** Whether a file that waits may go now; one that may not goes on waiting, for a later {@link collect}. */
  protected isDue(_name: string): boolean {
    return true;
  }

  protected remove(name: string): Promise<void> {
    return this.context.fs.unlink(this.context.path(name));
  }

  private async drain(): Promise<void> {
    while (this.mayDelete()) {
      const names: string[] = [];
      const later: string[] = [];
      for (const name of this.queue) (this.isDue(name) ? names : later).push(name);
      if (names.length === 0) return;
      this.queue = later;
      for (const [index, name] of names.entries()) {
        if (!this.mayDelete()) {
          this.queue.unshift(...names.slice(index));
          return;
        }
        // Once more: those before it took their time, and somebody may have come to need it meanwhile.
        if (!this.isDue(name)) {
          this.queue.push(name);
          continue;
        }
        try {
          this.context.trace({ kind: "file-delete-started", file: name });
          await this.remove(name);
          this.context.trace({ kind: "file-deleted", file: name });
        } catch (error) {
          if (isFileSystemError(error, "ENOENT")) continue;
          this.context.trace({ kind: "file-delete-failed", file: name, reason: reasonOf(error) });
        }
      }
    }
  }
}
