import type { TraceRecord } from "../sim/trace.ts";
import { LaneBuilder, type Marks } from "./marks.ts";
import { isRead, signOf, Weight, type MarkKind } from "./mark.ts";

export type LaneKind = "faults" | "client" | "node" | "lsm" | "disk" | "network";

/** One lane of the timeline. Its marks are in rows, the topmost being 0. */
export interface Lane {
  readonly kind: LaneKind;
  /** Whose it is; "" for what belongs to no machine. */
  readonly host: string;
  readonly rows: number;
  readonly marks: Marks;
}

/** The machines of a run, in the order in which they are shown. */
export interface Machines {
  readonly nodes: readonly string[];
  readonly disks: readonly string[];
  readonly clients: readonly string[];
}

/** All lanes of a run, and where each record is shown. */
export interface Lanes {
  readonly lanes: readonly Lane[];
  /** By record: the lane that shows it, -1 for none. What only arrows show has none. */
  readonly laneOf: Int32Array;
  /** By record: its mark within that lane. */
  readonly markOf: Int32Array;
}

/** Rows of the lanes that have more than one. */
const FAULT_ROWS = 4;
const FLUSH_ROW = 0;
const COMPACTION_ROW = 1;
const FILES_ROW = 2;

/** Pairs of events that make one mark from the first to the second: what the second is, and which fields must agree. */
interface Span {
  readonly ends: ReadonlySet<string>;
  readonly same: readonly string[];
  readonly kind: MarkKind;
}

const LSM_SPANS: ReadonlyMap<string, Span & { readonly row: number }> = new Map([
  ["flush-started", { ends: new Set(["flush-finished"]), same: ["database", "file"], kind: "flush", row: FLUSH_ROW }],
  [
    "compaction-started",
    { ends: new Set(["compaction-finished"]), same: ["database", "inputs"], kind: "compaction", row: COMPACTION_ROW },
  ],
  ["write-stall", { ends: new Set(["write-resumed"]), same: ["database", "reason"], kind: "stall", row: FLUSH_ROW }],
]);

const ENDS: ReadonlyMap<string, Span> = new Map(
  [...LSM_SPANS.values()].flatMap((span) => [...span.ends].map((end): [string, Span] => [end, span])),
);

/** What takes a host down, until it starts again. */
const FALLS: ReadonlySet<string> = new Set(["host-killed", "host-lost-power", "host-crashed"]);

/** What shows as the beginning or end of a mark, and needs none of its own. */
const SPANNED: ReadonlySet<string> = new Set([...FALLS, "host-paused", "host-resumed"]);

/** What makes a node the one that takes changes, and what ends that. */
const RISES: ReadonlySet<string> = new Set(["became-primary", "became-leader"]);
const STEPS_DOWN: ReadonlySet<string> = new Set(["stepped-down", "deposed", "became-replica"]);

/**
 * Sorts a trace into lanes: faults first, then clients, then each node with its LSM tree below it, disks of their own, and
 * the network. Operations, flushes, compactions, stalls, faults and outages are marks from their beginning to their end;
 * what has not ended lasts to the end of the run, and work of a machine until that falls.
 *
 * @param violation the record in which a violation shows
 */
export function buildLanes(records: readonly TraceRecord[], machines: Machines, violation?: TraceRecord): Lanes {
  const sorter = new Sorter(records, machines);
  for (const record of records) sorter.take(record);
  return sorter.finish(violation);
}

interface Draft {
  readonly kind: LaneKind;
  readonly host: string;
  readonly builder: LaneBuilder;
}

/** A mark that has not ended yet. */
interface Begun {
  readonly draft: Draft;
  readonly mark: number;
}

