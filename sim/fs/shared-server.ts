import type { Duration } from "../../host/time.ts";
import type { Reservation } from "../../host/file-system.ts";
import type { PacketCarrier } from "../device.ts";
import { EventKind } from "../event-kind.ts";
import type { Kernel } from "../kernel.ts";
import type { DeviceQueue } from "./device-queue.ts";
import type { CallClass, DiskCounters } from "./disk-counters.ts";
import { traceDisk } from "./disk-events.ts";
import type { DiskCall } from "./disk-fault.ts";
import type { ActiveFault, DiskFaults, FaultTarget } from "./disk-faults.ts";
import { Errno, errnoNumber } from "./errno.ts";
import { LockTable } from "./lock-table.ts";
import { pathOfInode } from "./path-of.ts";
import { attributesOf, ServerOperations } from "./server-operations.ts";
import { replyBytes, type LockOwner, type Operation, type Reply, type Request } from "./shared-protocol.ts";
import type { StallGate } from "./stall-gate.ts";
import type { Volume } from "./volume.ts";

export interface ServerOptions {
  /** The server's name on the network. */
  readonly host: string;
  /** Processor time for a request, which all clients queue for. */
  readonly cpuPerRequest: Duration;
  /** Answers remembered, for requests that arrive again; 0 remembers none. */
  readonly rememberedReplies: number;
  /** Whether names are durable before they are answered for, as NFS asks; otherwise only a commit of the directory does it. */
  readonly syncsMetadata: boolean;
  /** Silence after which a client's locks may be given away; undefined: never. */
  readonly leaseTime: Duration | undefined;
}

/** What a server is built on: it outlives its crashes. */
export interface ServerParts {
  readonly kernel: Kernel;
  readonly disk: string;
  readonly volume: Volume;
  readonly queue: DeviceQueue;
  readonly counters: DiskCounters;
  readonly faults: DiskFaults;
  readonly gate: StallGate;
  readonly carrier: PacketCarrier;
}

type Answer = (reply: Reply) => void;

/** What a reservation keeps other hosts from. */
const CHANGES: ReadonlySet<Operation["kind"]> = new Set([
  "create",
  "mkdir",
  "remove",
  "rmdir",
  "rename",
  "link",
  "write",
  "truncate",
  "commit",
  "lock",
] as const);

/** A request that has arrived. A commit covers what was there then. */
interface Work extends FaultTarget {
  readonly execute: (path: string, strike: ActiveFault | undefined) => Partial<Reply>;
}

/** The server of a shared disk. It carries out each request that arrives, unless it remembers having done so. */
export class SharedServer {
  readonly locks = new LockTable<LockOwner>();
  private readonly parts: ServerParts;
  private readonly operations: ServerOperations;
  private readonly options: ServerOptions;
  /** By client and request: the answer, or undefined while it is being worked on. */
  private remembered = new Map<string, Reply | undefined>();
  /** Requests ever carried out, by the same key, for the trace alone. */
  private readonly executed = new Set<string>();
  private readonly boots = new Map<string, number>();
  private readonly heard = new Map<string, Duration>();
  private processorFree: Duration = 0;
  private up = true;
  /** Kept on the disk, and so through a loss of power. */
  private reservation: Reservation = { holder: undefined, generation: 0 };
  private generation = 1;

  constructor(parts: ServerParts, options: ServerOptions) {
    this.parts = parts;
    this.options = options;
    this.operations = new ServerOperations(parts.kernel, parts.volume, options.host, options.syncsMetadata);
  }

  get host(): string {
    return this.options.host;
  }

  get running(): boolean {
    return this.up;
  }

  /** A packet with a request has arrived. */
  receive(request: Request, answer: Answer): void {
    if (!this.up) return;
    const { kernel, gate } = this.parts;
    if (gate.stalled) {
      const { generation } = this;
      const again = (): void => {
        if (generation === this.generation) this.receive(request, answer);
      };
      gate.park({ fire: again }, EventKind.DISK_SERVER, undefined, `${request.operation.kind} ${request.path}`);
      return;
    }
    this.noticeClient(request);
    const key = `${request.client}#${request.boot}/${request.id}`;
    if (this.options.rememberedReplies > 0 && this.remembered.has(key)) {
      const reply = this.remembered.get(key);
      // While it is being worked on, the first copy's answer will do.
      if (reply !== undefined) this.send(request, reply, answer);
      return;
    }
    this.remember(key, undefined);
    const { generation } = this;
    const work = this.prepare(request);
    kernel.complete(this.timeFor(request.operation), EventKind.DISK_SERVER, undefined, {
      fire: () => {
        if (generation !== this.generation) return;
        const reply = this.carryOut(request, key, work);
        this.remember(key, reply);
        this.send(request, reply, answer);
      },
    });
  }

