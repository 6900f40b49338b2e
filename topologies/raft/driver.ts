import type { Codec } from "../../host/codec.ts";
import type { Host } from "../../host/host.ts";
import type { MonotonicTime } from "../../host/time.ts";
import { positionOf } from "../position.ts";
import type { ClusterConfig } from "../topology.ts";
import type { Configuration, ConfigurationChange } from "./core/configuration.ts";
import type { HardState, StoredState } from "./core/core-settings.ts";
import type { Entry } from "./core/entry.ts";
import type { CoreInspection } from "./core/inspection.ts";
import { MessageCodec } from "./core/message-codec.ts";
import type { Message, SnapshotMessage } from "./core/messages.ts";
import type { RaftCore } from "./core/raft-core.ts";
import type { ProposalRefusal, Ready, SnapshotInstall, SnapshotNeed, Transition } from "./core/ready.ts";
import type { DiskQueue, DiskQueueHome } from "./disk-queue.ts";
import { LogCompaction, type LogCompactionHome } from "./log-compaction.ts";
import { clusterOf, hostOf } from "./members.ts";
import type { RaftParts } from "./parts.ts";
import { PendingRequests, type Proposed } from "./pending-requests.ts";
import type { RaftSettings } from "./settings.ts";
import type { Storage } from "./storage.ts";
import { type MessageTaker, Transport } from "./transport.ts";

/** What all parts of one node share. */
export interface DriverContext {
  readonly host: Host;
  readonly config: ClusterConfig;
  readonly settings: RaftSettings;
  readonly parts: RaftParts;
  readonly codec: Codec;
}

/** A copy of the data that was received, and waits for the core to take it. */
interface ReceivedSnapshot {
  readonly index: number;
  readonly generation: number;
}

/**
 * Carries out what the core of one node decides: gives it the time, messages, proposals and reads; makes durable, sends and
 * applies what it hands out, each beside the others as far as the order of {@link Ready} allows.
 */
export class RaftDriver implements DiskQueueHome, LogCompactionHome, MessageTaker {
  readonly context: DriverContext;
  readonly storage: Storage;
  readonly core: RaftCore;
  readonly disk: DiskQueue;
  readonly transport: Transport;
  private readonly onFailure: (error: unknown) => void;
  private readonly begun: MonotonicTime;
  /** The latest that was looked at. */
  private configuration: Configuration;
  private ticked = 0;
  private over = false;

  private committed: Entry[] = [];
  private applying: Promise<void> | undefined;
  private installs = 0;
  private received: ReceivedSnapshot | undefined;
  /** Generations that are to be put in place, in order. */
  private readonly installing: number[] = [];
  /** Engine's sequence number before the write that is under way, and the entry that it makes visible. */
  private before = 0;
  private coming: Entry | undefined;

  private readonly pending: PendingRequests;
  private readonly compaction: LogCompaction;

  /** @param onFailure called when the disk, or what is on it, is at fault: the driver cannot go on then */
  constructor(
    context: DriverContext,
    storage: Storage,
    member: { readonly id: string; readonly incarnation: number },
    stored: StoredState,
    onFailure: (error: unknown) => void,
  ) {
    this.context = context;
    this.storage = storage;
    this.onFailure = onFailure;
    const { host, settings, parts, codec, config } = context;
    const { electionTicks, heartbeatTicks, reads, leaseDriftPpm } = settings;
    this.core = new parts.RaftCore(
      {
        ...member,
        electionTicks,
        heartbeatTicks,
        leaseDriftPpm: reads === "lease" ? leaseDriftPpm : undefined,
      },
      stored,
      host.random("elections"),
      parts.core,
    );
    this.configuration = this.core.configuration;
    this.disk = new parts.DiskQueue(this);
    this.transport = new Transport(host, new MessageCodec(codec, clusterOf(config)), settings.silence, this);
    this.pending = new PendingRequests(() => this.now(), settings.patience);
    this.compaction = new LogCompaction(this);
    this.begun = host.clock.monotonic();
  }

  /** Begins to take messages, and to count the time. */
  start(): void {
    this.transport.start();
    this.context.host.spawn("tick", () => this.watchTime());
    this.drain();
  }

  get ended(): boolean {
    return this.over;
  }

  get leads(): boolean {
    return !this.over && this.core.role === "leader";
  }

  /** The host of the leader, as far as this node knows. */
  get leaderHost(): string | undefined {
    const { leader } = this.core;
    return leader === undefined ? undefined : hostOf(leader);
  }

