import type { Duration } from "../host/time.ts";
import type { TraceRecord } from "../sim/trace.ts";
import type { Message } from "../checkers/message.ts";
import { isMessageId } from "./messages/english.ts";
import { paramsOf } from "./record-message.ts";

/** One line of a timeline: what one machine did at one moment. */
export interface TimelineRow {
  readonly time: Duration;
  readonly host: string;
  readonly message: Message;
  /** Whether this is where the violation shows. */
  readonly violation: boolean;
  /** What the document calls this moment. */
  readonly label?: string;
}

export interface TimelineOptions {
  /** Machines to show, in order of their lanes; others are left out. */
  readonly hosts: readonly string[];
  /** Show only what happened in these kernel events, such as a violation's causal past. */
  readonly within?: ReadonlySet<number>;
  /** Those of them that are disks. */
  readonly disks?: readonly string[];
  /** The trace record in which the violation shows, or whatever else is to be explained. */
  readonly violation?: TraceRecord;
  /** Whether nothing is violated by it. */
  readonly harmless?: boolean;
  /** Records that are part of the story, however small. */
  readonly context?: readonly TraceRecord[];
  /** What the document calls some of the records. */
  readonly labels?: ReadonlyMap<TraceRecord, string>;
  /** Show what came after the violation too. */
  readonly pastViolation?: boolean;
  readonly from?: Duration;
  readonly to?: Duration;
  /** Keep at most so many rows, the last ones. */
  readonly limit?: number;
}

export interface Timeline {
  readonly rows: readonly TimelineRow[];
  /** Rows that the limit left out, all before the first. */
  readonly omitted: number;
}

/** Events that are too small for a line of their own. */
const UNTOLD: ReadonlySet<string> = new Set(["flush-started", "node-ready", "database-closed", "table-missing"]);

/** What a disk does for a node. Told in the lane of a disk of its own; beside the node's own words it would say all twice. */
const DISKS_OWN: ReadonlySet<string> = new Set(["file-created", "file-unlinked", "file-renamed"]);

/** What happens all the time: told with the whole run, and of the read that went wrong, but not of those before it. */
const ROUTINE: ReadonlySet<string> = new Set([
  "get-began",
  "get-served",
  "stale-attributes",
  "stale-lookup",
  "stale-read",
  "table-opened",
  "file-synced",
  "transfer-short",
]);

/** What the next line says better, on the way to a violation. */
const REPEATED: ReadonlySet<string> = new Set(["open-failed"]);

/** Events that are told in one line when they follow each other on a machine, and the field that lists what they did. */
const GATHERED: ReadonlyMap<string, string> = new Map([
  ["event-file-deleted", "file"],
  ["event-file-created", "path"],
  ["event-file-unlinked", "path"],
]);

/** Turns a trace into lines for a person, leaving out what has no words in the message catalogue. */
export function timeline(records: readonly TraceRecord[], options: TimelineOptions): Timeline {
  const { within, violation, labels, from = 0, to = Infinity, limit = Infinity } = options;
  const context = new Set(options.context);
  const hosts = new Set(options.hosts);
  const disks = new Set(options.disks);
  const began = beginningOf(violation, records);
  const rows: TimelineRow[] = [];
  for (const record of records) {
    const shown = record === violation;
    if (!hosts.has(record.host) || record.time < from || record.time > to) continue;
    if (DISKS_OWN.has(record.data.kind) && !disks.has(record.host)) continue;
    const certain = shown || context.has(record);
    if (!certain && within !== undefined && !belongs(record, within, violation, began)) continue;
    const message = tell(record);
    if (message === undefined) continue;
    const label = labels?.get(record);
    const row: TimelineRow = {
      time: record.time,
      host: record.host,
      message,
      violation: shown && options.harmless !== true,
      ...(label === undefined ? {} : { label }),
    };
    const last = rows.at(-1);
    const gathered = last === undefined ? undefined : gather(last, row);
    if (gathered === undefined) rows.push(row);
    else rows[rows.length - 1] = gathered;
    if (shown && options.pastViolation !== true) break;
  }
  const kept = rows.slice(Math.max(0, rows.length - limit));
  return { rows: kept, omitted: rows.length - kept.length };
}

/** Whether a record is part of the story that ends in the violation; `began` is when the read that went wrong began. */
function belongs(
  record: TraceRecord,
  within: ReadonlySet<number>,
  violation: TraceRecord | undefined,
  began: Duration,
): boolean {
  if (!within.has(record.event) || REPEATED.has(record.data.kind)) return false;
  if (!ROUTINE.has(record.data.kind) || violation === undefined) return true;
  return record.host === violation.host && record.time >= began;
}

/** When the read that the violation is about reached its node. */
function beginningOf(violation: TraceRecord | undefined, records: readonly TraceRecord[]): Duration {
  const began = records.findLast(
    ({ host, time, data }) =>
      data.kind === "get-began" &&
      host === violation?.host &&
      data["key"] === violation.data["key"] &&
      time <= violation.time,
  );
  return began?.time ?? 0;
}

/** A trace event as a message; undefined when there are no words for it. */
function tell({ data }: TraceRecord): Message | undefined {
  const id = `event-${data.kind}`;
  if (UNTOLD.has(data.kind) || !isMessageId(id)) return undefined;
  return { id, params: paramsOf(data) };
}

function gather(last: TimelineRow, next: TimelineRow): TimelineRow | undefined {
  const field = GATHERED.get(next.message.id);
  if (field === undefined || last.host !== next.host || last.message.id !== next.message.id) return undefined;
  if (last.violation || next.violation || last.label !== undefined || next.label !== undefined) return undefined;
  const list = `${last.message.params[field] ?? ""}, ${next.message.params[field] ?? ""}`;
  return { ...last, message: { id: last.message.id, params: { ...last.message.params, [field]: list } } };
}
