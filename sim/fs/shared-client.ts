import type { RandomStream } from "../../host/random.ts";
import type { Duration } from "../../host/time.ts";
import type { Kernel } from "../kernel.ts";
import { ClientData } from "./client-data.ts";
import { ClientLocks } from "./client-locks.ts";
import type { DeviceQueue } from "./device-queue.ts";
import { traceDisk } from "./disk-events.ts";
import { Errno } from "./errno.ts";
import type { CachedInode, MountCache } from "./mount-cache.ts";
import type { Caller, RemoteCalls } from "./remote-calls.ts";
import type { Operation, Reply } from "./shared-protocol.ts";
import { Watchers } from "./watchers.ts";

export interface ClientOptions {
  /** Largest read or write in one request, in bytes. */
  readonly transferBytes: number;
  /** Un-sent bytes of a file at which sending begins without being asked. */
  readonly dirtyBytes: number;
  /** From the first un-sent write to its being sent, at least and at most. */
  readonly flushAfterLeast: Duration;
  readonly flushAfterMost: Duration;
  /** Every write is sent and committed before it returns. */
  readonly sync: boolean;
  /** Opening a file asks the server for its attributes, and closing sends what was written. */
  readonly closeToOpen: boolean;
  /** Which look-ups are remembered. */
  readonly lookupCache: "all" | "positive" | "none";
  readonly leaseTime: Duration | undefined;
}

export interface ClientParts {
  readonly kernel: Kernel;
  readonly host: string;
  readonly boot: number;
  readonly calls: RemoteCalls;
  readonly cache: MountCache;
  /** Times of the machine's own memory. */
  readonly queue: DeviceQueue;
  readonly random: RandomStream;
  /** What is so on the server right now: for the trace to say that an answer was stale, never for an answer. */
  readonly truth: StaleCheck;
}

/** Looks past the network, so that the trace can say which cached answers were out of date. */
export interface StaleCheck {
  changeOf(inode: number): number | undefined;
  find(directory: number, name: string): number | undefined;
}

/**
 * The shared disk's client in one machine's system: its caches and its write-back. It outlives the processes that use it
 * and dies with the machine's power.
 */
export class SharedClient {
  readonly parts: ClientParts;
  readonly options: ClientOptions;
  readonly watchers: Watchers<number>;
  readonly data: ClientData;
  readonly locks: ClientLocks;
  /** The machine has lost its power. */
  dead = false;
  private verifier = 0;
  private sillyNames = 0;

  constructor(parts: ClientParts, options: ClientOptions) {
    this.parts = parts;
    this.options = options;
    this.watchers = new Watchers(parts.kernel);
    this.data = new ClientData(this);
    this.locks = new ClientLocks(this);
  }

  get cache(): MountCache {
    return this.parts.cache;
  }

  /** The machine has lost its power, and with it what was not sent. */
  end(): void {
    this.dead = true;
    this.parts.calls.end();
    this.locks.end();
  }

  /** @throws Errno with the reply's code */
  async ask(operation: Operation, caller: Caller): Promise<Reply> {
    const reply = await this.parts.calls.ask(operation, caller);
    this.noticeVerifier(reply.verifier);
    if (reply.code === "ESTALE" && "inode" in operation) this.forget(operation.inode);
    if (reply.code === "ESTALE" && "directory" in operation) this.forget(operation.directory);
    if (reply.code !== undefined) throw new Errno(reply.code);
    const { attributes, directory, toDirectory } = reply;
    if (attributes !== undefined) this.cache.confirm(attributes, reply.before);
    if (directory !== undefined) this.cache.confirm(directory, reply.directoryBefore);
    if (toDirectory !== undefined) this.cache.confirm(toDirectory, reply.toDirectoryBefore);
    return reply;
  }

  // Attributes and names

