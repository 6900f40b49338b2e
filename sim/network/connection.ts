import { NetworkError, type NetworkErrorCode } from "../../host/network-error.ts";
import { formatEndpoint, type Connection, type Endpoint } from "../../host/network.ts";
import { EventKind } from "../event-kind.ts";
import { never, type Incarnation } from "../incarnation.ts";
import type { HostStack } from "./host-stack.ts";
import { IncomingStream } from "./incoming-stream.ts";
import type { Link } from "./link.ts";
import type { SimulatedListener } from "./listener.ts";
import { OutgoingStream } from "./outgoing-stream.ts";
import { Packet, SEGMENT_HEADER } from "./packet.ts";
import type { Segment } from "./segment.ts";

/**
 * "closed": its node has closed it or was killed, and its machine still delivers what was sent. "done": that is over.
 * "gone": nobody knows of it any more.
 */
type State = "opening" | "open" | "closed" | "failed" | "done" | "gone";

/** One end of a connection. Its machine answers for it as a TCP stack does, also when its node is paused or killed. */
export class SimulatedConnection implements Connection {
  readonly host: HostStack;
  readonly life: Incarnation;
  readonly local: Endpoint;
  readonly peer: Endpoint;
  readonly incoming: IncomingStream;
  readonly outgoing: OutgoingStream;
  /** The other end. Set before anything is sent. */
  other: SimulatedConnection;
  private readonly listener: SimulatedListener | undefined;
  private state: State = "opening";
  private failure: NetworkErrorCode = "ECONNRESET";

  /**
   * @param listener whose port this end was opened through; undefined at the end that opened it
   * @param other the end that opened it; undefined when this is that end
   */
  constructor(
    host: HostStack,
    life: Incarnation,
    local: Endpoint,
    peer: Endpoint,
    listener: SimulatedListener | undefined,
    other: SimulatedConnection | undefined,
  ) {
    this.host = host;
    this.life = life;
    this.local = local;
    this.peer = peer;
    this.listener = listener;
    this.other = other ?? this;
    // The opening packets are number 0 in each direction: one is the first segment, the other has arrived already.
    this.outgoing = new OutgoingStream(
      this,
      host.linkTo(peer.host),
      host.fabric.link(peer.host, host.name),
      other === undefined ? 0 : 1,
    );
    this.incoming = new IncomingStream(this, other === undefined ? 1 : 0);
    host.connections.add(this);
  }

  send(message: Uint8Array): Promise<void> {
    if (!this.life.alive) return never();
    if (this.state === "failed") return Promise.reject(this.error("send"));
    if (this.state !== "open") return Promise.reject(new NetworkError("EPIPE", "send", formatEndpoint(this.peer)));
    const { copies } = this.host;
    return this.outgoing.send(copies.copy(message, 0, message.length)) ? this.host.done : this.outgoing.whenRoom();
  }

  /** After its own node's close() it answers undefined; after its own node's reset() it fails with ECONNRESET. */
  receive(): Promise<Uint8Array | undefined> {
    if (!this.life.alive) return never();
    const message = this.incoming.take();
    if (message !== undefined) return Promise.resolve(message);
    if (this.incoming.finished) return Promise.resolve(undefined);
    if (this.state === "failed") return Promise.reject(this.error("receive"));
    if (this.state !== "open") return Promise.resolve(undefined);
    return this.incoming.wait();
  }

  close(): void {
    if (this.life.alive && this.state === "open") this.finish();
  }

  reset(): void {
    if (!this.life.alive || (this.state !== "open" && this.state !== "closed")) return;
    this.abort();
  }

  /** Whether messages can pass. */
  get isOpen(): boolean {
    return this.state === "open";
  }

  /** Whether a packet of the handshake still makes sense to this end. */
  get unfinished(): boolean {
    return this.state === "opening" || this.state === "open";
  }

  get waitingTasks(): readonly string[] {
    return [...this.incoming.waitingTasks, ...this.outgoing.waitingTasks];
  }

