import type { MonotonicTime } from "../../host/time.ts";
import type { Connection } from "../../host/network.ts";
import { isNetworkError } from "../../host/network-error.ts";
import { LogTrimmedError } from "../replication/log-errors.ts";
import type { ReplicaProgress } from "./acknowledgements.ts";
import { FrameError } from "./frames.ts";
import { LagTracker } from "./lag.ts";
import type { Primary } from "./primary.ts";
import type { LogHolder } from "./retention.ts";
import {
  decodeMessage,
  encodeMessage,
  type Acknowledgement,
  type Entries,
  type Fetch,
  type Hello,
  type StreamMessage,
} from "./stream-protocol.ts";

/** What a replica that has introduced itself gets. */
type Decision =
  | { readonly how: "stream" }
  | { readonly how: "diverged"; readonly ancestor: number }
  | { readonly how: "snapshot"; readonly why: string }
  | { readonly how: "refuse"; readonly code: string; readonly reason: string };

/** What a primary's end of a stream is at. */
export type SenderPhase = "copying" | "catching-up" | "streaming";

/** The primary's end of the connection with one replica. */
export class Sender implements LogHolder {
  protected readonly primary: Primary;
  private readonly connection: Connection;
  readonly replica: string;
  private readonly lag: LagTracker;
  private over = false;
  /** "copying" while the replica gets, or undoes, data; then it may be silent for longer. */
  private phase: SenderPhase = "copying";
  private heard: MonotonicTime;
  private spoken: MonotonicTime;
  private sent = 0;
  private told = -1;
  private caughtUpAt = 0;
  private echo = 0;
  private pinged = false;
  private beat = false;
  private digested: MonotonicTime = 0;

  constructor(primary: Primary, connection: Connection, replica: string) {
    this.primary = primary;
    this.connection = connection;
    this.replica = replica;
    this.lag = new LagTracker(primary.times);
    const now = primary.context.host.clock.monotonic();
    this.heard = now;
    this.spoken = now;
  }

  /** Whether the replica has caught up, so that it counts. */
  get streaming(): boolean {
    return this.phase === "streaming" && !this.over;
  }

  /** Serves the replica until the connection ends. Never rejects for what the network or a disk does. */
  async run(hello: Hello): Promise<void> {
    const { host } = this.primary.context;
    let code = "closed";
    try {
      for (let next: Hello | undefined = hello; next !== undefined && !this.over;) next = await this.serve(next);
    } catch (error) {
      if (error instanceof FrameError) {
        code = error.fault;
        host.trace({ kind: "frame-refused", from: this.replica, fault: error.fault, reason: error.message });
      } else if (error instanceof LogTrimmedError) {
        // The cap on what is kept has gone over it: it must copy all data.
        code = "slot-lost";
        host.trace({ kind: "slot-lost", replica: this.replica, lsn: error.lsn, first: error.first });
      } else if (isNetworkError(error)) {
        ({ code } = error);
      } else {
        code = "failed";
        this.primary.fail(error);
      }
    }
    this.end(code);
  }

  /** Ends the connection. */
  end(code: string): void {
    if (this.over) return;
    this.over = true;
    this.connection.reset();
    const { primary, replica } = this;
    primary.context.host.trace({ kind: "stream-ended", replica, code });
    primary.work.notify();
  }

  /** Looks at what time brings. */
  tick(now: MonotonicTime): void {
    const { settings } = this.primary.context;
    const patience = this.phase === "copying" ? settings.copySilence : settings.silence;
    if (now - this.heard > patience) {
      this.end("silent");
    } else if (now - this.spoken >= settings.heartbeat && this.phase !== "copying") {
      this.beat = true;
      this.primary.work.notify();
    }
  }

  /** Keeps the log behind an LSN for the replica. */
  keepLog(lsn: number): void {
    if (!this.over) this.primary.retention.hold(this, lsn);
  }

