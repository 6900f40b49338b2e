import type { Timer } from "./clock.ts";
import type { LocalHost } from "./host.ts";
import { isNetworkError, NetworkError, type NetworkErrorCode } from "./network-error.ts";
import {
  formatEndpoint,
  type Connection,
  type Endpoint,
  type Listener,
  type Network,
  type RequestHandler,
  type RequestOptions,
  type Service,
} from "./network.ts";

/** A correlation number (32 bits, little-endian) before the payload, in both directions. */
const HEADER = 4;

/** What requests are built on. */
export type RequestTransport = Pick<Network, "listen" | "connect">;

/**
 * Requests and their answers over connections, the same on a simulated and a real network: one connection for each peer,
 * many requests under way on it, each with a deadline of its own.
 */
export class Requests {
  private readonly node: LocalHost;
  private readonly transport: RequestTransport;
  private readonly channels = new Map<string, Channel>();
  private readonly frames = new FrameBuffer();

  /** @param node whose clock the deadlines run on and whose tasks do the work */
  constructor(node: LocalHost, transport: RequestTransport) {
    this.node = node;
    this.transport = transport;
  }

  /** @throws NetworkError EADDRINUSE */
  serve(port: number, handler: RequestHandler): Service {
    const service = new RequestService(this.node, this.transport.listen(port), handler, this.frames);
    service.start();
    return service;
  }

  /** @throws NetworkError as {@link Network.request} says; RangeError when the deadline is no duration */
  request(to: Endpoint, request: Uint8Array, options: RequestOptions): Promise<Uint8Array> {
    const peer = formatEndpoint(to);
    let channel = this.channels.get(peer);
    if (channel === undefined) {
      const created = new Channel(this.node, this.transport, { host: to.host, port: to.port }, this.frames, () => {
        if (this.channels.get(peer) === created) this.channels.delete(peer);
      });
      channel = created;
      this.channels.set(peer, channel);
      channel.open();
    }
    return channel.request(request, options.deadline);
  }
}

