import type { Kernel } from "../kernel.ts";
import type { SimulatedConnection } from "./connection.ts";
import type { Segment } from "./segment.ts";
import { Waiters } from "./waiters.ts";

interface Unread {
  readonly bytes: Uint8Array;
  /** The event in which it became readable. */
  readonly event: number;
}

/** The receiving half of a connection: puts segments in order, each once, and keeps what the node has not read yet. */
export class IncomingStream {
  private readonly connection: SimulatedConnection;
  private readonly kernel: Kernel;
  private readonly receivers: Waiters<Uint8Array | undefined>;
  private expected: number;
  private early: Map<number, Segment> | undefined;
  private unread: Unread[] = [];
  private discarding = false;
  /** The peer has ended its stream, and all of it was received. */
  finished = false;

  constructor(connection: SimulatedConnection, firstSequence: number) {
    this.connection = connection;
    this.kernel = connection.host.kernel;
    this.receivers = new Waiters(this.kernel, connection.life);
    this.expected = firstSequence;
  }

  get hasUnread(): boolean {
    return this.unread.length > 0;
  }

  get waitingTasks(): readonly string[] {
    return this.receivers.tasks;
  }

  /** The next message if one is there. */
  take(): Uint8Array | undefined {
    const next = this.unread.shift();
    if (next === undefined) return undefined;
    this.kernel.link(next.event);
    this.connection.other.outgoing.read(next.bytes.length);
    return next.bytes;
  }

  wait(): Promise<Uint8Array | undefined> {
    return this.receivers.wait();
  }

  /** Takes a segment that has arrived; a second copy is ignored. */
  accept(segment: Segment): void {
    segment.received = true;
    if (segment.sequence < this.expected) return;
    if (segment.sequence !== this.expected) {
      this.early ??= new Map();
      this.early.set(segment.sequence, segment);
      return;
    }
    let readable = this.advance(segment);
    for (;;) {
      const next = this.early?.get(this.expected);
      if (next === undefined) break;
      this.early?.delete(next.sequence);
      readable = this.advance(next) || readable;
    }
    if (readable) this.serve();
  }

  /** Drops what is unread and all that still comes: the node has closed the connection. */
  discard(): void {
    this.discarding = true;
    for (const { bytes } of this.unread.splice(0)) this.connection.other.outgoing.read(bytes.length);
    this.receivers.wakeAll(undefined);
  }

  /** Drops what is unread, for good. */
  clear(): void {
    this.unread = [];
    this.early = undefined;
  }

  /** @param reason makes an error for each that waits */
  failAll(reason: () => unknown): void {
    this.receivers.failAll(reason);
  }

  /** @returns whether the node has something new to read */
  private advance(segment: Segment): boolean {
    this.expected = segment.sequence + 1;
    if (segment.kind === "ack") {
      this.connection.established();
      return false;
    }
    if (segment.kind === "fin") {
      this.finished = true;
      return true;
    }
    const bytes = segment.takeBytes();
    if (this.discarding) {
      this.connection.other.outgoing.read(bytes.length);
      return false;
    }
    this.unread.push({ bytes, event: this.kernel.event });
    return true;
  }

  /** Hands what is readable to those that wait: to the first within this event, to the rest in events of their own. */
  private serve(): void {
    let first = true;
    while (this.receivers.length > 0 && (this.unread.length > 0 || this.finished)) {
      const message = this.take();
      if (first) this.receivers.hand(message);
      else this.receivers.wake(message);
      first = false;
    }
  }
}
