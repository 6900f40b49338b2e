import { NetworkError } from "../../host/network-error.ts";
import { formatEndpoint, type Endpoint } from "../../host/network.ts";
import type { Wait } from "../device.ts";
import { Slab } from "../../host/slab.ts";
import type { Incarnation, EndOfLife } from "../incarnation.ts";
import type { Kernel } from "../kernel.ts";
import type { SimulatedConnection } from "./connection.ts";
import type { ConnectionOptions } from "./connection-options.ts";
import { SimulatedDatagramSocket } from "./datagram-socket.ts";
import type { Fabric } from "./fabric.ts";
import type { Link } from "./link.ts";
import { SimulatedListener } from "./listener.ts";
import type { NetworkTraceEvent } from "./network-events.ts";

const FIRST_EPHEMERAL = 49_152;
const LAST_PORT = 65_535;

/** The network stack of one machine: it outlives the node's incarnations and answers for those that are gone. */
export class HostStack {
  readonly name: string;
  readonly kernel: Kernel;
  readonly fabric: Fabric;
  readonly options: ConnectionOptions;
  /** Another host's stack by name; undefined when there is no such host. */
  readonly find: (host: string) => HostStack | undefined;
  readonly datagramSockets = new Map<number, SimulatedDatagramSocket>();
  readonly listeners = new Map<number, SimulatedListener>();
  readonly connections = new Set<SimulatedConnection>();
  /** Of what connections send. */
  readonly copies = new Slab();
  /** What a call that is done at once returns. */
  readonly done: Promise<void> = Promise.resolve();
  powered = false;
  private readonly datagramBuffer: number;
  private nextEphemeral = FIRST_EPHEMERAL;

  constructor(
    name: string,
    fabric: Fabric,
    options: ConnectionOptions,
    datagramBuffer: number,
    find: (host: string) => HostStack | undefined,
  ) {
    this.name = name;
    this.kernel = fabric.kernel;
    this.fabric = fabric;
    this.options = options;
    this.datagramBuffer = datagramBuffer;
    this.find = find;
  }

  linkTo(host: string): Link {
    return this.fabric.link(this.name, host);
  }

  bind(life: Incarnation, port: number): SimulatedDatagramSocket {
    const taken = (candidate: number): boolean => this.datagramSockets.has(candidate);
    const local = life.alive ? this.claim("bind", port, taken) : endpoint(this.name, port);
    const socket = new SimulatedDatagramSocket(this, life, local, this.datagramBuffer);
    if (life.alive) this.datagramSockets.set(local.port, socket);
    return socket;
  }

  listen(life: Incarnation, port: number): SimulatedListener {
    const taken = (candidate: number): boolean => this.listeners.has(candidate);
    const local = life.alive ? this.claim("listen", port, taken) : endpoint(this.name, port);
    const listener = new SimulatedListener(this, life, local);
    if (life.alive) this.listeners.set(local.port, listener);
    return listener;
  }

  /** A local endpoint for a connection that this host opens. */
  ephemeralEndpoint(): Endpoint {
    return endpoint(
      this.name,
      this.ephemeralPort(() => false),
    );
  }

  /** An incarnation has ended: its ports are free, and its connections are closed by the machine or die with it. */
  ended(life: Incarnation, how: EndOfLife): void {
    this.datagramSockets.clear();
    this.listeners.clear();
    if (how === "power-loss") {
      this.powerLost();
      return;
    }
    for (const connection of [...this.connections]) if (connection.life === life) connection.orphan();
  }

  /** From now until it is attached again the machine answers nothing, not even for nodes that ended before. */
  powerLost(): void {
    this.powered = false;
    for (const connection of [...this.connections]) connection.vanish();
  }

  waits(): Wait[] {
    const waits: Wait[] = [];
    const add = (tasks: readonly string[], what: string): void => {
      for (const task of tasks) waits.push({ host: this.name, task, what });
    };
    for (const [port, socket] of this.datagramSockets) add(socket.waitingTasks, `a datagram on port ${port}`);
    for (const [port, listener] of this.listeners) add(listener.waitingTasks, `a connection on port ${port}`);
    for (const connection of this.connections) {
      if (connection.life.alive) {
        add(connection.incoming.waitingTasks, `a message from ${formatEndpoint(connection.peer)}`);
        add(connection.outgoing.waitingTasks, `room to send to ${formatEndpoint(connection.peer)}`);
      }
    }
    return waits;
  }

  traceConnection(
    kind: Exclude<NetworkTraceEvent["kind"], `message-${string}`>,
    local: Endpoint,
    peer: Endpoint,
  ): void {
    if (!this.kernel.tracing) return;
    const event: NetworkTraceEvent = { kind, local: formatEndpoint(local), peer: formatEndpoint(peer) };
    this.kernel.traceWorld(this.name, event);
  }

  private claim(operation: string, port: number, taken: (port: number) => boolean): Endpoint {
    if (!Number.isSafeInteger(port) || port < 0 || port > LAST_PORT) {
      throw new RangeError(`a port must be a whole number from 0 (any free one) to ${LAST_PORT}, got ${port}`);
    }
    const local = endpoint(this.name, port === 0 ? this.ephemeralPort(taken) : port);
    if (taken(local.port)) throw new NetworkError("EADDRINUSE", operation, formatEndpoint(local));
    return local;
  }

  private ephemeralPort(taken: (port: number) => boolean): number {
    for (let tries = FIRST_EPHEMERAL; tries <= LAST_PORT; tries++) {
      const port = this.nextEphemeral;
      this.nextEphemeral = port === LAST_PORT ? FIRST_EPHEMERAL : port + 1;
      if (!taken(port)) return port;
    }
    return FIRST_EPHEMERAL;
  }
}

/** Frozen, since messages carry it from host to host. */
function endpoint(host: string, port: number): Endpoint {
  return Object.freeze({ host, port });
}