  /** Loses what is in memory: locks, remembered answers, requests under way. The volume is the disk's business. */
  crash(): void {
    this.up = false;
    this.generation++;
    this.remembered = new Map();
    this.locks.releaseWhere(() => true);
    this.heard.clear();
    this.processorFree = 0;
  }

  restart(): void {
    this.up = true;
  }

  private noticeClient(request: Request): void {
    const { client, boot } = request;
    const known = this.boots.get(client) ?? 0;
    this.heard.set(client, this.parts.kernel.now);
    if (boot <= known) return;
    this.boots.set(client, boot);
    // The host was switched off and on: nobody there remembers those locks.
    this.locks.releaseWhere((owner) => owner.host === client && owner.boot < boot);
  }

  private timeFor(operation: Operation): Duration {
    const { kernel, queue, volume } = this.parts;
    const begin = Math.max(kernel.now, this.processorFree);
    this.processorFree = begin + this.options.cpuPerRequest;
    const processor = this.processorFree - kernel.now;
    const inode = "inode" in operation ? volume.inodes.get(operation.inode) : undefined;
    switch (operation.kind) {
      case "read": {
        if (inode?.type !== "file") return processor;
        const length = Math.max(0, Math.min(operation.length, inode.size - operation.position));
        const missing = volume.cache.load(inode, operation.position, length);
        return processor + (missing > 0 ? queue.read(missing) : queue.cached(length));
      }
      case "write":
        return processor + queue.cached(operation.bytes.length);
      case "commit":
        return processor + queue.flush(inode?.type === "file" ? inode.unsynced.dirtyBytes : 4_096);
      case "create":
      case "mkdir":
      case "remove":
      case "rmdir":
      case "rename":
      case "link":
        return processor + (this.options.syncsMetadata ? queue.flush(4_096) : queue.cached(0));
      default:
        return processor + queue.cached(0);
    }
  }

  private prepare(request: Request): Work {
    const { operation } = request;
    const { volume } = this.parts;
    const { order } = volume;
    const inode = operation.kind === "commit" ? volume.inodes.get(operation.inode) : undefined;
    const position = inode?.type === "file" ? inode.unsynced.end : 0;
    return {
      suffers: (fault) => this.operations.suffers(fault, operation, position),
      execute: (path, strike) =>
        operation.kind === "commit"
          ? this.operations.commit(operation.inode, position, order, path, strike)
          : this.execute(operation, request.client, path, strike),
    };
  }

  private carryOut(request: Request, key: string, work: Work): Reply {
    const { kernel, faults, counters } = this.parts;
    const { fingerprint } = kernel;
    const verifier = this.generation;
    counters[classOf(request.operation)]++;
    this.traceRepeat(request, key);
    const path = faults.active ? this.pathOf(request) : request.path;
    const strike = faults.active ? faults.decide(callOf(request), path, undefined, work) : undefined;
    try {
      this.checkReservation(request);
      const result = this.executeUnder(strike, callOf(request), path, work);
      fingerprint.mix(result.attributes?.inode ?? 0);
      fingerprint.mixNumber(result.attributes?.size ?? 0);
      if (result.bytes !== undefined) fingerprint.mixBytes(result.bytes);
      return { code: undefined, verifier, ...result };
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown;
      kernel.link(thrown.cause);
      fingerprint.mix(errnoNumber(thrown.code));
      return { code: thrown.code, verifier };
    }
  }

  private executeUnder(strike: ActiveFault | undefined, call: DiskCall, path: string, work: Work): Partial<Reply> {
    const fault = strike?.rule.fault;
    if (fault?.kind !== "error" && fault?.kind !== "device-lost") return work.execute(path, strike);
    const applied = fault.kind === "error" && fault.when === "after";
    if (applied) work.execute(path, undefined);
    const { kernel } = this.parts;
    const { code = "EIO" } = fault;
    if (kernel.tracing) traceDisk(kernel, this.host, { kind: `${call}-failed`, path, code, injected: true, applied });
    throw new Errno(code);
  }

