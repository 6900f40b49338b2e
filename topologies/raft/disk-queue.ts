import type { MonotonicTime } from "../../host/time.ts";
import type { HardState } from "./core/core-settings.ts";
import type { Message } from "./core/messages.ts";
import type { Ready, SnapshotInstall } from "./core/ready.ts";
import type { Storage } from "./storage.ts";

/** What the queue tells its driver. */
export interface DiskQueueHome {
  readonly storage: Storage;
  now(): MonotonicTime;
  /** Puts a received snapshot in the place of log and data, with what is to be kept of term and vote. */
  install(snapshot: SnapshotInstall, hardState: HardState | undefined): Promise<void>;
  /** All batches up to a number are durable; their messages may go. */
  durable(number: number, messages: readonly Message[]): void;
  failed(error: unknown): void;
}

/**
 * Makes batches of effects durable, in order. Those that come while others are on their way share the next write and sync
 * (group commit).
 */
export class DiskQueue {
  protected readonly home: DiskQueueHome;
  private waiting: Ready[] = [];
  private busySince_: MonotonicTime | undefined;
  private ended = false;
  private running: Promise<void> = Promise.resolve();

  constructor(home: DiskQueueHome) {
    this.home = home;
  }

  /** Since when the disk has been at work on the batches that it has; undefined when it has none. */
  get busySince(): MonotonicTime | undefined {
    return this.busySince_;
  }

  add(ready: Ready): void {
    this.waiting.push(ready);
    if (this.busySince_ === undefined && !this.ended) this.running = this.run();
  }

  /** Begins nothing more. Resolves when nothing is under way. */
  async end(): Promise<void> {
    this.ended = true;
    await this.running;
  }

  private async run(): Promise<void> {
    try {
      while (this.waiting.length > 0) {
        this.busySince_ = this.home.now();
        const group = this.waiting;
        this.waiting = [];
        await this.store(group);
        const last = group.at(-1) as Ready;
        this.home.durable(
          last.number,
          group.flatMap(({ afterDurable }) => afterDurable),
        );
      }
      this.busySince_ = undefined;
    } catch (error) {
      // Still busy: nothing that was to be durable will be.
      this.home.failed(error);
    }
  }

  private async store(group: readonly Ready[]): Promise<void> {
    const { home } = this;
    const { storage } = home;
    let hardState: HardState | undefined;
    let syncs = false;
    for (const ready of group) {
      if (ready.install !== undefined) {
        await home.install(ready.install, ready.hardState ?? hardState);
        hardState = undefined;
      } else if (ready.hardState !== undefined && ready.mustSync) ({ hardState } = ready);
      if (ready.truncateAfter !== undefined) await storage.log.truncateAfter(ready.truncateAfter);
      if (ready.entries.length === 0) continue;
      syncs = true;
      await storage.append(ready.entries);
    }
    await this.makeDurable(hardState, syncs);
  }

  /** Before any message leaves that promises it, and before the leader counts its own copy. */
  protected async makeDurable(hardState: HardState | undefined, entries: boolean): Promise<void> {
    const { storage } = this.home;
    if (hardState !== undefined && this.isNews(hardState)) await storage.keep(hardState);
    if (entries) await storage.sync();
  }

  /** A commit index alone is not worth a write: it is learned anew from the leader. */
  private isNews({ term, vote }: HardState): boolean {
    const kept = this.home.storage.kept;
    return kept.term !== term || kept.vote !== vote;
  }
}
