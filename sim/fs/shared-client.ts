import type { RandomStream } from "../../host/random.ts";
import type { Duration } from "../../host/time.ts";
import { EventKind } from "../event-kind.ts";
import type { Incarnation } from "../incarnation.ts";
import type { Kernel } from "../kernel.ts";
import type { DeviceQueue } from "./device-queue.ts";
import { traceDisk } from "./disk-events.ts";
import { Errno } from "./errno.ts";
import { patchPage, type CachedInode, type MountCache, type WrittenRange } from "./mount-cache.ts";
import { PAGE_BYTES } from "./page.ts";
import type { Caller, RemoteCalls } from "./remote-calls.ts";
import type { LockOwner, Operation, Reply } from "./shared-protocol.ts";
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

/** A lock that this machine believes to hold. */
export interface ClientLock {
  readonly inode: number;
  readonly owner: LockOwner;
  readonly path: string;
  held: boolean;
}

/**
 * The shared disk's client in one machine's system: its caches and its write-back. It outlives the processes that use it
 * and dies with the machine's power.
 */
export class SharedClient {
  readonly parts: ClientParts;
  readonly options: ClientOptions;
  readonly watchers: Watchers<number>;
  readonly locks = new Set<ClientLock>();
  private verifier = 0;
  private flushPending = false;
  private renewPending = false;
  private sillyNames = 0;
  private nextOwner = 1;
  private dead = false;

  constructor(parts: ClientParts, options: ClientOptions) {
    this.parts = parts;
    this.options = options;
    this.watchers = new Watchers(parts.kernel);
  }

  get cache(): MountCache {
    return this.parts.cache;
  }

  /** The machine has lost its power, and with it what was not sent. */
  end(): void {
    this.dead = true;
    this.parts.calls.end();
    for (const lock of this.locks) lock.held = false;
  }

