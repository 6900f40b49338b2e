import type { MonotonicTime } from "../../host/time.ts";
import type { Connection } from "../../host/network.ts";
import { isNetworkError } from "../../host/network-error.ts";
import { Condition } from "../../engine/index.ts";
import { ORIGIN, positionText, samePosition, type LogEntry, type Position } from "../replication/position.ts";
import { EpochHistory } from "./epoch-history.ts";
import { isDiskError } from "./disk-error.ts";
import { ExpectedDigests } from "./expected-digests.ts";
import { FrameError } from "./frames.ts";
import { type Freshness } from "./freshness.ts";
import type { LocalCopy } from "./local-copy.ts";
import type { NodeContext } from "./node-context.ts";
import { SnapshotError } from "../replication/copy-receiver.ts";
import {
  decodeMessage,
  encodeMessage,
  type Entries,
  type Fetched,
  type SnapshotBegin,
  type StreamMessage,
} from "./stream-protocol.ts";

/** The node that a replica's end of a stream works for. */
export interface ReplicaHome {
  readonly context: NodeContext;
  /** Undefined while it has no data, or none that may be used. */
  readonly copy: LocalCopy | undefined;
  readonly freshness: Freshness;
  /**
   * Follows the primary of an epoch from now on; durable when it resolves.
   *
   * @returns whether it may: it has promised no later one
   */
  follow(history: EpochHistory): Promise<boolean>;
  /**
   * Goes over to the branch of the primary of an epoch, and follows nobody of an earlier one; durable when it resolves.
   *
   * @returns whether it may: it has promised no later one
   */
  leaveBranch(epoch: number): Promise<boolean>;
  /** See {@link NodeData.nextGeneration}. */
  nextGeneration(): number;
  /** Uses another copy of the data from now on. @returns whether it may */
  install(generation: number, cluster: number, history: EpochHistory): Promise<boolean>;
  /** Its data is not that of the primary. */
  distrust(): void;
  /** Its disk or data is at fault. */
  fail(error: unknown): void;
}

/** What a replica's end of a stream is at. */
export type ReceiverPhase = "greeting" | "rewinding" | "copying" | "streaming";

/** Entries do not go on where the last ones ended. */
class StreamGapError extends Error {
  override readonly name = "StreamGapError";
}

/** A replica's end of the connection with its primary. */
export class Receiver {
  protected readonly home: ReplicaHome;
  readonly primary: string;
  private readonly connection: Connection;
  private readonly idle = new Condition();
  private over = false;
  private phase: ReceiverPhase = "greeting";
  private cluster = 0;
  private epoch = 0;
  private heard: MonotonicTime;
  private spoken: MonotonicTime;
  private received: Position = { epoch: 0, lsn: 0 };
  private flushed = 0;
  private published = 0;
  private told = 0;
  private heardCluster = 0;
  private queue: LogEntry[] = [];
  private writing = false;
  private applying = false;
  private readonly digests = new ExpectedDigests();

  constructor(home: ReplicaHome, connection: Connection, primary: string) {
    this.home = home;
    this.connection = connection;
    this.primary = primary;
    const now = home.context.host.clock.monotonic();
    this.heard = now;
    this.spoken = now;
  }

  /** Whether all data is being copied. */
  get copying(): boolean {
    return this.phase === "copying" && !this.over;
  }

  get streaming(): boolean {
    return this.phase === "streaming" && !this.over;
  }

  /** Receives until the connection ends. Never rejects for what the network or a disk does. */
  async run(): Promise<void> {
    const { host } = this.home.context;
    let code = "closed";
    try {
      await this.introduce(this.home.copy === undefined);
      for (;;) {
        const message = await this.receive();
        if (message === undefined || !(await this.handle(message))) break;
      }
    } catch (error) {
      code = this.codeOf(error);
      if (error instanceof FrameError) {
        host.trace({ kind: "frame-refused", from: this.primary, fault: error.fault, reason: error.message });
      } else if (error instanceof StreamGapError || error instanceof SnapshotError) {
        host.trace({ kind: "stream-refused", from: this.primary, code, reason: error.message });
      } else if (code === "copy-failed") {
        host.trace({ kind: "full-sync-failed", from: this.primary, reason: (error as Error).message });
      } else if (code === "failed") {
        this.broken(error);
      }
    }
    this.end(code);
  }

  /** Ends the connection. What was received before may still be on its way to the disk: see {@link settled}. */
  end(code: string): void {
    if (this.over) return;
    this.over = true;
    this.queue = [];
    this.connection.reset();
    this.home.context.host.trace({ kind: "stream-left", primary: this.primary, code });
  }

  /**
   * Resolves once nothing more is appended to the log. To be called after {@link end}. What is being applied goes on, and may
   * wait long for a full disk; but it was published.
   */
  async settled(): Promise<void> {
    while (this.writing) await this.idle.wait();
  }

