import type { Host } from "../../host/host.ts";
import { isNetworkError } from "../../host/network-error.ts";
import type { Connection, Listener } from "../../host/network.ts";
import type { MonotonicTime } from "../../host/time.ts";
import { MILLISECOND, type Duration } from "../../host/time.ts";
import { acceptConnections } from "../accept-connections.ts";
import type { MessageCodec } from "./core/message-codec.ts";
import type { Message } from "./core/messages.ts";
import { decodeFrame, encodeFrame } from "./frames.ts";
import { hostOf } from "./members.ts";

/** The port on which nodes take one another's messages. */
export const MESSAGE_PORT = 7200;

/** Before a connection that failed is made anew. */
const PAUSE: Duration = 50 * MILLISECOND;
/** Messages that may wait for a connection, by number; more are dropped, as Raft bears. */
const MOST_WAITING = 1_024;

/** The way to another host: one connection, and what waits for it. */
class Link {
  waiting: Message[] = [];
  connection: Connection | undefined;
  busy = false;
  /** Since when frames have gone without a word from there; undefined when none have. */
  unansweredSince: MonotonicTime | undefined;
  readonly host: string;

  constructor(host: string) {
    this.host = host;
  }
}

/** What takes messages. */
export interface MessageTaker {
  take(messages: readonly Message[]): void;
}

/**
 * Carries messages between nodes: over one connection for each direction, those that wait together in one frame. What cannot
 * be sent is dropped: whoever needs an answer asks again.
 */
export class Transport {
  private readonly host: Host;
  private readonly codec: MessageCodec;
  private readonly silence: Duration;
  private readonly taker: MessageTaker;
  private readonly links = new Map<string, Link>();
  private readonly accepted = new Set<Connection>();
  private listener: Listener | undefined;
  private ended = false;

  /** @param silence how long frames may go unanswered before the connection is made anew */
  constructor(host: Host, codec: MessageCodec, silence: Duration, taker: MessageTaker) {
    this.host = host;
    this.codec = codec;
    this.silence = silence;
    this.taker = taker;
  }

  /** Begins to take messages. */
  start(): void {
    const { host } = this;
    this.listener = acceptConnections(host, MESSAGE_PORT, "accept nodes", (connection) => {
      host.spawn(`messages from ${connection.peer.host}`, () => this.receive(connection));
    });
  }

  send(messages: readonly Message[]): void {
    if (this.ended) return;
    for (const message of messages) {
      const to = hostOf(message.to);
      let link = this.links.get(to);
      if (link === undefined) this.links.set(to, (link = new Link(to)));
      if (link.waiting.length >= MOST_WAITING) link.waiting.shift();
      link.waiting.push(message);
    }
    for (const link of this.links.values()) {
      if (link.waiting.length === 0 || link.busy) continue;
      // At once where the way is open: to begin a task for each frame would be a fifth of all that a cluster's machines do.
      if (link.connection === undefined) this.host.spawn(`messages to ${link.host}`, () => this.drain(link));
      else this.drain(link).catch((error: unknown) => this.host.fatal(error));
    }
  }

  /** Looks at what time brings: a connection that the network has lost does not say so for long. */
  tick(): void {
    const now = this.host.clock.monotonic();
    for (const link of this.links.values()) {
      const { unansweredSince, connection } = link;
      if (unansweredSince === undefined || now - unansweredSince <= this.silence) continue;
      link.unansweredSince = undefined;
      link.connection = undefined;
      connection?.reset();
    }
  }

  end(): void {
    this.ended = true;
    this.listener?.close();
    for (const connection of this.accepted) connection.reset();
    for (const { connection } of this.links.values()) connection?.reset();
  }

  private async drain(link: Link): Promise<void> {
    link.busy = true;
    // What follows in the same turn goes along.
    await undefined;
    while (link.waiting.length > 0 && !this.ended) {
      let frame: Uint8Array | undefined;
      try {
        link.connection ??= await this.connect(link);
        if (link.connection === undefined) break;
        frame = encodeFrame(link.waiting.map((message) => this.codec.encode(message)));
        link.waiting = [];
        link.unansweredSince ??= this.host.clock.monotonic();
        await link.connection.send(frame);
      } catch (error) {
        if (!isNetworkError(error)) throw error;
        link.connection = undefined;
        // What waits grows old meanwhile.
        if (frame === undefined) link.waiting = [];
        await this.host.clock.sleep(PAUSE);
      }
    }
    link.busy = false;
  }

  /** Connects, but does not wait for ever. */
  private connect(link: Link): Promise<Connection | undefined> {
    const { host } = this;
    return new Promise((resolve, reject) => {
      let late = false;
      const timer = host.clock.timer(this.silence, () => {
        late = true;
        link.waiting = [];
        resolve(undefined);
      });
      host.net.connect({ host: link.host, port: MESSAGE_PORT }).then(
        (connection) => {
          if (late) return void connection.reset();
          timer.cancel();
          resolve(connection);
        },
        (error: unknown) => {
          if (late) return;
          timer.cancel();
          reject(error);
        },
      );
    });
  }

  private async receive(connection: Connection): Promise<void> {
    const from = connection.peer.host;
    this.accepted.add(connection);
    try {
      for (;;) {
        const bytes = await connection.receive();
        if (bytes === undefined || this.ended) break;
        const frame = decodeFrame(bytes);
        if (typeof frame === "string") {
          // What comes behind it is no more to be trusted.
          this.host.trace({ kind: "frame-dropped", from, fault: frame });
          connection.reset();
          break;
        }
        const link = this.links.get(from);
        if (link !== undefined) link.unansweredSince = undefined;
        const messages: Message[] = [];
        for (const each of frame) {
          const decoded = this.codec.decode(each);
          if (decoded.ok) messages.push(decoded.message);
          else this.host.trace({ kind: "message-dropped", from, reason: decoded.problem, detail: decoded.detail });
        }
        this.taker.take(messages);
      }
      connection.close();
    } catch (error) {
      if (!isNetworkError(error)) throw error;
    }
    this.accepted.delete(connection);
  }
}
