import { Condition } from "../../engine/index.ts";
import { MILLISECOND, type Duration, type MonotonicTime } from "../../host/time.ts";
import type { Connection } from "../../host/network.ts";
import { isNetworkError } from "../../host/network-error.ts";
import { ControlCaller, type NodeStatus } from "./control-protocol.ts";
import { peersOf } from "./node-context.ts";
import type { Receiver, ReplicaHome } from "./receiver.ts";
import { STREAM_PORT } from "./stream-protocol.ts";

/** How long to wait before the primary is looked for again: the first time, and at most. */
const FIRST_PAUSE: Duration = 20 * MILLISECOND;
const LONGEST_PAUSE: Duration = 320 * MILLISECOND;
const CONNECT_DEADLINE: Duration = 500 * MILLISECOND;

/** A node's time as a replica: it looks for the primary and follows it, again and again. */
export class Replica {
  protected readonly home: ReplicaHome;
  private readonly caller: ControlCaller;
  private readonly awake = new Condition();
  private over = false;
  private receiver_: Receiver | undefined;
  private primary_: string | undefined;

  constructor(home: ReplicaHome, primary: string | undefined) {
    this.home = home;
    this.caller = new ControlCaller(home.context.host);
    this.primary_ = primary;
  }

  start(): void {
    this.home.context.host.spawn("follow the primary", () => this.follow());
  }

  /** The primary that it follows, or followed last. */
  get primary(): string | undefined {
    return this.primary_;
  }

  /** Its end of the stream, while there is one. */
  get receiver(): Receiver | undefined {
    return this.receiver_;
  }

  tick(now: MonotonicTime): void {
    this.receiver_?.tick(now);
  }

  /** Ends it. Resolves when nothing more is appended to the log. */
  async end(): Promise<void> {
    this.over = true;
    this.receiver_?.end("stopped");
    this.awake.notify();
    await this.receiver_?.settled();
  }

  /** Whom to follow, of those who answer: the primary of the latest epoch, unless a later one is promised. */
  protected choose(statuses: readonly NodeStatus[]): NodeStatus | undefined {
    const { cluster = 0, promised = 0 } = this.home.context.metadata.current ?? {};
    return statuses
      .filter((status) => status.role === "primary" && status.epoch >= promised)
      .filter((status) => cluster === 0 || status.cluster === cluster)
      .reduce<NodeStatus | undefined>(
        (best, next) => (best === undefined || next.epoch > best.epoch ? next : best),
        undefined,
      );
  }

  private async follow(): Promise<void> {
    const { home } = this;
    let pause = FIRST_PAUSE;
    while (!this.over) {
      const found = this.choose(await this.caller.statuses(peersOf(home.context)));
      if (this.isOver()) break;
      if (found !== undefined) {
        this.primary_ = found.node;
        const connection = await this.connect(found.node);
        if (connection !== undefined && this.isOver()) connection.reset();
        else if (connection !== undefined) {
          const since = home.context.host.clock.monotonic();
          this.receiver_ = new home.context.parts.Receiver(home, connection, found.node);
          await this.receiver_.run();
          // Nothing may be appended by two at a time.
          await this.receiver_.settled();
          if (home.context.host.clock.monotonic() - since > LONGEST_PAUSE) pause = FIRST_PAUSE;
        }
      }
      if (this.isOver()) break;
      await this.rest(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }

  /** What other tasks have decided meanwhile. */
  private isOver(): boolean {
    return this.over;
  }

  private async connect(node: string): Promise<Connection | undefined> {
    const { host } = this.home.context;
    let patient = true;
    return new Promise((resolve) => {
      const timer = host.clock.timer(CONNECT_DEADLINE, () => {
        patient = false;
        resolve(undefined);
      });
      host.net.connect({ host: node, port: STREAM_PORT }).then(
        (connection) => {
          timer.cancel();
          if (patient) resolve(connection);
          else connection.reset();
        },
        (error: unknown) => {
          timer.cancel();
          if (!isNetworkError(error)) host.fatal(error);
          resolve(undefined);
        },
      );
    });
  }

  private async rest(pause: Duration): Promise<void> {
    const timer = this.home.context.host.clock.timer(pause, () => this.awake.notify());
    await this.awake.wait();
    timer.cancel();
  }
}