  /** Looks at what time brings. */
  tick(now: MonotonicTime): void {
    const { settings } = this.home.context;
    if (now - this.heard > (this.phase === "streaming" ? settings.silence : settings.copySilence)) {
      this.end("silent");
    } else if (this.streaming) {
      const applied = this.home.copy?.store.applied.lsn ?? 0;
      if (applied > this.told || now - this.spoken >= settings.heartbeat) this.acknowledge(false);
    }
  }

  /** Asks the primary to say how far it is. */
  ping(): void {
    if (this.streaming) this.acknowledge(true);
  }

  /** Whether entries go on where the last one ended: nothing is missing, and both have the same up to there. */
  protected continues(previous: Position, received: Position): boolean {
    return samePosition(previous, received);
  }

  /** LSN up to which what is durable here may be applied: what the primary has published, and nothing else. */
  protected applicable(flushed: number, published: number): number {
    // Where the primary waits for replicas to have applied, they must do so first.
    return this.home.context.settings.acknowledge === "applied" ? flushed : Math.min(flushed, published);
  }

  private async introduce(empty: boolean): Promise<void> {
    const { context, copy } = this.home;
    const metadata = context.metadata.current;
    this.cluster = metadata?.cluster ?? 0;
    this.phase = "greeting";
    await this.send({
      kind: "hello",
      node: context.host.name,
      promised: metadata?.promised ?? 0,
      history: metadata?.history ?? new EpochHistory([]),
      last: copy?.log.last.lsn ?? 0,
      wholeFrom: copy === undefined || copy.consistent ? ORIGIN : copy.consistentFrom,
      empty,
    });
  }

  /** @returns whether more may follow */
  private async handle(message: StreamMessage): Promise<boolean> {
    const { host } = this.home.context;
    switch (message.kind) {
      case "entries":
        this.take(message);
        return true;
      case "welcome":
        return this.begin(message.history);
      case "diverged":
        return this.rewind(message.epoch, message.ancestor);
      case "snapshot":
        return this.copyAll(message);
      case "refused":
        host.trace({ kind: "stream-refused", from: this.primary, code: message.code, reason: message.reason });
        return false;
      default:
        throw new FrameError("foreign", `a frame '${message.kind}' from a primary`);
    }
  }

  private async begin(history: EpochHistory): Promise<boolean> {
    const { home } = this;
    const { copy } = home;
    if (copy === undefined) throw new FrameError("foreign", "a welcome to a replica without data");
    if (!(await home.follow(history))) return false;
    this.received = copy.log.last;
    this.flushed = copy.log.synced;
    this.published = copy.store.applied.lsn;
    this.epoch = history.last;
    this.phase = "streaming";
    home.context.host.trace({ kind: "stream-joined", primary: this.primary, at: positionText(this.received) });
    this.acknowledge(false);
    return true;
  }

  private async rewind(epoch: number, ancestor: number): Promise<boolean> {
    const { context, copy } = this.home;
    if (copy === undefined) throw new FrameError("foreign", "no data to rewind");
    this.phase = "rewinding";
    // Before anything is cut off: to a primary of an earlier epoch it has said that it has those entries.
    if (!(await this.home.leaveBranch(epoch))) return false;
    const rewind = new context.parts.Rewind(context, copy);
    const refused = await rewind.run(ancestor, { epoch, fetch: (keys) => this.fetch(keys) });
    if (refused !== undefined) context.host.trace({ kind: "rewind-refused", ancestor, reason: refused });
    if (this.over) return false;
    await this.introduce(refused !== undefined);
    return true;
  }

  private async fetch(keys: readonly Uint8Array[]): Promise<Fetched | undefined> {
    await this.send({ kind: "fetch", keys });
    for (;;) {
      const message = await this.receive();
      if (message === undefined || message.kind === "fetched") return message;
    }
  }

  private async copyAll(begin: SnapshotBegin): Promise<boolean> {
    const { home, cluster } = this;
    const { parts } = home.context;
    this.phase = "copying";
    const sender = this.heardCluster;
    if (cluster !== 0 && cluster !== sender) throw new FrameError("foreign", `a copy of cluster ${sender}`);
    const generation = home.nextGeneration();
    const receiver = new parts.SnapshotReceiver(home.context, generation);
    let whole: boolean;
    try {
      whole = await receiver.run(begin, () => this.receive());
    } catch (error) {
      // What is left is removed at the next start too.
      await receiver.clear().catch(() => undefined);
      throw error;
    }
    // Whatever fails from here on, the copy may be the one in use: it must not be cleared.
    if (!whole || this.over || !(await home.install(generation, sender, begin.history))) {
      await receiver.clear();
      return false;
    }
    await this.introduce(false);
    return true;
  }