  reportLag(replica: string): void {
    const { write, flush, replay } = this.lag.lag;
    this.primary.context.host.trace({
      kind: "replication-lag",
      replica,
      write: write.time,
      flush: flush.time,
      replay: replay.time,
      writeBytes: write.bytes,
      flushBytes: flush.bytes,
      replayBytes: replay.bytes,
    });
  }

  /** What to do with a replica, by what it has: where its branch and this one part, never by how far it had heard. */
  protected decide({ promised, history, last, wholeFrom, empty }: Hello): Decision {
    const { primary } = this;
    const { log } = primary.copy;
    if (promised > primary.epoch) {
      return { how: "refuse", code: "fenced", reason: `it has promised epoch ${promised}; this is ${primary.epoch}` };
    }
    if (empty) return { how: "snapshot", why: "it has no data" };
    if (primary.history.contains(wholeFrom.epoch, wholeFrom.lsn) !== true) {
      // It has fetched values of a branch that was left behind since.
      return { how: "snapshot", why: "a former rewind was never completed" };
    }
    const ancestor = this.ancestorWith(history, last);
    if (ancestor < log.base.lsn) return { how: "snapshot", why: `the log has no entry ${ancestor + 1} any more` };
    return ancestor === last ? { how: "stream" } : { how: "diverged", ancestor };
  }

  /** LSN of the last entry that the replica and this node have in common. */
  protected ancestorWith(history: Hello["history"], last: number): number {
    const { primary } = this;
    return primary.history.commonAncestor(primary.copy.log.last.lsn, history, last);
  }

  /** @returns the replica's next introduction, where it has to make one */
  private async serve(hello: Hello): Promise<Hello | undefined> {
    const { primary, replica } = this;
    const { host, parts } = primary.context;
    const decision = this.decide(hello);
    switch (decision.how) {
      case "refuse": {
        const { code, reason } = decision;
        host.trace({ kind: "replica-refused", replica, code, reason });
        await this.send({ kind: "refused", code, reason });
        this.connection.close();
        primary.overtaken(hello.promised);
        return undefined;
      }
      case "stream":
        await this.stream(hello.last);
        return undefined;
      case "diverged":
        this.phase = "copying";
        this.keepLog(decision.ancestor);
        host.trace({ kind: "replica-diverged", replica, last: hello.last, ancestor: decision.ancestor });
        await this.send({ kind: "diverged", epoch: primary.epoch, ancestor: decision.ancestor });
        return this.nextHello();
      case "snapshot": {
        this.phase = "copying";
        const snapshot = new parts.SnapshotSender(primary, this);
        await snapshot.run((message) => this.send(message), decision.why);
        this.heard = host.clock.monotonic();
        return this.nextHello();
      }
    }
  }

  /** Answers a replica that gets ready, until it introduces itself anew. */
  private async nextHello(): Promise<Hello | undefined> {
    for (;;) {
      const message = await this.receive();
      if (message === undefined) return undefined;
      if (message.kind === "hello") return message;
      if (message.kind === "fetch") await this.answerFetch(message);
      else if (message.kind !== "ack") throw new FrameError("foreign", `a frame '${message.kind}' from a replica`);
    }
  }

  /** What keys hold, all as of one moment. */
  private async answerFetch({ keys }: Fetch): Promise<void> {
    const { copy } = this.primary;
    const at = copy.visible.lsn;
    // All are begun before the first is awaited: between them more could become visible.
    const values = await Promise.all(keys.map((key) => copy.database.get(key)));
    await this.send({ kind: "fetched", at, changes: keys.map((key, index) => ({ key, value: values[index] })) });
  }

