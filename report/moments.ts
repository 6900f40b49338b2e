import type { TraceValue } from "../host/trace.ts";
import type { TraceRecord } from "../sim/trace.ts";
import type { NodeState } from "../topologies/topology.ts";
import { FileHistory, type FileMoment } from "./file-history.ts";
import type { Machines } from "./lanes.ts";
import { LevelHistory, TablePlaces } from "./level-history.ts";
import { countUpTo, Track } from "./track.ts";

/** A node's state as it was seen after a record of the trace; undefined when the node was not up. */
export interface StateChange {
  /** The last record before it was looked at. */
  readonly rank: number;
  readonly host: string;
  readonly state: NodeState | undefined;
}

/** Whether a machine runs. */
export type Life = "up" | "down" | "paused";

export interface FieldMoment {
  readonly name: string;
  readonly value: TraceValue;
  /** What it was before it was set to that. */
  readonly before: TraceValue;
  readonly changed: boolean;
}

export interface LevelMoment {
  readonly level: number;
  /** Tables of the version that is in force, by number, in order. */
  readonly tables: readonly TableMoment[];
}

export interface TableMoment {
  readonly file: number;
  readonly change: "added" | "removed" | "none";
}

/** One machine at one moment. */
export interface MachineMoment {
  readonly host: string;
  readonly kind: "node" | "disk";
  readonly life: Life;
  readonly lifeChanged: boolean;
  readonly incarnation: number;
  /** Role first, then what the node tells of itself, in its own order. */
  readonly fields: readonly FieldMoment[];
  readonly levels: readonly LevelMoment[];
  /** Files of its own disk; undefined for a machine that never had one. */
  readonly files: readonly (FileMoment & { readonly changed: boolean })[] | undefined;
  /** What its engine is doing: "flush", "compaction", "stall". */
  readonly busy: readonly string[];
}

/** All of it: the machines, and the faults that were going on, as "partition node-1". */
export interface Moment {
  readonly rank: number;
  readonly machines: readonly MachineMoment[];
  readonly faults: readonly { readonly fault: string; readonly host: string }[];
}

/** What nodes say of themselves in events, for traces without their states. */
const SAID: ReadonlyMap<string, (data: TraceRecord["data"]) => Readonly<Record<string, TraceValue>>> = new Map([
  ["became-primary", ({ epoch }): Record<string, TraceValue> => ({ role: "primary", epoch })],
  ["became-leader", ({ term }): Record<string, TraceValue> => ({ role: "leader", term })],
  ["became-replica", ({ epoch }): Record<string, TraceValue> => ({ role: "replica", epoch })],
  ["role-changed", ({ role, term }): Record<string, TraceValue> => ({ role, term })],
  ["applied", ({ epoch, lsn }): Record<string, TraceValue> => ({ appliedEpoch: epoch, applied: lsn })],
  ["version-installed", ({ version, flushed }): Record<string, TraceValue> => ({ version, flushed })],
  ["manifest-read", ({ version }): Record<string, TraceValue> => ({ version })],
]);

const LIVES: ReadonlyMap<string, Life> = new Map([
  ["host-started", "up"],
  ["host-resumed", "up"],
  ["host-paused", "paused"],
  ["host-killed", "down"],
  ["host-lost-power", "down"],
  ["host-crashed", "down"],
]);

const WORKS: ReadonlyMap<string, readonly [work: string, change: 1 | -1]> = new Map([
  ["flush-started", ["flush", 1]],
  ["flush-finished", ["flush", -1]],
  ["compaction-started", ["compaction", 1]],
  ["compaction-finished", ["compaction", -1]],
  ["write-stall", ["stall", 1]],
  ["write-resumed", ["stall", -1]],
]);

/**
 * The state of every node at any moment of a run. What changed is kept by field, so that a moment is looked up, not played
 * back. All that changes in one kernel event is one step.
 */