interface PendingRequest {
  readonly id: number;
  /** A copy of the request, when the connection was not there yet. */
  readonly payload: Uint8Array | undefined;
  /** Answers that the channel had received when this was sent. */
  readonly heardBefore: number;
  timer: Timer | undefined;
  readonly resolve: (reply: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The requests to one peer, on one connection. It is used until that fails or lets a deadline pass in silence; the next
 * request makes another. What is under way on a silent connection stays on it, each to its own deadline.
 */
class Channel {
  private readonly node: LocalHost;
  private readonly transport: RequestTransport;
  private readonly to: Endpoint;
  private readonly peer: string;
  private readonly frames: FrameBuffer;
  private readonly onRetire: () => void;
  private readonly pending = new Map<number, PendingRequest>();
  private connection: Connection | undefined;
  private nextId = 1;
  private heard = 0;
  private retired = false;

  /** @param onRetire called when the channel takes no more requests */
  constructor(node: LocalHost, transport: RequestTransport, to: Endpoint, frames: FrameBuffer, onRetire: () => void) {
    this.node = node;
    this.transport = transport;
    this.to = to;
    this.peer = formatEndpoint(to);
    this.frames = frames;
    this.onRetire = onRetire;
  }

  open(): void {
    this.node.spawn(`requests to ${this.peer}`, () => this.run());
  }

  request(payload: Uint8Array, deadline: number): Promise<Uint8Array> {
    const id = this.nextId;
    this.nextId = (id + 1) >>> 0;
    const { connection } = this;
    const copy = connection === undefined ? new Uint8Array(payload) : undefined;
    return new Promise((resolve, reject) => {
      const entry: PendingRequest = { id, payload: copy, heardBefore: this.heard, timer: undefined, resolve, reject };
      this.pending.set(id, entry);
      entry.timer = this.node.clock.timer(deadline, () => {
        this.expire(entry);
      });
      if (connection !== undefined) this.transmit(connection, id, payload);
    });
  }

  private async run(): Promise<void> {
    let connection: Connection;
    try {
      connection = await this.transport.connect(this.to);
    } catch (error) {
      if (!isNetworkError(error)) throw error;
      this.end(error.code);
      return;
    }
    if (this.retired && this.pending.size === 0) {
      connection.reset();
      return;
    }
    this.connection = connection;
    for (const { id, payload } of this.pending.values()) {
      if (payload !== undefined) this.transmit(connection, id, payload);
    }
    try {
      for (;;) {
        const message = await connection.receive();
        if (message === undefined) break;
        this.settle(message);
      }
    } catch (error) {
      if (!isNetworkError(error)) throw error;
    }
    connection.close();
    this.end("ECONNRESET");
  }

  private transmit(connection: Connection, id: number, payload: Uint8Array): void {
    // A failure to send is a failure of the connection, which the reading loop sees too; only that one reports it.
    connection.send(this.frames.encode(id, payload)).catch((error: unknown) => {
      if (!isNetworkError(error)) this.node.fatal(error);
    });
  }

  private settle(message: Uint8Array): void {
    this.heard++;
    if (message.length < HEADER) {
      // Not a peer that speaks this protocol: nothing it says can be matched.
      this.connection?.reset();
      return;
    }
    const entry = this.pending.get(frameId(message));
    // No entry: the deadline has passed, and the answer comes too late.
    if (entry === undefined) return;
    this.pending.delete(entry.id);
    entry.timer?.cancel();
    entry.resolve(message.subarray(HEADER));
    if (this.retired && this.pending.size === 0) this.connection?.close();
  }

  private expire(entry: PendingRequest): void {
    this.pending.delete(entry.id);
    entry.reject(this.error("ETIMEDOUT"));
    // A connection, or an attempt at one, that let a deadline pass in silence is not waited for: its peer may be back long
    // before the next retransmission, and a new one finds out at once. Others may still be under way on it, and need not
    // fail: they may have been given longer because their answers take longer.
    if (entry.heardBefore === this.heard) this.retire();
    if (this.retired && this.pending.size === 0) this.connection?.reset();
  }

  /** Takes no more requests. */
  private retire(): void {
    if (this.retired) return;
    this.retired = true;
    this.onRetire();
  }

  private end(code: NetworkErrorCode): void {
    this.retire();
    const pending = [...this.pending.values()];
    this.pending.clear();
    for (const entry of pending) {
      entry.timer?.cancel();
      entry.reject(this.error(code));
    }
  }

  private error(code: NetworkErrorCode): NetworkError {
    return new NetworkError(code, "request", this.peer);
  }
}

class RequestService implements Service {
  readonly local: Endpoint;
  private readonly node: LocalHost;
  private readonly listener: Listener;
  private readonly handler: RequestHandler;
  private readonly frames: FrameBuffer;
  private readonly connections = new Set<Connection>();
  private closed = false;

  constructor(node: LocalHost, listener: Listener, handler: RequestHandler, frames: FrameBuffer) {
    this.node = node;
    this.listener = listener;
    this.handler = handler;
    this.frames = frames;
    this.local = listener.local;
  }

  start(): void {
    this.node.spawn(`serve ${this.local.port}`, () => this.accept());
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.listener.close();
    for (const connection of this.connections) connection.reset();
    this.connections.clear();
  }

  private async accept(): Promise<void> {
    for (;;) {
      let connection: Connection;
      try {
        connection = await this.listener.accept();
      } catch (error) {
        if (this.closed && isNetworkError(error)) return;
        throw error;
      }
      if (this.closed) {
        connection.reset();
        return;
      }
      const peer = formatEndpoint(connection.peer);
      this.connections.add(connection);
      this.node.spawn(`serve ${peer}`, () => this.read(connection));
    }
  }

  private async read(connection: Connection): Promise<void> {
    try {
      for (;;) {
        const message = await connection.receive();
        if (message === undefined) break;
        if (message.length < HEADER) {
          connection.reset();
          break;
        }
        // Not waited for, so that requests are under way side by side; and no task of its own, which would cost each an event.
        this.answer(connection, message).catch((error: unknown) => {
          this.node.fatal(error);
        });
      }
    } catch (error) {
      if (!isNetworkError(error)) throw error;
    }
    this.connections.delete(connection);
    connection.close();
  }

  private async answer(connection: Connection, message: Uint8Array): Promise<void> {
    const reply = await this.handler(message.subarray(HEADER), connection.peer);
    if (!this.connections.has(connection)) return;
    try {
      await connection.send(this.frames.encode(frameId(message), reply));
    } catch (error) {
      // Whoever asked is gone; there is nobody to tell.
      if (!isNetworkError(error)) throw error;
    }
  }
}

const LARGEST_KEPT = 65_536;

/** Where one node's frames are put together, one after another: send() copies them before it returns. */
class FrameBuffer {
  private buffer = new Uint8Array(1024);

  /** @returns a view that the next call overwrites */
  encode(id: number, payload: Uint8Array): Uint8Array {
    const length = HEADER + payload.length;
    let { buffer } = this;
    if (length > buffer.length) {
      buffer = new Uint8Array(Math.max(length, Math.min(2 * buffer.length, LARGEST_KEPT)));
      if (buffer.length <= LARGEST_KEPT) this.buffer = buffer;
    }
    buffer[0] = id;
    buffer[1] = id >>> 8;
    buffer[2] = id >>> 16;
    buffer[3] = id >>> 24;
    buffer.set(payload, HEADER);
    return buffer.subarray(0, length);
  }
}

function frameId(frame: Uint8Array): number {
  return (
    ((frame[0] as number) |
      ((frame[1] as number) << 8) |
      ((frame[2] as number) << 16) |
      ((frame[3] as number) << 24)) >>>
    0
  );
}