class Sorter {
  private readonly drafts: Draft[] = [];
  private readonly faults: Draft;
  private readonly network: Draft;
  private readonly own = new Map<string, Draft>();
  private readonly lsm = new Map<string, Draft>();
  private readonly disks: ReadonlySet<string>;
  private readonly laneOf: Int32Array;
  private readonly markOf: Int32Array;
  /** Marks that have begun, by what will end them; of several, the eldest ends first. */
  private readonly open = new Map<string, Begun[]>();
  /** Rows of the lane of faults that are taken, each by the mark that is in it. */
  private readonly faultRows: (number | undefined)[] = [];
  private readonly records: readonly TraceRecord[];

  constructor(records: readonly TraceRecord[], { nodes, disks, clients }: Machines) {
    this.records = records;
    this.disks = new Set(disks);
    this.laneOf = new Int32Array(records.length).fill(-1);
    this.markOf = new Int32Array(records.length).fill(-1);
    this.faults = this.add("faults", "");
    for (const client of clients) this.own.set(client, this.add("client", client));
    for (const node of nodes) {
      this.own.set(node, this.add("node", node));
      this.lsm.set(node, this.add("lsm", node));
    }
    for (const disk of disks) this.own.set(disk, this.add("disk", disk));
    this.network = this.add("network", "");
  }

  take(record: TraceRecord): void {
    const { kind } = record.data;
    if (kind === "fault-began") this.beginFault(record);
    else if (kind === "fault-ended") this.endFault(record);
    else if (kind === "client-invoked") this.beginOperation(record);
    else if (kind === "client-answered" || kind === "client-refused") this.endOperation(record);
    else if (kind !== "message-sent" && kind !== "message-delivered") this.takeOther(record);
  }

  finish(violation: TraceRecord | undefined): Lanes {
    const end = this.records.at(-1);
    if (end !== undefined)
      for (const { draft, mark } of [...this.open.values()].flat()) draft.builder.leaveOpen(mark, end);
    if (violation !== undefined) {
      const draft = this.drafts[this.laneOf[violation.index] ?? -1];
      draft?.builder.raise(this.markOf[violation.index] ?? 0, Weight.VIOLATION);
    }
    const lanes = this.drafts.map(({ kind, host, builder }): Lane => {
      const rows = builder.closeRows();
      return { kind, host, rows, marks: builder.finish() };
    });
    return { lanes, laneOf: this.laneOf, markOf: this.markOf };
  }

  private takeOther(record: TraceRecord): void {
    const { host, data } = record;
    const span = LSM_SPANS.get(data.kind);
    if (span !== undefined) {
      this.begin(this.lsmOf(host), record, span.kind, span.row, keyOf(host, span, record));
      return;
    }
    const ending = ENDS.get(data.kind);
    if (ending !== undefined && this.end(keyOf(host, ending, record), record)) return;
    this.takeLife(record);
    if (SPANNED.has(data.kind)) return;
    const { kind, place, weight } = signOf(data.kind);
    const draft = place === "network" ? this.network : place === "files" ? this.filesOf(host) : this.ownOf(host);
    if (draft === undefined) return;
    const row = place === "files" && draft.kind === "lsm" ? FILES_ROW : 0;
    this.tie(record, draft, draft.builder.point(record, kind, row, weight));
  }

  /** Outages, pauses and reigns: marks that lie behind what else happens on a node. */
  private takeLife(record: TraceRecord): void {
    const { host, data } = record;
    const own = this.ownOf(host);
    if (own === undefined) return;
    if (FALLS.has(data.kind)) {
      this.dropWork(record);
      this.end(`paused ${host}`, record);
      this.end(`leads ${host}`, record);
      this.end(`down ${host}`, record);
      this.begin(own, record, "down", 0, `down ${host}`, Weight.WRONG);
    } else if (data.kind === "host-started") {
      this.end(`down ${host}`, record);
    } else if (data.kind === "host-paused") {
      this.begin(own, record, "paused", 0, `paused ${host}`, Weight.NOTABLE);
    } else if (data.kind === "host-resumed") {
      this.end(`paused ${host}`, record);
    } else if (RISES.has(data.kind)) {
      this.end(`leads ${host}`, record);
      this.begin(own, record, "leads", 0, `leads ${host}`);
    } else if (STEPS_DOWN.has(data.kind) || (data.kind === "role-changed" && data["role"] !== "leader")) {
      this.end(`leads ${host}`, record);
    }
  }

