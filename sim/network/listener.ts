import { NetworkError } from "../../host/network-error.ts";
import { formatEndpoint, type Connection, type Endpoint, type Listener } from "../../host/network.ts";
import { never, type Incarnation } from "../incarnation.ts";
import type { SimulatedConnection } from "./connection.ts";
import type { HostStack } from "./host-stack.ts";
import { Waiters } from "./waiters.ts";

/** A port of one incarnation that connections can be opened to. */
export class SimulatedListener implements Listener {
  readonly local: Endpoint;
  readonly life: Incarnation;
  private readonly host: HostStack;
  private readonly acceptors: Waiters<Connection>;
  private readonly ready: SimulatedConnection[] = [];
  private opening = 0;
  private open = true;

  constructor(host: HostStack, life: Incarnation, local: Endpoint) {
    this.host = host;
    this.life = life;
    this.local = local;
    this.acceptors = new Waiters(host.kernel, life);
  }

  /** @throws NetworkError ECONNABORTED when the listener is closed by its own node before a connection came */
  accept(): Promise<Connection> {
    if (!this.life.alive) return never();
    if (!this.open) return Promise.reject(this.closedError());
    const next = this.ready.shift();
    return next === undefined ? this.acceptors.wait() : Promise.resolve(next);
  }

  close(): void {
    if (!this.life.alive || !this.open) return;
    this.open = false;
    this.host.listeners.delete(this.local.port);
    for (const connection of this.ready.splice(0)) connection.reset();
    this.acceptors.failAll(() => this.closedError());
  }

  get hasRoom(): boolean {
    return this.ready.length + this.opening < this.host.options.backlog;
  }

  get waitingTasks(): readonly string[] {
    return this.acceptors.tasks;
  }

  /** A connection attempt has taken a place in the backlog. */
  attempted(): void {
    this.opening++;
  }

  /** An attempt came to nothing. */
  givenUp(): void {
    this.opening--;
  }

  /** An attempt has become a connection. */
  established(connection: SimulatedConnection): void {
    this.opening--;
    if (!this.life.alive) return;
    if (!this.open) connection.reset();
    else if (this.acceptors.length > 0) this.acceptors.hand(connection);
    else this.ready.push(connection);
  }

  private closedError(): NetworkError {
    return new NetworkError("ECONNABORTED", "accept", formatEndpoint(this.local));
  }
}