  /** Bytes that only this machine has. */
  get unsentBytes(): number {
    let total = 0;
    for (const cached of this.cache.all()) total += cached.dirtyBytes;
    return total;
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

  // Data

  /** @throws Errno ESTALE, EIO... */
  async read(inode: number, buffer: Uint8Array, offset: number, length: number, position: number, caller: Caller) {
    const cached = await this.attributes(inode, caller);
    const count = Math.max(0, Math.min(length, cached.size - position));
    if (count === 0) return 0;
    const stale = await this.loadPages(cached, position, count, caller);
    if (stale) this.trace({ kind: "stale-read", path: caller.path, age: this.age(cached) });
    let copied = 0;
    while (copied < count) {
      const at = position + copied;
      const page = Math.floor(at / PAGE_BYTES);
      const from = at - page * PAGE_BYTES;
      const piece = Math.min(count - copied, PAGE_BYTES - from);
      // The page may have gone again while another was fetched: what nobody holds any more reads as the server's answer.
      const content = cached.pages.get(page) ?? new Uint8Array(PAGE_BYTES);
      buffer.set(content.subarray(from, from + piece), offset + copied);
      copied += piece;
    }
    return count;
  }

  /** Fetches what is missing of a range. Returns whether all of it came from memory and was out of date. */
  private async loadPages(cached: CachedInode, position: number, length: number, caller: Caller): Promise<boolean> {
    const first = Math.floor(position / PAGE_BYTES);
    const last = Math.floor((position + length - 1) / PAGE_BYTES);
    const most = Math.max(1, Math.floor(this.options.transferBytes / PAGE_BYTES));
    let fetched = false;
    const loaded: [number, Uint8Array][] = [];
    for (let page = first; page <= last; page++) {
      const known = cached.pages.get(page);
      if (known !== undefined) {
        loaded.push([page, known]);
        continue;
      }
      let end = page;
      while (end < last && end - page + 1 < most && !cached.pages.has(end + 1)) end++;
      const range = { position: page * PAGE_BYTES, length: (end - page + 1) * PAGE_BYTES };
      const { bytes = new Uint8Array() } = await this.ask({ kind: "read", inode: cached.inode, ...range }, caller);
      fetched = true;
      for (; page <= end; page++) {
        const content = new Uint8Array(PAGE_BYTES);
        const at = page * PAGE_BYTES - range.position;
        content.set(bytes.subarray(at, at + PAGE_BYTES));
        for (const written of cached.dirty) patchPage(content, page, written);
        loaded.push([page, content]);
      }
      page--;
    }
    // An answer that told of a change has emptied the cache meanwhile: pages read before it are put back, as a system that
    // copies page by page would have returned them.
    for (const [page, content] of loaded) cached.pages.set(page, content);
    return !fetched && this.isStale(cached);
  }

  write(cached: CachedInode, bytes: Uint8Array, position: number): void {
    const range: WrittenRange = { position, bytes, verifier: 0 };
    cached.dirty.push(range);
    cached.dirtyBytes += bytes.length;
    const last = Math.floor((position + bytes.length - 1) / PAGE_BYTES);
    for (let page = Math.floor(position / PAGE_BYTES); page <= last; page++) {
      const content = cached.pages.get(page);
      if (content !== undefined) patchPage(content, page, range);
    }
    if (cached.dirtyBytes >= this.options.dirtyBytes) void this.flush(cached, systemCaller("pwrite"));
    else this.armFlush();
  }

  /** Cuts or extends the file on the server, after what was written before. @throws Errno */
  async truncate(cached: CachedInode, length: number, caller: Caller): Promise<void> {
    await this.flush(cached, caller);
    await this.ask({ kind: "truncate", inode: cached.inode, length }, caller);
    for (const page of [...cached.pages.keys()]) if ((page + 1) * PAGE_BYTES > length) cached.pages.delete(page);
  }

  /** Sends what was written. Never rejects: a failure is kept for {@link takeFailure}. */
  flush(cached: CachedInode, caller: Caller): Promise<void> {
    cached.flushing = cached.flushing.then(() => this.flushNow(cached, caller));
    return cached.flushing;
  }

  private async flushNow(cached: CachedInode, caller: Caller): Promise<void> {
    // As the machine's system: what a process has written is sent even when the process dies meanwhile.
    const sender: Caller = { ...caller, life: undefined };
    while (cached.dirty.length > 0) {
      const sending = [...cached.dirty];
      try {
        for (const { position, bytes } of gather(sending, this.options.transferBytes)) {
          const { count = 0, verifier } = await this.ask(
            { kind: "write", inode: cached.inode, position, bytes },
            sender,
          );
          if (count < bytes.length) throw new Errno("ENOSPC");
          cached.uncommitted.push({ position, bytes, verifier });
        }
      } catch (thrown) {
        if (!(thrown instanceof Errno)) throw thrown;
        cached.failure ??= thrown;
      }
      // Sent or failed, it is not tried again: as with any write-back, the failure is told once.
      cached.dirty = cached.dirty.slice(sending.length);
      cached.dirtyBytes = cached.dirty.reduce((sum, { bytes }) => sum + bytes.length, 0);
    }
  }

  /** Sends what was written and has the server make it durable. @throws Errno what a write-back or the commit met */
  async commit(inode: number, caller: Caller): Promise<void> {
    const cached = this.cache.get(inode);
    for (;;) {
      await this.flush(cached, caller);
      this.takeFailure(cached);
      const { uncommitted } = cached;
      const covered = uncommitted.length;
      const { verifier } = await this.ask({ kind: "commit", inode }, caller);
      // A server that crashed since it took a write may have lost it: send it again, and have it committed again.
      const lost = uncommitted.slice(0, covered).filter((range) => range.verifier !== verifier);
      cached.uncommitted = cached.uncommitted.slice(covered);
      if (lost.length === 0) return;
      cached.flushing = cached.flushing.then(() => {
        cached.dirty.unshift(...lost);
      });
    }
  }

  /** @throws Errno why a write-back failed, once */
  takeFailure(cached: CachedInode): void {
    const { failure } = cached;
    cached.failure = undefined;
    if (failure !== undefined) throw failure;
  }

  /** A handle was closed, by its owner or by its owner's death. */
  async closed(cached: CachedInode, caller: Caller): Promise<void> {
    cached.opens--;
    if (this.options.closeToOpen) await this.flush(cached, caller);
    const { silly } = cached;
    if (silly === undefined || cached.opens > 0) return;
    cached.silly = undefined;
    try {
      await this.ask({ kind: "remove", directory: silly.directory, name: silly.name }, { ...caller, life: undefined });
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown;
      // Somebody else has removed it: that was the aim.
    }
  }

  private armFlush(): void {
    if (this.flushPending) return;
    this.flushPending = true;
    const { kernel, random } = this.parts;
    const delay = random.between(this.options.flushAfterLeast, this.options.flushAfterMost);
    const fire = (): void => {
      this.flushPending = false;
      if (this.dead) return;
      for (const cached of this.cache.all())
        if (cached.dirty.length > 0) void this.flush(cached, systemCaller("pwrite"));
    };
    kernel.complete(delay, EventKind.DISK_WRITE_BACK, undefined, { fire });
  }

  // Locks

  async lock(inode: number, caller: Caller): Promise<ClientLock> {
    const { host, boot } = this.parts;
    const owner: LockOwner = { host, boot, id: this.nextOwner++ };
    // As the machine's system: a process that dies meanwhile must not leave a lock that nobody knows of.
    await this.ask({ kind: "lock", inode, owner }, { ...caller, life: undefined });
    const lock: ClientLock = { inode, owner, path: caller.path, held: true };
    this.locks.add(lock);
    if (caller.life?.alive === false) await this.unlock(lock, { ...caller, life: undefined });
    this.armRenewal();
    return lock;
  }

  async unlock(lock: ClientLock, caller: Caller): Promise<void> {
    if (!this.locks.delete(lock)) return;
    lock.held = false;
    await this.ask({ kind: "unlock", inode: lock.inode, owner: lock.owner }, caller);
  }

  private armRenewal(): void {
    const { leaseTime } = this.options;
    if (leaseTime === undefined || this.renewPending) return;
    this.renewPending = true;
    const heardAt = this.parts.kernel.now;
    const fire = (): void => {
      this.renewPending = false;
      if (this.dead || this.locks.size === 0) return;
      void this.renew(heardAt, leaseTime);
    };
    this.parts.kernel.complete(Math.floor(leaseTime / 3), EventKind.DISK_LOCK, undefined, { fire });
  }

  private async renew(heardAt: Duration, leaseTime: Duration): Promise<void> {
    await this.parts.calls.ask({ kind: "renew" }, systemCaller("flock"));
    // Unheard for a lease, the server may have given the locks away.
    if (this.parts.kernel.now - heardAt > leaseTime) for (const lock of [...this.locks]) await this.reclaim(lock);
    this.armRenewal();
  }

  private async reclaim(lock: ClientLock): Promise<void> {
    const { inode, owner, path } = lock;
    const { code } = await this.parts.calls.ask({ kind: "lock", inode, owner }, { ...systemCaller("flock"), path });
    if (code === undefined || !this.locks.delete(lock)) return;
    lock.held = false;
    this.trace({ kind: "lock-lost", path });
  }

  private noticeVerifier(verifier: number): void {
    if (verifier === 0 || verifier === this.verifier) return;
    const first = this.verifier === 0;
    this.verifier = verifier;
    // The server has forgotten all locks: whoever asks first has them.
    if (!first) for (const lock of [...this.locks]) void this.reclaim(lock);
  }

  private forget(inode: number): void {
    const cached = this.cache.get(inode);
    this.cache.expire(cached);
    cached.names.clear();
  }

  private isStale(cached: CachedInode): boolean {
    const { kernel, truth } = this.parts;
    return kernel.tracing && truth.changeOf(cached.inode) !== cached.attributes?.change;
  }

  private traceStaleLookup(within: CachedInode, name: string, known: number, caller: Caller): void {
    const { kernel, truth } = this.parts;
    kernel.link(within.confirmedBy);
    if (!kernel.tracing || (truth.find(within.inode, name) ?? 0) === known) return;
    this.trace({ kind: "stale-lookup", path: caller.path, found: known !== 0, age: this.age(within) });
  }

  private age(cached: CachedInode): Duration {
    return this.parts.kernel.now - cached.confirmedAt;
  }

  private trace(event: Parameters<typeof traceDisk>[2]): void {
    if (this.parts.kernel.tracing) traceDisk(this.parts.kernel, this.parts.host, event);
  }
}

/** For what a machine's system does by itself. */
export function systemCaller(call: Caller["call"]): Caller {
  return { life: undefined, call, path: "" };
}

/** The caller of a process. */
export function callerOf(life: Incarnation, call: Caller["call"], path: string): Caller {
  return { life, call, path };
}

/** Ranges in order, those that continue each other as one, none longer than `most`. */
function* gather(ranges: readonly WrittenRange[], most: number): Generator<{ position: number; bytes: Uint8Array }> {
  let index = 0;
  while (index < ranges.length) {
    const { position } = ranges[index] as WrittenRange;
    let length = 0;
    let end = index;
    while (end < ranges.length) {
      const range = ranges[end] as WrittenRange;
      if (range.position !== position + length || (length > 0 && length + range.bytes.length > most)) break;
      length += range.bytes.length;
      end++;
    }
    const bytes = new Uint8Array(length);
    for (; index < end; index++) {
      const range = ranges[index] as WrittenRange;
      bytes.set(range.bytes, range.position - position);
    }
    for (let at = 0; at < length; at += most) {
      yield { position: position + at, bytes: bytes.subarray(at, Math.min(length, at + most)) };
    }
  }
}
