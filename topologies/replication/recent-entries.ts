import type { LogEntry } from "./position.ts";

/** What an entry takes in memory beside its payload, about. */
const ENTRY_OVERHEAD = 64;
/** So many places at the front may be empty before those behind move up. */
const SLACK = 1_024;

/** The newest entries of a log, in memory: what is sent to others is mostly what was just appended. */
export class RecentEntries {
  private readonly limit: number;
  private entries: LogEntry[] = [];
  /** Where in `entries` the oldest is; places before it are empty. */
  private head = 0;
  private bytes = 0;

  /** @param limit bytes that are kept */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** The lowest LSN that is here; undefined when none is. */
  get first(): number | undefined {
    return this.entries[this.head]?.lsn;
  }

  /** Adds the entry behind the last. */
  add(entry: LogEntry): void {
    this.entries.push(entry);
    this.bytes += entry.payload.length + ENTRY_OVERHEAD;
  }

  /** Gives up the oldest, down to the limit. @param written LSN of the last entry that can be read from the disk instead */
  trim(written: number): void {
    while (this.bytes > this.limit && (this.first ?? written + 1) <= written) this.removeOldest();
    if (this.head > SLACK) {
      this.entries = this.entries.slice(this.head);
      this.head = 0;
    }
  }

  /** Gives up the entries below `lsn`. */
  dropBefore(lsn: number): void {
    while ((this.first ?? lsn) < lsn) this.removeOldest();
  }

  /** Removes the entries behind `lsn`. */
  truncateAfter(lsn: number): void {
    while (this.entries.length > this.head && (this.entries.at(-1) as LogEntry).lsn > lsn) {
      this.bytes -= (this.entries.pop() as LogEntry).payload.length + ENTRY_OVERHEAD;
    }
    if (this.entries.length === this.head) {
      this.entries = [];
      this.head = 0;
    }
  }

  /** The entries from `from`, which is here, to `to`: as many as fit into `maxBytes` of payload, but at least one. */
  take(from: number, to: number, maxBytes: number): LogEntry[] {
    const taken: LogEntry[] = [];
    let bytes = 0;
    for (let at = this.head + from - (this.first as number); at < this.entries.length; at++) {
      const entry = this.entries[at] as LogEntry;
      bytes += entry.payload.length;
      if (entry.lsn > to || (bytes > maxBytes && taken.length > 0)) break;
      taken.push(entry);
    }
    return taken;
  }

  private removeOldest(): void {
    const { entries, head } = this;
    this.bytes -= (entries[head] as LogEntry).payload.length + ENTRY_OVERHEAD;
    // Its payload must not stay in memory until the places move up.
    (entries as (LogEntry | undefined)[])[head] = undefined;
    this.head++;
    if (this.head === entries.length) {
      this.entries = [];
      this.head = 0;
    }
  }
}
