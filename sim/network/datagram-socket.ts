import { NetworkError } from "../../host/network-error.ts";
import { formatEndpoint, type Datagram, type DatagramSocket, type Endpoint } from "../../host/network.ts";
import { EventKind } from "../event-kind.ts";
import { never, type Incarnation } from "../incarnation.ts";
import type { HostStack } from "./host-stack.ts";
import { DATAGRAM_HEADER, Packet } from "./packet.ts";
import { Waiters } from "./waiters.ts";

/** The longest payload, in bytes. */
export const LARGEST_DATAGRAM = 65_536;

interface Buffered {
  readonly datagram: Datagram;
  /** The event in which it arrived. */
  readonly event: number;
}

/** A port of one incarnation that sends and receives datagrams. */
export class SimulatedDatagramSocket implements DatagramSocket {
  readonly local: Endpoint;
  private readonly host: HostStack;
  private readonly life: Incarnation;
  private readonly receivers: Waiters<Datagram>;
  private readonly capacity: number;
  private buffer: Buffered[] = [];
  private bufferedBytes = 0;
  private open = true;

  /** @param capacity bytes that may wait to be received */
  constructor(host: HostStack, life: Incarnation, local: Endpoint, capacity: number) {
    this.host = host;
    this.life = life;
    this.local = local;
    this.capacity = capacity;
    this.receivers = new Waiters(host.kernel, life);
  }

  send(to: Endpoint, bytes: Uint8Array): void {
    if (!this.life.alive) return;
    if (!this.open) throw this.closedError("send");
    if (bytes.length > LARGEST_DATAGRAM) throw new NetworkError("EMSGSIZE", "send", formatEndpoint(to));
    this.host.linkTo(to.host).transmit(new DatagramPacket(this.host, to, this.local, new Uint8Array(bytes)));
  }

  /** @throws NetworkError ECONNABORTED when the socket is closed by its own node before a datagram came */
  receive(): Promise<Datagram> {
    if (!this.life.alive) return never();
    if (!this.open) return Promise.reject(this.closedError("receive"));
    const next = this.buffer.shift();
    if (next === undefined) return this.receivers.wait();
    this.bufferedBytes -= next.datagram.bytes.length + DATAGRAM_HEADER;
    this.host.kernel.link(next.event);
    return Promise.resolve(next.datagram);
  }

  close(): void {
    if (!this.life.alive || !this.open) return;
    this.open = false;
    this.buffer = [];
    this.host.datagramSockets.delete(this.local.port);
    this.receivers.failAll(() => this.closedError("receive"));
  }

  /** Whether a payload of that length could be taken in now. */
  hasRoom(length: number): boolean {
    return this.receivers.length > 0 || this.bufferedBytes + length + DATAGRAM_HEADER <= this.capacity;
  }

  /** Takes in what has arrived; ask {@link hasRoom} first. */
  arrive(from: Endpoint, bytes: Uint8Array): void {
    // A datagram of its own for each arrival; the endpoint in it is frozen, so sharing that tells nobody anything.
    const datagram: Datagram = { from, bytes };
    if (this.receivers.length > 0) {
      this.receivers.hand(datagram);
      return;
    }
    this.bufferedBytes += bytes.length + DATAGRAM_HEADER;
    this.buffer.push({ datagram, event: this.host.kernel.event });
  }

  get waitingTasks(): readonly string[] {
    return this.receivers.tasks;
  }

  private closedError(operation: string): NetworkError {
    return new NetworkError("ECONNABORTED", operation, formatEndpoint(this.local));
  }
}

class DatagramPacket extends Packet {
  private readonly sender: HostStack;
  private readonly to: Endpoint;
  private readonly from: Endpoint;
  private readonly bytes: Uint8Array;

  /** @param bytes given to whoever receives it: a copy that nobody else holds */
  constructor(sender: HostStack, to: Endpoint, from: Endpoint, bytes: Uint8Array) {
    super(sender.linkTo(to.host), "datagram", bytes.length + DATAGRAM_HEADER, EventKind.NET_DATAGRAM);
    this.sender = sender;
    // The sender may reuse its object.
    this.to = { host: to.host, port: to.port };
    this.from = from;
    this.bytes = bytes;
  }

  override get content(): Uint8Array {
    return this.bytes;
  }

  override copy(): Packet {
    return new DatagramPacket(this.sender, this.to, this.from, new Uint8Array(this.bytes));
  }

  override fire(): void {
    const { link } = this;
    const host = this.sender.find(this.to.host);
    if (host === undefined) {
      link.dropped(this, "no-host");
      return;
    }
    if (!host.powered) {
      link.dropped(this, "host-down");
      return;
    }
    const socket = host.datagramSockets.get(this.to.port);
    if (socket === undefined) {
      link.dropped(this, "port-closed");
      return;
    }
    // Counted first: what the delivery sets off must come after it in the trace.
    if (!socket.hasRoom(this.bytes.length)) {
      link.dropped(this, "buffer-full");
      return;
    }
    link.delivered(this);
    socket.arrive(this.from, this.bytes);
  }
}