  /** A host that falls leaves its flushes and compactions undone, and waits for nothing any more. */
  private dropWork(record: TraceRecord): void {
    const kinds = [...LSM_SPANS.values()].map(({ kind }) => `${kind} ${record.host} `);
    for (const key of [...this.open.keys()]) {
      if (kinds.some((kind) => key.startsWith(kind))) while (this.end(key, record));
    }
  }

  private beginFault(record: TraceRecord): void {
    const free = this.faultRows.indexOf(undefined);
    const row = Math.min(free === -1 ? this.faultRows.length : free, FAULT_ROWS - 1);
    this.faultRows[row] = this.begin(this.faults, record, "fault", row, faultKey(record), Weight.NOTABLE);
  }

  private endFault(record: TraceRecord): void {
    const key = faultKey(record);
    const now = this.open.get(key)?.[0];
    if (now === undefined) return;
    const row = this.faultRows.indexOf(now.mark);
    if (row !== -1) this.faultRows[row] = undefined;
    this.end(key, record);
  }

  private beginOperation(record: TraceRecord): void {
    const draft = this.ownOf(record.host);
    if (draft === undefined) return;
    this.begin(draft, record, isRead(record.data["op"]) ? "read" : "change", 0, operationKey(record));
  }

  private endOperation(record: TraceRecord): void {
    const key = operationKey(record);
    const now = this.open.get(key)?.[0];
    if (now === undefined) return;
    // A comparison that did not match was answered.
    if (record.data.kind === "client-refused" && record.data["code"] !== "mismatch") {
      now.draft.builder.raise(now.mark, Weight.WRONG);
    }
    this.end(key, record);
  }

  private begin(
    draft: Draft | undefined,
    record: TraceRecord,
    kind: MarkKind,
    row: number,
    key: string,
    weight: number = Weight.ROUTINE,
  ): number {
    if (draft === undefined) return -1;
    const mark = draft.builder.point(record, kind, row, weight);
    this.tie(record, draft, mark);
    const begun = { draft, mark };
    const others = this.open.get(key);
    if (others === undefined) this.open.set(key, [begun]);
    else others.push(begun);
    return mark;
  }

  /** @returns whether there was something that it ends */
  private end(key: string, record: TraceRecord): boolean {
    const begun = this.open.get(key);
    const now = begun?.shift();
    if (now === undefined) return false;
    if (begun?.length === 0) this.open.delete(key);
    now.draft.builder.endAt(now.mark, record);
    this.tie(record, now.draft, now.mark);
    return true;
  }

  private tie(record: TraceRecord, draft: Draft, mark: number): void {
    this.laneOf[record.index] = this.drafts.indexOf(draft);
    this.markOf[record.index] = mark;
  }

  private ownOf(host: string): Draft | undefined {
    return this.own.get(host);
  }

  private lsmOf(host: string): Draft | undefined {
    return this.lsm.get(host) ?? this.own.get(host);
  }

  private filesOf(host: string): Draft | undefined {
    return this.disks.has(host) ? this.own.get(host) : this.lsmOf(host);
  }

  private add(kind: LaneKind, host: string): Draft {
    const draft: Draft = { kind, host, builder: new LaneBuilder() };
    this.drafts.push(draft);
    return draft;
  }
}

function keyOf(host: string, { kind, same }: Span, { data }: TraceRecord): string {
  return [kind, host, ...same.map((field) => data[field])].join(" ");
}

function faultKey({ data, host }: TraceRecord): string {
  return `fault ${String(data["fault"])} ${host}`;
}

function operationKey({ host, data }: TraceRecord): string {
  return `operation ${host} ${String(data["process"])}`;
}
