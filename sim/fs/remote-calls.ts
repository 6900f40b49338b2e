import type { Duration } from "../../host/time.ts";
import type { PacketCarrier, Wait } from "../device.ts";
import { EventKind } from "../event-kind.ts";
import { never, type Incarnation } from "../incarnation.ts";
import type { EventToken, Kernel } from "../kernel.ts";
import { traceDisk } from "./disk-events.ts";
import type { DiskCall } from "./disk-fault.ts";
import { requestBytes, type Operation, type Reply, type Request } from "./shared-protocol.ts";
import type { SharedServer } from "./shared-server.ts";

export interface RemoteCallOptions {
  /** "hard" asks for ever; "soft" gives up with ETIMEDOUT after `retransmissions`. */
  readonly mode: "hard" | "soft";
  /** Until a request is sent again for the first time; doubles each time. */
  readonly timeout: Duration;
  readonly maxTimeout: Duration;
  readonly retransmissions: number;
}

/** On whose behalf a request is made: nobody's for what a machine's system does by itself. */
export interface Caller {
  readonly life: Incarnation | undefined;
  readonly call: DiskCall;
  readonly path: string;
}

/** For what a machine's system does by itself. */
export function systemCaller(call: Caller["call"]): Caller {
  return { life: undefined, call, path: "" };
}

/** The caller of a process. */
export function callerOf(life: Incarnation, call: Caller["call"], path: string): Caller {
  return { life, call, path };
}

interface Pending {
  readonly request: Request;
  readonly caller: Caller;
  readonly task: string;
  readonly settle: (reply: Reply) => void;
  attempt: number;
  timer: EventToken;
}

/** Requests of one client: sent again, over and over, until an answer comes. */
export class RemoteCalls {
  private readonly kernel: Kernel;
  private readonly carrier: PacketCarrier;
  private readonly server: SharedServer;
  private readonly host: string;
  private readonly boot: number;
  private readonly options: RemoteCallOptions;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private dead = false;

  constructor(
    kernel: Kernel,
    carrier: PacketCarrier,
    server: SharedServer,
    host: string,
    boot: number,
    options: RemoteCallOptions,
  ) {
    this.kernel = kernel;
    this.carrier = carrier;
    this.server = server;
    this.host = host;
    this.boot = boot;
    this.options = options;
  }

  /**
   * Asks the server. Stays pending for ever when the caller's life, or the machine's power, ends first.
   *
   * @returns the answer, or one with ETIMEDOUT on a soft mount
   */
  ask(operation: Operation, caller: Caller): Promise<Reply> {
    if (this.dead || caller.life?.alive === false) return never();
    const { call, path } = caller;
    const request: Request = { client: this.host, boot: this.boot, id: this.nextId++, operation, call, path };
    return new Promise((settle) => {
      const task = caller.life?.currentTask.name ?? "";
      const timer = this.send(request, 1);
      this.pending.set(request.id, { request, caller, task, settle, attempt: 1, timer });
    });
  }

  /** The machine has lost its power. */
  end(): void {
    this.dead = true;
    for (const { timer } of this.pending.values()) this.kernel.cancel(timer);
    this.pending.clear();
  }

  /** A process has died: what it waited for is asked no more. What is under way may still be carried out. */
  endOf(life: Incarnation): void {
    for (const [id, { caller, timer }] of [...this.pending]) {
      if (caller.life !== life) continue;
      this.kernel.cancel(timer);
      this.pending.delete(id);
    }
  }

  waits(): Wait[] {
    const waits: Wait[] = [];
    for (const { request, caller, task } of this.pending.values()) {
      if (caller.life === undefined) continue;
      waits.push({ host: this.host, task, what: `${request.operation.kind} ${request.path} from ${this.server.host}` });
    }
    return waits;
  }

  private send(request: Request, attempt: number): EventToken {
    const { kernel } = this;
    this.carrier.carry(this.host, this.server.host, requestBytes(request), () => {
      this.server.receive(request, (reply) => {
        this.answered(request.id, reply);
      });
    });
    const { timeout, maxTimeout } = this.options;
    let wait = timeout;
    for (let doubled = 1; doubled < attempt && wait < maxTimeout; doubled++) wait *= 2;
    const fire = (): void => {
      this.timedOut(request.id);
    };
    return kernel.token(kernel.complete(Math.min(wait, maxTimeout), EventKind.DISK_RETRY, undefined, { fire }));
  }

  private answered(id: number, reply: Reply): void {
    const pending = this.pending.get(id);
    if (pending === undefined || this.dead) return;
    this.pending.delete(id);
    this.kernel.cancel(pending.timer);
    pending.settle(reply);
  }

  private timedOut(id: number): void {
    const pending = this.pending.get(id);
    if (pending === undefined) return;
    const { kernel, options } = this;
    const { request } = pending;
    const operation = request.operation.kind;
    if (options.mode === "soft" && pending.attempt > options.retransmissions) {
      this.pending.delete(id);
      if (kernel.tracing) traceDisk(kernel, this.host, { kind: "request-timed-out", operation, path: request.path });
      pending.settle({ code: "ETIMEDOUT", verifier: 0 });
      return;
    }
    pending.attempt++;
    if (kernel.tracing) {
      const { attempt } = pending;
      traceDisk(kernel, this.host, { kind: "request-retransmitted", operation, path: request.path, attempt });
    }
    pending.timer = this.send(request, pending.attempt);
  }
}