  /** Whether it can serve: it follows a leader that it hears of, or leads and knows what is committed. */
  get serves(): boolean {
    const { core } = this;
    if (this.over || this.installs > 0 || core.leader === undefined) return false;
    return core.role === "leader" ? core.log.matches(core.commit, core.term) : core.applied > 0;
  }

  /** The last entry that reads see which begin now, as a position; see {@link position}. */
  get visiblePosition(): number {
    const { store } = this.storage;
    // The engine shows a write a moment before it says so.
    const { coming } = this;
    if (coming !== undefined && store.database.lastSequence > this.before) return this.position(coming.index);
    return this.position(store.applied.lsn);
  }

  /**
   * Where an entry stands in the order of all. Where leaders answer without a check, each term has an order of its own; else
   * there is one.
   */
  position(index: number, term = this.core.term): number {
    return this.context.settings.reads === "leader" ? positionOf(term, index) : positionOf(0, index);
  }

  inspect(): CoreInspection {
    return this.core.inspect();
  }

  now(): MonotonicTime {
    return this.context.host.clock.monotonic();
  }

  /** Proposes a command. Resolves when it is applied here, or will not be. */
  propose(payload: Uint8Array, waits = true): Promise<Proposed> {
    return this.act(() => {
      const outcome = this.core.propose(payload);
      if (!outcome.accepted) return Promise.resolve<Proposed>({ how: "refused", code: outcome.reason });
      if (!waits) return Promise.resolve<Proposed>({ how: "proposed", index: outcome.index });
      return this.pending.proposal(outcome.index, outcome.term);
    });
  }

  /** Asks for a change that is proposed once those it leads to have answered. @returns why it will not be */
  requestChange(change: ConfigurationChange): ProposalRefusal | undefined {
    return this.act(() => this.core.requestChange(change));
  }

  transferLeadership(target: string): boolean {
    return this.act(() => this.core.transferLeadership(target));
  }

  /** Whether this node leads and holds a lease just now, and has applied all that is committed. */
  leaseRead(): boolean {
    return this.act(() => {
      const index = this.core.leaseRead();
      return index !== undefined && this.core.applied >= index;
    });
  }

  /** Resolves when the data is no older than it was at the call, to true; or when that cannot be told in time, to false. */
  readIndex(): Promise<boolean> {
    return this.act(() => {
      const context = this.core.readIndex();
      if (context === undefined) return Promise.resolve(false);
      return this.pending.read(context);
    });
  }

  take(messages: readonly Message[]): void {
    if (this.over) return;
    this.act(() => {
      for (const message of messages) {
        const dropped = this.core.step(message);
        if (dropped === undefined || dropped === "old-term" || dropped === "leader-heard") continue;
        const { kind: message_, from } = message;
        this.context.host.trace({ kind: "message-dropped", from, reason: dropped, detail: message_ });
      }
    });
  }

  /** A whole copy of the data has come, which the leader of a term has sent. @returns whether it is put in place */
  snapshotReceived(message: SnapshotMessage, generation: number): boolean {
    if (this.over || this.installs > 0) return false;
    this.received = { index: message.index, generation };
    const before = this.installing.length;
    this.take([message]);
    this.received = undefined;
    return this.installing.length > before;
  }

  /** Keeps the log behind an index for a snapshot that is under way, or no longer. */
  keepLog(holder: string, index: number | undefined): void {
    this.compaction.keep(holder, index);
  }

  /** Tells the core what became of a snapshot that it asked for. @param index undefined when it was not sent */
  snapshotSent(to: string, index: number | undefined): void {
    if (this.over) return;
    this.act(() => {
      if (index === undefined) this.core.snapshotFailed(to);
      else this.core.snapshotSent(to, index);
    });
  }

  /** Ends it. What is under way may have happened, or may yet. Resolves when nothing touches the storage any more. */
  async end(code: string): Promise<void> {
    this.over = true;
    this.transport.end();
    this.pending.abandon(code);
    await this.disk.end();
    await this.applying;
  }

  // What the disk's queue needs.

  async install({ index, term }: SnapshotInstall, hardState: HardState | undefined): Promise<void> {
    await this.applying;
    const generation = this.installing.shift() as number;
    await this.storage.install(generation, hardState);
    this.context.host.trace({ kind: "full-sync-installed", generation, lsn: index, term });
    this.installs--;
    this.act(() => this.core.advance({ applied: index }));
    this.apply();
  }

  durable(number: number, messages: readonly Message[]): void {
    if (this.over) return;
    this.act(() => this.core.advance({ durable: number }));
    this.send(messages);
  }

  // What the log's compaction needs.

  get replacing(): boolean {
    return this.over || this.installs > 0;
  }

  compacted(index: number): void {
    this.act(() => this.core.compact(index));
  }

