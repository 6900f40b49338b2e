import { defaultEngineParts, type EngineParts } from "../../engine/index.ts";
import { parseFileName, tableName } from "../../engine/file-names.ts";
import type { Host } from "../../host/host.ts";
import type { MonotonicTime } from "../../host/time.ts";
import { PinTable, type PinGrant, type PinStatement } from "./pin-table.ts";
import type { SharedDiskSettings } from "./settings.ts";
import type { Switches } from "./switches.ts";

/** Between two looks whether files that had to stay may go. */
const COLLECTIONS_PER_LEASE = 4;

/** How many deletions are remembered, for whoever watches that none was of what somebody leases. */
const REMEMBERED_DELETIONS = 64;

/**
 * When the primary deletes what its own versions no longer need. With neither deferral nor leases: at once, whoever may be
 * reading.
 */
export class DeletionPolicy {
  private readonly host: Host;
  private readonly switches: Switches;
  private readonly settings: SharedDiskSettings;
  private readonly startedAt: MonotonicTime;
  private readonly pins: PinTable;
  /** When each file that is still there became obsolete. */
  private readonly obsolete = new Map<string, MonotonicTime>();
  private readonly deleted_: number[] = [];
  private collect: () => Promise<void> = () => Promise.resolve();

  constructor(host: Host, switches: Switches, settings: SharedDiskSettings) {
    this.host = host;
    this.switches = switches;
    this.settings = settings;
    this.pins = new PinTable(settings.lease);
    this.startedAt = host.clock.monotonic();
  }

  /** Takes a holder's statement. @param live the tables of the current version */
  pin(statement: PinStatement, live: ReadonlySet<number>): PinGrant {
    const isThere = (table: number): boolean => live.has(table) || this.obsolete.has(tableName(table));
    return this.pins.state(statement, this.host.clock.monotonic(), isThere);
  }

  /** The tables that are pinned now. */
  pinned(): number[] {
    return this.pins.pinned(this.host.clock.monotonic());
  }

  /** How many obsolete files there are still. */
  get waiting(): number {
    return this.obsolete.size;
  }

  /** The tables that were deleted last, the newest at the end. */
  get deleted(): readonly number[] {
    return this.deleted_;
  }

  /** Whether everything must stay for now: what others lease may have been forgotten with the memory of an earlier life. */
  settling(): boolean {
    const { switches, settings } = this;
    return switches.leases && this.host.clock.monotonic() - this.startedAt < settings.lease;
  }

  /** Deletes on and on what has come to be due, until `closed`. */
  async run(closed: () => boolean): Promise<void> {
    const { deletionDelay, lease } = this.settings;
    const { leases } = this.switches;
    const period = Math.ceil((leases ? lease : deletionDelay) / COLLECTIONS_PER_LEASE);
    while (!closed()) {
      await this.host.clock.sleep(period);
      this.pins.forgetExpired(this.host.clock.monotonic());
      if (!closed()) await this.collect();
    }
  }

  /** An engine that deletes by this policy. */
  parts(parts: EngineParts = defaultEngineParts): EngineParts {
    const { switches } = this;
    if (!switches.leases && !switches["deferred-deletion"]) return parts;
    const noted = (name: string): void => void this.obsolete.set(name, this.host.clock.monotonic());
    const gone = (name: string): void => this.noteDeletion(name);
    const isDue = (name: string): boolean => this.isDue(name);
    const collectedBy = (collect: () => Promise<void>): void => {
      this.collect = collect;
    };
    return {
      ...parts,
      ObsoleteFiles: class extends parts.ObsoleteFiles {
        constructor(...given: ConstructorParameters<EngineParts["ObsoleteFiles"]>) {
          super(...given);
          collectedBy(() => super.collect());
        }

        /** Not here and now: whoever asks for it would wait until all that has come to be due at once is gone. */
        override collect(): Promise<void> {
          return Promise.resolve();
        }

        protected override enqueue(name: string): void {
          noted(name);
          super.enqueue(name);
        }

        protected override isDue(name: string): boolean {
          return isDue(name);
        }

        protected override remove(name: string): Promise<void> {
          // Before it is asked for: from now on nobody may be told that it is there.
          gone(name);
          return super.remove(name);
        }
      },
    };
  }

  private noteDeletion(name: string): void {
    this.obsolete.delete(name);
    const file = parseFileName(name);
    if (file?.kind === "table") this.deleted_.push(file.number);
    if (this.deleted_.length > REMEMBERED_DELETIONS) this.deleted_.shift();
  }

  /** Whether an obsolete file may be deleted now. */
  protected isDue(name: string): boolean {
    const { switches, settings } = this;
    const now = this.host.clock.monotonic();
    const since = this.obsolete.get(name) ?? this.startedAt;
    if (switches["deferred-deletion"] && now - since < settings.deletionDelay) return false;
    if (!switches.leases) return true;
    if (this.settling()) return false;
    const file = parseFileName(name);
    return file?.kind !== "table" || !this.pins.isPinned(file.number, now);
  }
}