  /** Sends entries as they become durable here, from behind an LSN. */
  private async stream(from: number): Promise<void> {
    const { primary, replica } = this;
    const { host } = primary.context;
    this.phase = "catching-up";
    this.caughtUpAt = primary.flushed;
    this.sent = from;
    this.keepLog(from);
    host.trace({ kind: "stream-began", replica, epoch: primary.epoch, from });
    await this.send({ kind: "welcome", epoch: primary.epoch, history: primary.history });
    const acknowledgements = host.spawn(`acknowledgements of ${replica}`, () => this.hear());
    try {
      while (!this.over && !primary.ended) {
        if (this.isDue()) await this.send(await this.nextFrame());
        else await primary.work.wait();
      }
    } catch (error) {
      this.end(isNetworkError(error) ? error.code : "failed");
      throw error;
    } finally {
      this.end("ended");
      await acknowledgements.done;
    }
  }

  /** Whether there is anything to send now. */
  private isDue(): boolean {
    const { primary } = this;
    return primary.flushed > this.sent || this.pinged || this.beat || primary.noticed > this.told;
  }

  /** What is to be sent now. */
  private async nextFrame(): Promise<Entries> {
    const { primary } = this;
    const { log } = primary.copy;
    const from = this.sent + 1;
    const { flushed } = primary;
    const found =
      flushed < from ? [] : log.lookup(from, { maxBytes: primary.context.settings.frameBytes, to: flushed });
    const entries = found instanceof Promise ? await found : found;
    const { published, epoch } = primary;
    const now = primary.context.host.clock.monotonic();
    const compares = now - this.digested >= primary.context.settings.heartbeat;
    if (compares) this.digested = now;
    const digest = compares ? primary.publishedDigest : "";
    const previous = { epoch: log.epochAt(this.sent) ?? 0, lsn: this.sent };
    // What it published in an earlier life a primary does not know before it serves: until then, what it says it has published
    // is too little for anybody to call their data fresh.
    const echo = primary.serving ? this.echo : 0;
    this.pinged = false;
    this.beat = false;
    this.told = published;
    this.sent += entries.length;
    return { kind: "entries", epoch, previous, published, digest, echo, entries };
  }

  private async hear(): Promise<void> {
    try {
      for (;;) {
        const message = await this.receive();
        if (message === undefined) break;
        if (message.kind !== "ack") throw new FrameError("foreign", `a frame '${message.kind}' while streaming`);
        this.acknowledged(message);
      }
    } catch (error) {
      if (error instanceof FrameError) {
        const { fault, message: reason } = error;
        this.primary.context.host.trace({ kind: "frame-refused", from: this.replica, fault, reason });
      } else if (!isNetworkError(error)) throw error;
    }
    this.end("closed");
  }

  private acknowledged({ received, flushed, applied, consistent, clock, ping }: Acknowledgement): void {
    const { primary, replica } = this;
    if (this.over) return;
    if (this.phase === "catching-up" && consistent && flushed >= this.caughtUpAt) {
      this.phase = "streaming";
      primary.context.host.trace({ kind: "replica-streaming", replica, flushed });
    }
    const progress: ReplicaProgress = { received, flushed, applied, streaming: this.phase === "streaming" };
    primary.acknowledgements.set(replica, progress);
    this.keepLog(flushed);
    this.lag.acknowledged(progress, this.heard);
    this.echo = clock;
    if (ping) {
      this.pinged = true;
      primary.work.notify();
    }
    primary.advance();
  }

  private send(message: StreamMessage): Promise<void> {
    const { primary } = this;
    this.spoken = primary.context.host.clock.monotonic();
    return this.connection.send(encodeMessage(primary.context.frames, primary.cluster, message));
  }

  /** @throws FrameError also for a message of another cluster's node */
  private async receive(): Promise<StreamMessage | undefined> {
    const { primary } = this;
    const bytes = await this.connection.receive();
    if (bytes === undefined) return undefined;
    this.heard = primary.context.host.clock.monotonic();
    const { cluster, message } = decodeMessage(bytes);
    if (cluster !== primary.cluster) throw new FrameError("foreign", `a frame of cluster ${cluster}`);
    return message;
  }
}
