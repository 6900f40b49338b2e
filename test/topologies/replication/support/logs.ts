import { defaultReplicationParts } from "../../../../topologies/replication/parts.ts";
import type { LogSettings, ReplicatedLog } from "../../../../topologies/replication/replicated-log.ts";
import type { LogEntry, Position } from "../../../../topologies/replication/position.ts";
import { text } from "../../../engine/support/bytes.ts";
import type { Machine } from "../../../engine/support/disks.ts";

const encoder = new TextEncoder();

export const DIRECTORY = "/log";

/** Segments so small that a few entries fill one, and next to nothing kept in memory. */
export const TINY_LOG = { directory: DIRECTORY, segmentBytes: 300, recentBytes: 200 };

export function openLog(
  machine: Pick<Machine, "host" | "fs">,
  more: Partial<LogSettings> = {},
): Promise<ReplicatedLog> {
  return defaultReplicationParts.ReplicatedLog.open({ host: machine.host, fs: machine.fs, ...TINY_LOG, ...more });
}

export function entry(epoch: number, lsn: number, payload = `entry ${epoch}/${lsn}`): LogEntry {
  return { epoch, lsn, payload: encoder.encode(payload) };
}

/** An entry as text, to be compared: epoch, LSN and payload. */
export function told({ epoch, lsn, payload }: LogEntry): string {
  return `${epoch}/${lsn} ${text(payload) ?? ""}`;
}

/** Everything in a log, read from `from` on in small steps. */
export async function readLog(log: ReplicatedLog, from = log.first, maxBytes = 50): Promise<string[]> {
  const found: string[] = [];
  for (let next = from; ;) {
    const entries = await log.entries(next, { maxBytes });
    if (entries.length === 0) return found;
    for (const each of entries) found.push(told(each));
    next += entries.length;
  }
}

/** What a log should be. */
export class LogModel {
  base: Position = { epoch: 0, lsn: 0 };
  entries: LogEntry[] = [];

  get last(): Position {
    const { epoch, lsn } = this.entries.at(-1) ?? this.base;
    return { epoch, lsn };
  }

  at(lsn: number): Position {
    const { epoch } = lsn === this.base.lsn ? this.base : (this.entries[lsn - this.base.lsn - 1] as LogEntry);
    return { epoch, lsn };
  }

  truncateAfter(lsn: number): void {
    this.entries = this.entries.slice(0, Math.max(0, lsn - this.base.lsn));
  }

  /** Takes over where the log begins, which may be anywhere up to `limit`. */
  drop(base: Position): void {
    this.entries = this.entries.slice(base.lsn - this.base.lsn);
    this.base = base;
  }

  reset(base: Position): void {
    this.base = base;
    this.entries = [];
  }

  get told(): string[] {
    return this.entries.map(told);
  }

  get boundaries(): { epoch: number; first: number }[] {
    const found: { epoch: number; first: number }[] = [];
    for (const { epoch, lsn } of this.entries) if (found.at(-1)?.epoch !== epoch) found.push({ epoch, first: lsn });
    return found;
  }
}