export class Moments {
  /** The last rank of each event in which something changed, in order. */
  private readonly stops: number[] = [];
  private readonly histories: readonly MachineHistory[];
  private readonly faults = new Map<
    string,
    { readonly fault: string; readonly host: string; readonly now: Track<number> }
  >();
  private readonly records: readonly TraceRecord[];

  /** @param states what nodes said of themselves when asked, in order; without them, what their events tell */
  constructor(records: readonly TraceRecord[], { nodes, disks }: Machines, states: readonly StateChange[] = []) {
    this.records = records;
    // Who shares a disk shares its tables; others may have made tables of the same number.
    const shared = disks.length === 0 ? undefined : new TablePlaces();
    const told = states.length > 0;
    this.histories = [
      ...nodes.map((host) => new MachineHistory(host, "node", shared ?? new TablePlaces(), !told)),
      ...disks.map((host) => new MachineHistory(host, "disk", shared ?? new TablePlaces(), false)),
    ];
    const byHost = new Map(this.histories.map((history) => [history.host, history]));
    let next = 0;
    for (const record of records) {
      let changed = byHost.get(record.host)?.take(record) === true;
      changed = this.takeFault(record) || changed;
      for (let seen = states[next]; seen !== undefined && seen.rank <= record.index; seen = states[++next]) {
        changed = byHost.get(seen.host)?.see(record.index, seen.state) === true || changed;
      }
      if (changed) this.stopAt(record);
    }
  }

  /** As it is once the kernel event is over that the record of that rank belongs to. */
  at(rank: number): Moment {
    const [from, to] = this.eventAround(rank);
    return {
      rank,
      machines: this.histories.map((history) => history.at(to, from)),
      faults: [...this.faults.values()].flatMap(({ fault, host, now }) =>
        (now.at(to) ?? 0) > 0 ? [{ fault, host }] : [],
      ),
    };
  }

  /** The next moment at which something changes; undefined after the last. */
  after(rank: number): number | undefined {
    return this.stops[countUpTo(this.stops, rank)];
  }

  /** The last moment before at which something changed; undefined before the first. */
  before(rank: number): number | undefined {
    return this.stops[countUpTo(this.stops, rank - 1) - 1];
  }

  get first(): number | undefined {
    return this.stops[0];
  }

  get last(): number | undefined {
    return this.stops.at(-1);
  }

  /** The first and last rank of the kernel event that a record belongs to. */
  private eventAround(rank: number): readonly [from: number, to: number] {
    const event = this.records[rank]?.event;
    let [from, to] = [rank, rank];
    while (from > 0 && this.records[from - 1]?.event === event) from--;
    while (to < this.records.length - 1 && this.records[to + 1]?.event === event) to++;
    return [from, to];
  }

  private stopAt({ index, event }: TraceRecord): void {
    const last = this.stops.at(-1);
    if (last !== undefined && this.records[last]?.event === event) this.stops[this.stops.length - 1] = index;
    else this.stops.push(index);
  }

  private takeFault({ index, host, data }: TraceRecord): boolean {
    if (data.kind !== "fault-began" && data.kind !== "fault-ended") return false;
    const fault = String(data["fault"]);
    const key = `${fault} ${host}`;
    let known = this.faults.get(key);
    if (known === undefined) this.faults.set(key, (known = { fault, host, now: new Track() }));
    const now = known.now.latest ?? 0;
    return known.now.set(index, Math.max(0, now + (data.kind === "fault-began" ? 1 : -1)));
  }
}

class MachineHistory {
  readonly host: string;
  private readonly kind: "node" | "disk";
  private readonly life = new Track<Life>();
  private readonly incarnation = new Track<number>();
  private readonly fields = new Map<string, Track<TraceValue>>();
  private readonly levels: LevelHistory;
  private readonly files = new FileHistory();
  private readonly works = new Map<string, Track<number>>();
  private readonly listens: boolean;