  failed(error: unknown): void {
    if (!this.over) this.onFailure(error);
  }

  /** Lets the core do something, at the time that it is, and carries out what follows. */
  private act<T>(action: () => T): T {
    this.catchUp();
    const result = action();
    this.drain();
    return result;
  }

  /** Counts the ticks that have passed. First of all: a lease is counted in them, and this node may have stood still. */
  protected catchUp(): void {
    const due = Math.floor((this.now() - this.begun) / this.context.settings.tick) - this.ticked;
    if (due <= 0) return;
    this.ticked += due;
    this.core.tick(due);
  }

  private drain(): void {
    for (let ready = this.core.ready(); ready !== undefined && !this.over; ready = this.core.ready()) {
      this.carryOut(ready);
    }
  }

  private carryOut(ready: Ready): void {
    for (const transition of ready.transitions) this.changedRole(transition);
    this.send(ready.messages);
    if (ready.install !== undefined) {
      this.installs++;
      // The data that they are for is replaced as a whole.
      this.committed = [];
      this.installing.push((this.received as ReceivedSnapshot).generation);
      this.received = undefined;
    }
    if (this.core.configuration !== this.configuration) this.changedConfiguration();
    if (ready.mustSync || ready.afterDurable.length > 0) this.disk.add(ready);
    for (const entry of ready.committed) this.committed.push(entry);
    for (const { context, index } of ready.readStates) this.pending.readConfirmed(context, index);
    for (const context of ready.failedReads) this.pending.readFailed(context);
    if (ready.readStates.length > 0) this.answerReads();
    for (const need of ready.snapshotsNeeded) this.sendSnapshot(need);
    if (ready.committed.length > 0) this.apply();
  }

  /** A node whose disk does not answer keeps silent: as a leader it could commit nothing, and nobody else would lead. */
  private send(messages: readonly Message[]): void {
    if (messages.length === 0) return;
    const { busySince } = this.disk;
    if (busySince !== undefined && this.now() - busySince > this.context.settings.diskPatience) return;
    this.transport.send(messages);
  }

  private changedRole({ role, term, leader, reason }: Transition): void {
    const { host } = this.context;
    const last = this.core.inspect().lastIndex;
    host.trace({ kind: role === "leader" ? "became-leader" : "role-changed", role, term, leader, reason, last });
    if (role !== "leader") this.pending.abandonProposals("leadership-lost");
  }

  private changedConfiguration(): void {
    const { configuration } = this.core;
    this.configuration = configuration;
    if (!this.leads) return;
    const [voters, learners] = [configuration.voters.join(" "), configuration.learners.join(" ")];
    this.context.host.trace({ kind: "membership-changed", voters, learners });
  }

  private apply(): void {
    if (this.applying !== undefined || this.installs > 0 || this.over || this.committed.length === 0) return;
    this.applying = this.applyAll().finally(() => {
      this.applying = undefined;
      this.apply();
    });
  }

  private async applyAll(): Promise<void> {
    try {
      const { machine } = this.storage;
      const entries = this.committed;
      this.committed = [];
      this.before = machine.store.database.lastSequence;
      this.coming = entries.at(-1);
      const outcomes = await machine.apply(entries);
      this.coming = undefined;
      if (this.over) return;
      const last = entries.at(-1) as Entry;
      this.context.host.trace({ kind: "applied", epoch: last.term, lsn: last.index });
      for (const [at, { index, term }] of entries.entries()) this.pending.entryApplied(index, term, outcomes[at]);
      this.act(() => this.core.advance({ applied: last.index }));
      this.answerReads();
      this.compaction.consider();
    } catch (error) {
      this.failed(error);
    }
  }

  private answerReads(): void {
    if (this.installs === 0) this.pending.answerReads(this.core.applied);
  }

  private sendSnapshot(need: SnapshotNeed): void {
    const { host, parts } = this.context;
    const { store } = this.storage;
    host.spawn(`snapshot to ${need.to}`, async () => {
      let index: number | undefined;
      try {
        index = await new parts.SnapshotSender(this, need).run();
      } catch (error) {
        if (this.storage.store === store && this.installs === 0) this.failed(error);
      }
      this.snapshotSent(need.to, index);
    });
  }

  private async watchTime(): Promise<void> {
    const { host, settings } = this.context;
    for (;;) {
      await host.clock.sleep(settings.tick);
      if (this.over) return;
      this.act(() => undefined);
      this.transport.tick();
      this.pending.giveUp();
      const { failure } = this.storage;
      if (failure !== undefined && this.installs === 0) this.failed(failure.error);
    }
  }
}