  /** Attributes as believed, or asked for when they are too old. @throws Errno ESTALE */
  async attributes(inode: number, caller: Caller): Promise<CachedInode> {
    const cached = this.cache.get(inode);
    if (!this.cache.isFresh(cached)) {
      await this.ask({ kind: "getattr", inode }, caller);
      return this.cache.get(inode);
    }
    this.parts.kernel.link(cached.confirmedBy);
    if (this.isStale(cached)) this.trace({ kind: "stale-attributes", path: caller.path, age: this.age(cached) });
    return cached;
  }

  /** The inode that a name leads to. @throws Errno ENOENT, ENOTDIR, ESTALE */
  async lookup(directory: number, name: string, caller: Caller): Promise<CachedInode> {
    const within = await this.attributes(directory, caller);
    if (within.attributes?.type !== "directory") throw new Errno("ENOTDIR");
    const known = within.names.get(name);
    if (known !== undefined) {
      this.traceStaleLookup(within, name, known, caller);
      if (known === 0) throw new Errno("ENOENT", within.confirmedBy);
      return this.cache.get(known);
    }
    const { attributes } = await this.ask({ kind: "lookup", directory, name }, caller);
    this.rememberName(directory, name, attributes?.inode ?? 0);
    if (attributes === undefined) throw new Errno("ENOENT");
    return this.cache.get(attributes.inode);
  }

  rememberName(directory: number, name: string, inode: number): void {
    const { lookupCache } = this.options;
    if (lookupCache === "none" || (inode === 0 && lookupCache === "positive")) return;
    this.cache.get(directory).names.set(name, inode);
  }

  forgetName(directory: number, name: string): void {
    this.cache.get(directory).names.delete(name);
  }

  async names(directory: number, caller: Caller): Promise<readonly string[]> {
    const cached = await this.attributes(directory, caller);
    if (cached.attributes?.type !== "directory") throw new Errno("ENOTDIR");
    if (cached.listing !== undefined) {
      if (this.isStale(cached)) this.trace({ kind: "stale-listing", path: caller.path, age: this.age(cached) });
      return cached.listing;
    }
    const { names = [] } = await this.ask({ kind: "readdir", directory }, caller);
    this.cache.get(directory).listing = names;
    return names;
  }

  /** Gives a file a name of its own that nobody asks for, so that handles open here go on working without its real one. */
  async renameSilly(directory: number, name: string, cached: CachedInode, caller: Caller): Promise<void> {
    const inode = cached.inode.toString(16).padStart(16, "0");
    const silly = `.nfs${inode}${(++this.sillyNames).toString(16).padStart(8, "0")}`;
    await this.ask({ kind: "rename", directory, name, toDirectory: directory, toName: silly }, caller);
    this.forgetName(directory, name);
    cached.silly = { directory, name: silly };
  }

  private noticeVerifier(verifier: number): void {
    if (verifier === 0 || verifier === this.verifier) return;
    const first = this.verifier === 0;
    this.verifier = verifier;
    if (!first) this.locks.reclaimAll();
  }

  private forget(inode: number): void {
    const cached = this.cache.get(inode);
    this.cache.expire(cached);
    cached.names.clear();
  }

  /** Whether what is believed of an inode is no longer so, as far as the trace wants to know. */
  isStale(cached: CachedInode): boolean {
    const { kernel, truth } = this.parts;
    return kernel.tracing && truth.changeOf(cached.inode) !== cached.attributes?.change;
  }

  private traceStaleLookup(within: CachedInode, name: string, known: number, caller: Caller): void {
    const { kernel, truth } = this.parts;
    kernel.link(within.confirmedBy);
    if (!kernel.tracing || (truth.find(within.inode, name) ?? 0) === known) return;
    this.trace({ kind: "stale-lookup", path: caller.path, found: known !== 0, age: this.age(within) });
  }

  /** How long ago it was confirmed. */
  age(cached: CachedInode): Duration {
    return this.parts.kernel.now - cached.confirmedAt;
  }

  trace(event: Parameters<typeof traceDisk>[2]): void {
    if (this.parts.kernel.tracing) traceDisk(this.parts.kernel, this.parts.host, event);
  }
}