  /** The handshake is complete at the opening end. */
  opened(other: SimulatedConnection): void {
    this.other = other;
    this.state = "open";
    this.trace("connection-opened");
    this.outgoing.acknowledgeOpening();
  }

  /** The handshake is complete at the end that was opened. */
  established(): void {
    if (this.state !== "opening") return;
    this.state = "open";
    this.trace("connection-opened");
    this.listener?.established(this);
  }

  /** Whether this end would answer a segment with a reset: it knows nothing of the stream, or nobody will read it. */
  refuses(segment: Segment): boolean {
    if (this.state === "failed" || this.state === "gone") return true;
    return this.state === "done" && segment.kind === "data";
  }

  answerWithReset(segment: Segment): void {
    this.sendReset(segment);
  }

  /** All that this end sent, its end included, has reached the peer's machine. */
  sentAll(): void {
    if (this.state !== "closed") return;
    this.state = "done";
    this.host.connections.delete(this);
  }

  /** The peer's machine, or one between, has reset the connection. */
  peerReset(): void {
    this.fail("ECONNRESET");
  }

  /** The connection is broken: what was received before can still be read, then the node hears of it. */
  fail(code: NetworkErrorCode): void {
    if (this.state === "failed" || this.state === "gone" || this.state === "done") return;
    this.trace(code === "ETIMEDOUT" ? "connection-timed-out" : "connection-reset");
    this.failure = code;
    this.end(this.state === "closed" ? "gone" : "failed");
    this.incoming.failAll(() => this.error("receive"));
  }

  /** The node was killed: its machine closes the connection, or resets it when something was left unread. */
  orphan(): void {
    if (this.state === "opening") this.vanish();
    else if (this.state === "open" && this.incoming.hasUnread) this.abort();
    else if (this.state === "open") this.finish();
  }

  /** The machine lost power: this end is no more, and tells nobody. */
  vanish(): void {
    if (this.state === "gone") return;
    this.end("gone");
    this.incoming.clear();
  }

  private finish(): void {
    this.state = "closed";
    this.trace("connection-closed");
    this.incoming.discard();
    this.outgoing.finish();
  }

  private abort(): void {
    this.trace("connection-reset");
    this.sendReset(undefined);
    this.failure = "ECONNRESET";
    this.end("failed");
    this.incoming.clear();
    this.incoming.failAll(() => this.error("receive"));
  }

  private end(state: "failed" | "gone"): void {
    if (this.state === "opening") this.listener?.givenUp();
    this.state = state;
    this.host.connections.delete(this);
    this.outgoing.stop(() => this.error("send"));
  }

  private sendReset(answered: Segment | undefined): void {
    const link = this.host.linkTo(this.peer.host);
    link.transmit(new ResetPacket(link, this.other, answered));
  }

  private error(operation: string): NetworkError {
    return new NetworkError(this.failure, operation, formatEndpoint(this.peer));
  }

  private trace(kind: "connection-opened" | "connection-closed" | "connection-reset" | "connection-timed-out"): void {
    this.host.traceConnection(kind, this.local, this.peer);
  }
}

/** Tells the far end that its connection is no more. Sent once; what it answers is sent again when it was lost. */
export class ResetPacket extends Packet {
  private readonly target: SimulatedConnection;
  private readonly answered: Segment | undefined;

  constructor(link: Link, target: SimulatedConnection, answered: Segment | undefined) {
    super(link, "rst", SEGMENT_HEADER, EventKind.NET_SEGMENT);
    this.target = target;
    this.answered = answered;
  }

  override fire(): void {
    if (!this.target.host.powered) {
      this.link.dropped(this, "host-down");
      return;
    }
    this.link.delivered(this);
    this.target.peerReset();
  }

  override lost(): void {
    this.answered?.stream.missed(this.answered);
  }

  override delayed(): void {
    this.answered?.stream.stalled();
  }
}
