import { type Entry, entryBytes } from "./core/entry.ts";
import type { RaftCore } from "./core/raft-core.ts";
import type { DriverContext } from "./driver.ts";
import type { Storage } from "./storage.ts";

/** What the compaction of a log needs of its driver. */
export interface LogCompactionHome {
  readonly context: DriverContext;
  readonly storage: Storage;
  readonly core: RaftCore;
  /** Whether the driver has ended, or a copy of all data is about to take the place of log and data. */
  readonly replacing: boolean;
  /** The log begins behind an index from now on. */
  compacted(index: number): void;
  failed(error: unknown): void;
}

/** Gives up the part of the log that followers who are behind are not sent any more. */
export class LogCompaction {
  private readonly home: LogCompactionHome;
  /** Indexes from which on the log is kept for snapshots that are under way, by who needs it. */
  private readonly kept = new Map<string, number>();
  private running = false;

  constructor(home: LogCompactionHome) {
    this.home = home;
  }

  /** Keeps the log behind an index for a snapshot that is under way, or no longer. */
  keep(holder: string, index: number | undefined): void {
    if (index === undefined) this.kept.delete(holder);
    else this.kept.set(holder, index);
  }

  /** Begins to compact, if there is reason to. */
  consider(): void {
    const { home } = this;
    const { host, settings } = home.context;
    const { store, log } = home.storage;
    if (this.running || log.bytes <= settings.keptBytes + settings.segmentBytes) return;
    this.running = true;
    // A snapshot may come and take the place of both.
    const isCurrent = (): boolean => home.storage.store === store && !home.replacing;
    host.spawn("compact the log", async () => {
      try {
        const { lsn } = await store.makeDurable();
        if (!isCurrent()) return;
        await log.dropBefore(Math.min(lsn, this.compactable(), ...this.kept.values()) + 1);
        if (isCurrent()) home.compacted(log.base.lsn);
      } catch (error) {
        if (isCurrent()) home.failed(error);
      } finally {
        this.running = false;
      }
    });
  }

  /** Index of the last entry that lies further back than the bytes that are kept. */
  private compactable(): number {
    const { core, context } = this.home;
    const { log, applied } = core.inspect();
    let bytes = 0;
    let index = applied;
    for (; index > log.base.index; index--) {
      bytes += entryBytes(log.entryAt(index) as Entry);
      if (bytes > context.settings.keptBytes / 2) break;
    }
    return index;
  }
}
