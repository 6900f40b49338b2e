import type { ReplicatedLog } from "../replication/replicated-log.ts";
import type { WalStreamSettings } from "./settings.ts";

/** Somebody who needs the log from some entry on. */
export interface LogHolder {
  readonly replica: string;
  /** Ends what it needs it for. */
  end(code: string): void;
}

/** How much of its log a node keeps. */
export class Retention {
  protected readonly settings: WalStreamSettings;
  private readonly holds = new Map<LogHolder, number>();

  constructor(settings: WalStreamSettings) {
    this.settings = settings;
  }

  /** Keeps the entries behind an LSN, for a replica that is connected or being copied to. Replaces what it held before. */
  hold(holder: LogHolder, lsn: number): void {
    this.holds.set(holder, lsn);
  }

  release(holder: LogHolder): void {
    this.holds.delete(holder);
  }

  /** LSN behind which somebody needs all entries; undefined when nobody needs any. */
  get needed(): number | undefined {
    let least: number | undefined;
    for (const lsn of this.holds.values()) if (least === undefined || lsn < least) least = lsn;
    return least;
  }

  /** Whether there is so much log that some of it may go. */
  isDue(log: ReplicatedLog): boolean {
    return log.bytes > this.settings.keptBytes + this.settings.segmentBytes;
  }

  /**
   * LSN of the first entry that stays.
   *
   * @param durable LSN up to which the data would be there after a crash without the log
   */
  firstKept(log: ReplicatedLog, durable: number): number {
    const held = this.held(this.startOfLast(log, this.settings.keptBytes));
    // Beyond the cap nobody is waited for: a replica that never comes back must not fill the disk.
    const capped = Math.max(held, this.startOfLast(log, this.settings.mostKeptBytes));
    return Math.min(capped, durable + 1);
  }

  /** Those whose entries would go. */
  lost(firstKept: number): LogHolder[] {
    return [...this.holds].filter(([, lsn]) => lsn + 1 < firstKept).map(([holder]) => holder);
  }

  /** LSN of the first entry that must stay for those who need it. @param kept the first that would stay for nobody */
  protected held(kept: number): number {
    const { needed } = this;
    return needed === undefined ? kept : Math.min(kept, needed + 1);
  }

  /** LSN of the first of the newest entries that take so many bytes, about: entries are taken for equally large. */
  private startOfLast(log: ReplicatedLog, bytes: number): number {
    const count = log.last.lsn - log.base.lsn;
    if (log.bytes <= bytes) return log.first;
    return log.last.lsn + 1 - Math.floor((count * bytes) / log.bytes);
  }
}