  /** @param listens whether its fields come of its events */
  constructor(host: string, kind: "node" | "disk", places: TablePlaces, listens: boolean) {
    this.host = host;
    this.kind = kind;
    this.levels = new LevelHistory(places);
    this.listens = listens;
  }

  /** @returns whether anything changed */
  take(record: TraceRecord): boolean {
    const { index, data } = record;
    let changed = false;
    const life = LIVES.get(data.kind);
    if (life !== undefined) changed = this.live(index, life, data["incarnation"]);
    const work = WORKS.get(data.kind);
    if (work !== undefined) changed = this.work(index, ...work);
    const said = this.listens ? SAID.get(data.kind)?.(data) : undefined;
    if (said !== undefined) changed = this.set(index, said) || changed;
    changed = this.levels.take(record) || changed;
    return this.files.take(record) || changed;
  }

  /** Takes what the node said when it was asked. @returns whether anything changed */
  see(rank: number, state: NodeState | undefined): boolean {
    if (state === undefined) return this.clear(rank);
    const { role, ready, fields } = state;
    const now: Readonly<Record<string, TraceValue>> = { role, ready, ...fields };
    let changed = this.set(rank, now);
    // What it has no word for any more, it has no more.
    for (const [name, track] of this.fields) if (!(name in now)) changed = track.set(rank, undefined) || changed;
    return changed;
  }

  at(rank: number, from: number): MachineMoment {
    const { host, kind, life, levels, files } = this;
    const recent = (since: number): boolean => since >= from && since <= rank;
    return {
      host,
      kind,
      life: life.at(rank) ?? (kind === "disk" ? "up" : "down"),
      lifeChanged: recent(life.since(rank)),
      incarnation: this.incarnation.at(rank) ?? 0,
      fields: [...this.fields].flatMap(([name, track]) => {
        const value = track.at(rank);
        const since = track.since(rank);
        const changed = recent(since);
        if (value === undefined && !changed) return [];
        return [{ name, value, before: track.at(since - 1), changed }];
      }),
      levels: levels.at(rank).map(({ level, tables, before, since }) => ({
        level,
        tables: tablesOf(tables, recent(since) ? before : tables),
      })),
      files: files.used ? files.at(rank, from).map((file) => ({ ...file, changed: recent(file.since) })) : undefined,
      busy: [...this.works].flatMap(([work, now]) => ((now.at(rank) ?? 0) > 0 ? [work] : [])),
    };
  }

  private live(rank: number, life: Life, incarnation: TraceValue): boolean {
    if (typeof incarnation === "number") this.incarnation.set(rank, incarnation);
    const changed = this.life.set(rank, life);
    if (life !== "down") return changed;
    // Whatever it did or was, it is no more.
    for (const now of this.works.values()) now.set(rank, 0);
    this.clear(rank);
    return changed;
  }

  private work(rank: number, work: string, change: 1 | -1): boolean {
    let now = this.works.get(work);
    if (now === undefined) this.works.set(work, (now = new Track()));
    return now.set(rank, Math.max(0, (now.latest ?? 0) + change));
  }

  private set(rank: number, fields: Readonly<Record<string, TraceValue>>): boolean {
    let changed = false;
    for (const [name, value] of Object.entries(fields)) {
      let track = this.fields.get(name);
      if (track === undefined) this.fields.set(name, (track = new Track()));
      changed = track.set(rank, value) || changed;
    }
    return changed;
  }

  private clear(rank: number): boolean {
    let changed = false;
    for (const track of this.fields.values()) changed = track.set(rank, undefined) || changed;
    return changed;
  }
}

/** Tables in order of their number, those that went with the last change among them. */
function tablesOf(tables: readonly number[], before: readonly number[]): TableMoment[] {
  const now = new Set(tables);
  const then = new Set(before);
  return [...new Set([...before, ...tables])]
    .sort((one, other) => one - other)
    .map((file) => ({ file, change: !now.has(file) ? "removed" : then.has(file) ? "none" : "added" }));
}
