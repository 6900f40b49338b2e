import { NetworkError } from "../../host/network-error.ts";
import {
  formatEndpoint,
  type Connection,
  type DatagramSocket,
  type Endpoint,
  type Listener,
  type Network,
  type RequestHandler,
  type RequestOptions,
  type Service,
} from "../../host/network.ts";
import type { LocalHost } from "../../host/host.ts";
import { Requests } from "../../host/requests.ts";
import { EventKind } from "../event-kind.ts";
import { never, type Incarnation } from "../incarnation.ts";
import { Handshake } from "./handshake.ts";
import type { HostStack } from "./host-stack.ts";

/** The network as one incarnation sees it. Once that has ended, nothing here has any effect. */
export class NodeNetwork implements Network {
  readonly hostName: string;
  private readonly host: HostStack;
  private readonly life: Incarnation;
  private readonly requests: Requests;

  constructor(host: HostStack, life: Incarnation, node: LocalHost) {
    this.hostName = host.name;
    this.host = host;
    this.life = life;
    this.requests = new Requests(node, this);
  }

  bind(port: number): DatagramSocket {
    return this.host.bind(this.life, port);
  }

  listen(port: number): Listener {
    return this.host.listen(this.life, port);
  }

  connect(to: Endpoint): Promise<Connection> {
    const { host, life } = this;
    if (!life.alive) return never();
    const peer: Endpoint = Object.freeze({ host: to.host, port: to.port });
    const target = host.find(to.host);
    return new Promise((resolve, reject) => {
      if (target !== undefined) {
        new Handshake(host, life, target, peer, resolve, reject).begin();
        return;
      }
      // Takes as long as asking somebody would: an answer at once would let a retrying node spin without time passing.
      const task = life.currentTask;
      const fail = (): void => {
        reject(new NetworkError("EHOSTUNREACH", "connect", formatEndpoint(peer)));
      };
      host.kernel.complete(2 * host.linkTo(to.host).typicalDelay, EventKind.NET_CONNECT, task, {
        fire: () => {
          life.deliver(task, fail);
        },
      });
    });
  }

  serve(port: number, handler: RequestHandler): Service {
    return this.requests.serve(port, handler);
  }

  request(to: Endpoint, request: Uint8Array, options: RequestOptions): Promise<Uint8Array> {
    return this.requests.request(to, request, options);
  }
}
