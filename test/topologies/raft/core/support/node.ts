import type { RandomStream } from "../../../../../host/random.ts";
import {
  type Configuration,
  initialConfiguration,
  NO_CONFIGURATION,
} from "../../../../../topologies/raft/core/configuration.ts";
import { type CoreOptions, type HardState, NO_HARD_STATE } from "../../../../../topologies/raft/core/core-settings.ts";
import { type Entry, LOG_ORIGIN, type LogPosition } from "../../../../../topologies/raft/core/entry.ts";
import type { Message, SnapshotMessage } from "../../../../../topologies/raft/core/messages.ts";
import type { CoreParts } from "../../../../../topologies/raft/core/parts.ts";
import { type RaftCore } from "../../../../../topologies/raft/core/raft-core.ts";
import type { Ready, SnapshotNeed } from "../../../../../topologies/raft/core/ready.ts";

/** How the nodes of a test are built. */
export interface NodeBuild {
  readonly Core: typeof RaftCore;
  readonly parts: CoreParts;
  readonly options: Partial<CoreOptions>;
  /** Whether every start counts: without it reads of two incarnations are taken for one another. */
  readonly countsStarts: boolean;
}

/** What survives a crash. */
interface Disk {
  hardState: HardState;
  base: LogPosition;
  configuration: Configuration;
  entries: Entry[];
  /** The data: what was applied, by index. */
  data: Entry[];
  dataFrom: number;
}

/** What a node does that others see. */
export interface NodeOutput {
  send(message: Message, data: readonly Entry[] | undefined): void;
  ready(node: TestNode, ready: Ready): void;
}

/** A core with a disk that takes its time, and data that does too: a driver as slow, or as fast, as a test wants. */
export class TestNode {
  readonly id: string;
  readonly disk: Disk;
  core: RaftCore | undefined;
  incarnation = 0;
  /** Batches that are not durable yet. */
  queue: Ready[] = [];
  /** Committed entries that are not applied yet. */
  unapplied: Entry[] = [];
  needs: SnapshotNeed[] = [];
  /** Whole copies of the data that have arrived, by index. */
  private copies = new Map<number, readonly Entry[]>();
  private readonly build: NodeBuild;
  private readonly output: NodeOutput;

  constructor(id: string, voters: readonly string[], build: NodeBuild, output: NodeOutput) {
    this.id = id;
    this.build = build;
    this.output = output;
    this.disk = {
      hardState: NO_HARD_STATE,
      base: LOG_ORIGIN,
      configuration: voters.length === 0 ? NO_CONFIGURATION : initialConfiguration(voters),
      entries: [],
      data: [],
      dataFrom: 0,
    };
  }

  get applied(): number {
    return this.disk.data.at(-1)?.index ?? this.disk.dataFrom;
  }

  start(random: RandomStream): RaftCore {
    const { Core, parts, options, countsStarts } = this.build;
    this.incarnation++;
    const { hardState, base, configuration, entries } = this.disk;
    const stored = { hardState, base, configuration, entries: [...entries], applied: this.applied };
    const own = { id: this.id, incarnation: countsStarts ? this.incarnation : 1 };
    this.core = new Core({ ...options, ...own }, stored, random, parts);
    return this.core;
  }

  /** Takes all batches that there are. */
  pump(): void {
    for (;;) {
      const ready = this.core?.ready();
      if (ready === undefined) return;
      this.queue.push(ready);
      this.needs.push(...ready.snapshotsNeeded);
      for (const message of ready.messages) this.output.send(message, undefined);
      this.unapplied.push(...ready.committed);
      this.output.ready(this, ready);
    }
  }

  receive(message: Message, data: readonly Entry[] | undefined): string | undefined {
    if (message.kind === "snapshot" && data !== undefined) this.copies.set(message.index, data);
    return this.core?.step(message);
  }