  /** What a client's system does by itself, it does to an inode. */
  private pathOf({ path, operation }: Request): string {
    if (path !== "" || !("inode" in operation)) return path;
    const inode = this.parts.volume.inodes.get(operation.inode);
    return inode === undefined ? path : pathOfInode(this.parts.volume, inode);
  }

  private traceRepeat(request: Request, key: string): void {
    const { kernel } = this.parts;
    if (!kernel.tracing) return;
    if (this.executed.has(key)) {
      const { operation, client } = request;
      traceDisk(kernel, this.host, { kind: "request-executed-again", operation: operation.kind, client });
    }
    this.executed.add(key);
  }

  private execute(
    operation: Exclude<Operation, { kind: "commit" }>,
    client: string,
    path: string,
    strike: ActiveFault | undefined,
  ): Partial<Reply> {
    switch (operation.kind) {
      case "lock":
        return this.lock(operation.inode, operation.owner);
      case "unlock":
        this.locks.releaseWhere((owner) => sameOwner(owner, operation.owner));
        return {};
      case "renew":
        return {};
      case "reserve":
        return this.reserve(client, operation.generation);
      case "reservation":
        return { reservation: this.reservation };
      default:
        return this.operations.execute(operation, path, strike);
    }
  }

  private lock(inode: number, owner: LockOwner): Partial<Reply> {
    const file = this.operations.file(inode);
    const holder = this.locks.ownerOf(inode);
    if (holder !== undefined && !sameOwner(holder, owner)) {
      const { leaseTime } = this.options;
      const silence = this.parts.kernel.now - (this.heard.get(holder.host) ?? 0);
      if (leaseTime === undefined || silence <= leaseTime) throw new Errno("EAGAIN");
      this.locks.release(inode, holder);
    }
    this.locks.take(inode, owner);
    return { attributes: attributesOf(file) };
  }

  private reserve(client: string, expected: number): Partial<Reply> {
    const { kernel, disk } = this.parts;
    const { holder, generation } = this.reservation;
    if (generation !== expected) {
      // The request that was answered already may have come a second time.
      if (holder === client && generation === expected + 1) return {};
      throw new Errno("EAGAIN");
    }
    this.reservation = { holder: client, generation: generation + 1 };
    if (kernel.tracing) traceDisk(kernel, this.host, { kind: "disk-reserved", disk, client });
    for (const inode of this.locks.releaseWhere((owner) => owner.host !== client)) {
      if (kernel.tracing) traceDisk(kernel, this.host, { kind: "lock-lost", path: `inode ${inode}` });
    }
    return {};
  }

  /** @throws Errno EACCES for a change by a host that does not hold the reservation */
  private checkReservation({ client, operation }: Request): void {
    const { holder } = this.reservation;
    if (holder !== undefined && holder !== client && CHANGES.has(operation.kind)) throw new Errno("EACCES");
  }

  private remember(key: string, reply: Reply | undefined): void {
    const { rememberedReplies } = this.options;
    if (rememberedReplies === 0) return;
    this.remembered.set(key, reply);
    if (this.remembered.size <= rememberedReplies) return;
    for (const oldest of this.remembered.keys()) {
      this.remembered.delete(oldest);
      break;
    }
  }

  private send(request: Request, reply: Reply, answer: Answer): void {
    this.parts.carrier.carry(this.host, request.client, replyBytes(reply), () => {
      answer(reply);
    });
  }
}

/** What a request is counted as. What a client's call is made of is the client's business. */
function classOf({ kind }: Operation): CallClass {
  switch (kind) {
    case "read":
      return "reads";
    case "write":
      return "writes";
    case "commit":
      return "syncs";
    case "lock":
    case "unlock":
    case "renew":
      return "free";
    default:
      return "metadata";
  }
}

/** What the disk is asked for: a client's fsync has its system write first, and then commit. */
function callOf({ call, operation }: Request): DiskCall {
  switch (operation.kind) {
    case "read":
      return "pread";
    case "write":
      return "pwrite";
    case "commit":
      return "fsync";
    default:
      return call;
  }
}

function sameOwner(a: LockOwner, b: LockOwner): boolean {
  return a.host === b.host && a.boot === b.boot && a.id === b.id;
}