  /** Takes a frame of entries in. */
  private take(frame: Entries): void {
    if (this.phase !== "streaming" || frame.epoch !== this.epoch) {
      throw new FrameError("foreign", `entries of epoch ${frame.epoch} where epoch ${this.epoch} is followed`);
    }
    const { entries, previous, published, digest, echo } = frame;
    if (!this.continues(previous, this.received)) {
      throw new StreamGapError(`entries go on from ${positionText(previous)}, not ${positionText(this.received)}`);
    }
    const last = entries.at(-1);
    if (last !== undefined) {
      this.received = { epoch: last.epoch, lsn: last.lsn };
      for (const entry of entries) this.queue.push(entry);
    }
    this.published = Math.max(this.published, published);
    if (digest !== "") this.digests.expect(published, digest, this.home.copy?.store.applied.lsn ?? 0);
    if (echo > 0) this.home.freshness.promise(echo, published);
    if (this.home.context.settings.acknowledge === "received" && last !== undefined) this.acknowledge(false);
    if (!this.writing && this.queue.length > 0) void this.write();
    this.apply();
  }

  /** Appends and syncs what was received, group by group. */
  private async write(): Promise<void> {
    this.writing = true;
    try {
      const { log } = this.home.copy as LocalCopy;
      while (this.queue.length > 0 && !this.over) {
        const group = this.queue;
        this.queue = [];
        await log.append(group);
        await this.syncLog(log);
        this.flushed = log.synced;
        this.acknowledge(false);
        this.apply();
      }
    } catch (error) {
      this.broken(error);
    }
    this.writing = false;
    this.idle.notify();
  }

  /** Makes entries durable before they are acknowledged as such. */
  protected syncLog(log: LocalCopy["log"]): Promise<void> {
    return log.sync();
  }

  /** Applies what may be, if that is not under way. */
  private apply(): void {
    const { copy } = this.home;
    if (this.applying || copy === undefined) return;
    if (this.applicable(this.flushed, this.published) > copy.store.applied.lsn) void this.applyAll(copy);
    else this.home.freshness.reached(copy.store.applied.lsn);
  }

  private async applyAll(copy: LocalCopy): Promise<void> {
    this.applying = true;
    const { settings } = this.home.context;
    try {
      for (;;) {
        const { lsn } = copy.store.applied;
        const target = this.applicable(this.flushed, this.published);
        if (target <= lsn || this.over) break;
        const { consistent } = copy;
        await copy.applyUpTo(target);
        this.home.freshness.reached(target);
        if (!this.isAsExpected(copy)) break;
        // Others wait for that; of the rest they hear with the next acknowledgement.
        if (settings.acknowledge === "applied" || consistent !== copy.consistent) this.acknowledge(false);
      }
    } catch (error) {
      this.broken(error);
    }
    this.applying = false;
  }

  private broken(error: unknown): void {
    if (this.over) return;
    this.end("failed");
    this.home.fail(error);
  }

  /** Whether the content is what the primary says that it is there, at the same position. */
  protected isAsExpected(copy: LocalCopy): boolean {
    const expected = this.digests.mismatch(copy);
    if (expected === undefined) return true;
    const { epoch, lsn } = copy.store.applied;
    const own = copy.digest;
    this.home.context.host.trace({ kind: "digest-mismatch", epoch, lsn, own, primary: expected });
    this.home.distrust();
    this.end("digest-mismatch");
    return false;
  }

  private acknowledge(ping: boolean): void {
    const { context, copy } = this.home;
    if (this.over || copy === undefined) return;
    const { clock } = context.host;
    this.told = copy.store.applied.lsn;
    const message = {
      kind: "ack",
      received: this.received.lsn,
      flushed: this.flushed,
      applied: this.told,
      consistent: copy.consistent,
      clock: clock.monotonic(),
      ping,
    } as const;
    // What goes wrong with the connection, the reader sees too.
    this.send(message).catch((error: unknown) => {
      if (!isNetworkError(error)) context.host.fatal(error);
    });
  }

  private send(message: StreamMessage): Promise<void> {
    this.spoken = this.home.context.host.clock.monotonic();
    return this.connection.send(encodeMessage(this.home.context.frames, this.cluster, message));
  }

  /** @throws FrameError also for a message of another cluster's node */
  private async receive(): Promise<StreamMessage | undefined> {
    const bytes = await this.connection.receive();
    if (bytes === undefined || this.over) return undefined;
    this.heard = this.home.context.host.clock.monotonic();
    const { cluster, message } = decodeMessage(bytes);
    if (this.cluster !== 0 && cluster !== this.cluster)
      throw new FrameError("foreign", `a frame of cluster ${cluster}`);
    this.heardCluster = cluster;
    return message;
  }

  private codeOf(error: unknown): string {
    if (error instanceof FrameError) return error.fault;
    if (error instanceof StreamGapError) return "gap";
    if (error instanceof SnapshotError) return "damaged-copy";
    if (isNetworkError(error)) return error.code;
    // A copy that cannot be stored is given up, and asked for again later; what is in use is as it was.
    if (this.phase === "copying" && isDiskError(error)) return "copy-failed";
    return "failed";
  }
}