  /** The oldest batch becomes durable. @returns whether there was one */
  persist(): boolean {
    const ready = this.queue.shift();
    if (ready === undefined || this.core === undefined) return false;
    this.store(ready, { hardState: true, entries: ready.entries.length });
    this.core.advance({ durable: ready.number });
    if (ready.install !== undefined) this.core.advance({ applied: this.applied });
    for (const message of ready.afterDurable) this.output.send(message, undefined);
    return true;
  }

  /** Applies the next committed entry. @returns whether there was one */
  apply(): boolean {
    if (this.core === undefined || this.queue.some(({ install }) => install !== undefined)) return false;
    const entry = this.unapplied.shift();
    if (entry === undefined) return false;
    if (entry.index <= this.applied) return true;
    if (entry.index !== this.applied + 1) {
      throw new Error(`${this.id} applies entry ${entry.index} behind ${this.applied}`);
    }
    this.disk.data.push(entry);
    this.core.advance({ applied: entry.index });
    return true;
  }

  /** Sends a copy of the data to whom it was asked for first. @returns whether there was anybody */
  sendSnapshot(): boolean {
    const { core } = this;
    const need = this.needs.shift();
    if (need === undefined || core === undefined) return false;
    if (this.applied < need.minimum || core.term !== need.term) {
      core.snapshotFailed(need.to);
      return true;
    }
    const { index, term: indexTerm, configuration } = core.snapshotAt(this.applied);
    const { to, term } = need;
    const message: SnapshotMessage = { kind: "snapshot", from: this.id, to, term, index, indexTerm, configuration };
    this.output.send(message, [...this.disk.data]);
    core.snapshotSent(to, index);
    return true;
  }

  /** Drops the entries up to `index` that are applied. */
  compact(index: number): void {
    const { core, disk } = this;
    if (core === undefined || index <= disk.base.index || index > this.applied) return;
    // A copy that is on its way to the disk takes the place of all that is there: the log in memory begins behind it already.
    if (this.queue.some(({ install }) => install !== undefined)) return;
    // What else is on its way to the disk is about later entries.
    const { configuration, term } = core.snapshotAt(index);
    core.compact(index);
    disk.entries = disk.entries.filter((entry) => entry.index > index);
    disk.base = { index, term };
    disk.configuration = configuration;
  }

  /**
   * The power fails.
   *
   * @param durable how many batches on their way were durable all the same
   * @param torn which part of the next one was
   * @param forgotten how many of the entries that were applied last, as far as the log has them
   */
  crash(durable: number, torn: { readonly hardState: boolean; readonly entries: number }, forgotten: number): void {
    const { queue, disk } = this;
    for (const ready of queue.slice(0, durable)) {
      this.store(ready, { hardState: true, entries: ready.entries.length });
    }
    const next = queue[durable];
    if (next !== undefined && next.install === undefined) this.store(next, torn);
    this.core = undefined;
    this.queue = [];
    this.unapplied = [];
    this.needs = [];
    this.copies.clear();
    while (forgotten-- > 0 && this.applied > Math.max(disk.base.index, disk.dataFrom)) disk.data.pop();
  }

  private store(ready: Ready, part: { readonly hardState: boolean; readonly entries: number }): void {
    const { disk } = this;
    const { install, truncateAfter, entries, hardState } = ready;
    if (install !== undefined) {
      disk.base = { index: install.index, term: install.term };
      disk.configuration = install.configuration;
      disk.entries = [];
      const copy = this.copies.get(install.index);
      if (copy === undefined) throw new Error(`${this.id} was never sent a copy up to ${install.index}`);
      disk.data = [...copy];
      disk.dataFrom = install.index;
    }
    if (part.entries > 0) {
      if (truncateAfter !== undefined) disk.entries = disk.entries.filter(({ index }) => index <= truncateAfter);
      disk.entries.push(...entries.slice(0, part.entries).filter(({ index }) => index > disk.base.index));
    }
    if (hardState !== undefined && part.hardState) disk.hardState = hardState;
  }
}
