import { NetworkError, type NetworkErrorCode } from "../../host/network-error.ts";
import { formatEndpoint, type Connection, type Endpoint } from "../../host/network.ts";
import type { Duration } from "../../host/time.ts";
import { EventKind } from "../event-kind.ts";
import type { Incarnation } from "../incarnation.ts";
import type { EventToken } from "../kernel.ts";
import type { Task } from "../task.ts";
import { ResetPacket, SimulatedConnection } from "./connection.ts";
import type { HostStack } from "./host-stack.ts";
import type { Link } from "./link.ts";
import { Packet, SEGMENT_HEADER } from "./packet.ts";

const MOST_DOUBLINGS = 9;

/** One attempt to open a connection: SYN, SYN-ACK, and the acknowledgement, which is the stream's first segment. */
export class Handshake {
  private readonly host: HostStack;
  private readonly life: Incarnation;
  private readonly task: Task;
  private readonly target: HostStack;
  private readonly to: Endpoint;
  private readonly forward: Link;
  private readonly reverse: Link;
  private readonly client: SimulatedConnection;
  private readonly resolve: (connection: Connection) => void;
  private readonly reject: (error: unknown) => void;
  private server: SimulatedConnection | undefined;
  private timer: EventToken | undefined;
  private sends = 0;
  private sentAt: Duration = 0;
  private settled = false;

  constructor(
    host: HostStack,
    life: Incarnation,
    target: HostStack,
    to: Endpoint,
    resolve: (connection: Connection) => void,
    reject: (error: unknown) => void,
  ) {
    this.host = host;
    this.life = life;
    this.task = life.currentTask;
    this.target = target;
    this.to = to;
    this.forward = host.linkTo(to.host);
    this.reverse = target.linkTo(host.name);
    this.client = new SimulatedConnection(host, life, host.ephemeralEndpoint(), to, undefined, undefined);
    this.resolve = resolve;
    this.reject = reject;
  }

  /** Sends the first packet, or sends it again. */
  begin(): void {
    this.sends++;
    this.sentAt = this.host.kernel.now;
    this.forward.transmit(new HandshakePacket(this.forward, "syn", this, undefined));
  }

  arrived(packet: HandshakePacket): void {
    if (packet.kind === "syn") this.synArrived(packet);
    else if (packet.kind === "syn-ack") this.synAckArrived(packet);
    else this.refusalArrived(packet);
  }

  /** A packet was lost, held up, or left unanswered: the first one will be sent again in its time. */
  unanswered(): void {
    if (this.over || this.timer !== undefined) return;
    const { kernel, options } = this.host;
    const roundTrip = this.forward.typicalDelay + this.reverse.typicalDelay;
    const first = Math.max(options.initialRetransmission, 2 * roundTrip);
    const due = this.sentAt + first * (1 << Math.min(this.sends - 1, MOST_DOUBLINGS));
    const fire = (): void => {
      this.timer = undefined;
      this.retry();
    };
    const delay = Math.max(0, due - kernel.now);
    this.timer = kernel.token(kernel.schedule(delay, EventKind.NET_RETRANSMIT, undefined, { fire }));
  }

  private get over(): boolean {
    return this.settled || !this.life.alive;
  }

  private synArrived(packet: HandshakePacket): void {
    const { target, forward, reverse } = this;
    if (!target.powered) {
      forward.dropped(packet, "host-down");
      this.unanswered();
      return;
    }
    forward.delivered(packet);
    if (this.server?.unfinished !== true) {
      const listener = target.listeners.get(this.to.port);
      if (listener === undefined) {
        reverse.transmit(new HandshakePacket(reverse, "rst", this, undefined));
        return;
      }
      if (!listener.hasRoom) {
        this.unanswered();
        return;
      }
      const { client } = this;
      this.server = new SimulatedConnection(target, listener.life, listener.local, client.local, listener, client);
      listener.attempted();
    }
    reverse.transmit(new HandshakePacket(reverse, "syn-ack", this, this.server));
  }

  private synAckArrived(packet: HandshakePacket): void {
    const { host, client, forward } = this;
    const server = packet.server as SimulatedConnection;
    if (!host.powered) {
      this.reverse.dropped(packet, "host-down");
      // Its machine would repeat itself a few times and then forget; nobody could tell.
      server.vanish();
      return;
    }
    this.reverse.delivered(packet);
    if (this.over) {
      if (client.other !== server) forward.transmit(new ResetPacket(forward, server, undefined));
      return;
    }
    this.settle();
    client.opened(server);
    this.life.deliver(this.task, () => {
      this.resolve(client);
    });
  }

  private refusalArrived(packet: HandshakePacket): void {
    if (!this.host.powered) {
      this.reverse.dropped(packet, "host-down");
      return;
    }
    this.reverse.delivered(packet);
    if (!this.over) this.fail("ECONNREFUSED");
  }

  private retry(): void {
    if (this.over) return;
    if (this.sends > this.host.options.attempts) this.fail("ETIMEDOUT");
    else this.begin();
  }

  private fail(code: NetworkErrorCode): void {
    this.settle();
    this.client.vanish();
    const kind = code === "ECONNREFUSED" ? "connection-refused" : "connection-unanswered";
    this.host.traceConnection(kind, this.client.local, this.to);
    this.life.deliver(this.task, () => {
      this.reject(new NetworkError(code, "connect", formatEndpoint(this.to)));
    });
  }

  private settle(): void {
    this.settled = true;
    if (this.timer !== undefined) this.host.kernel.cancel(this.timer);
    this.timer = undefined;
  }
}

class HandshakePacket extends Packet {
  /** The end that a SYN-ACK speaks for. */
  readonly server: SimulatedConnection | undefined;
  private readonly handshake: Handshake;

  constructor(
    link: Link,
    kind: "syn" | "syn-ack" | "rst",
    handshake: Handshake,
    server: SimulatedConnection | undefined,
  ) {
    super(link, kind, SEGMENT_HEADER, EventKind.NET_CONNECT);
    this.handshake = handshake;
    this.server = server;
  }

  override fire(): void {
    this.handshake.arrived(this);
  }

  override lost(): void {
    this.handshake.unanswered();
  }

  override delayed(): void {
    this.handshake.unanswered();
  }
}
