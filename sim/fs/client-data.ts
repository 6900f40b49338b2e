import { EventKind } from "../event-kind.ts";
import { Errno } from "./errno.ts";
import { patchPage, type CachedInode, type WrittenRange } from "./mount-cache.ts";
import { PAGE_BYTES } from "./page.ts";
import { systemCaller, type Caller } from "./remote-calls.ts";
import type { SharedClient } from "./shared-client.ts";

/** File content in one machine's mount of a shared disk: what it has read, what it has yet to send and to have committed. */
export class ClientData {
  private readonly client: SharedClient;
  private flushPending = false;

  constructor(client: SharedClient) {
    this.client = client;
  }

  /** @throws Errno ESTALE, EIO... */
  async read(inode: number, buffer: Uint8Array, offset: number, length: number, position: number, caller: Caller) {
    const cached = await this.client.attributes(inode, caller);
    const count = Math.max(0, Math.min(length, cached.size - position));
    if (count === 0) return 0;
    const stale = await this.loadPages(cached, position, count, caller);
    if (stale) this.client.trace({ kind: "stale-read", path: caller.path, age: this.client.age(cached) });
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
    const most = Math.max(1, Math.floor(this.client.options.transferBytes / PAGE_BYTES));
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
      const bytes = await this.fetch(cached.inode, range.position, range.length, caller);
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
    return !fetched && this.client.isStale(cached);
  }

  /** Asks for a range past the cache, again after short answers. Fewer bytes only at the end of the file. @throws Errno */
  async fetch(inode: number, position: number, length: number, caller: Caller): Promise<Uint8Array> {
    const whole = new Uint8Array(length);
    let got = 0;
    while (got < length) {
      const range = { position: position + got, length: length - got };
      const { bytes, attributes } = await this.client.ask({ kind: "read", inode, ...range }, caller);
      if (bytes === undefined || bytes.length === 0) break;
      whole.set(bytes, got);
      got += bytes.length;
      if (position + got >= (attributes?.size ?? 0)) break;
    }
    return whole.subarray(0, got);
  }

  /** Reads past the cache, which sends what it holds un-sent of the file first. @throws Errno */
  async readDirect(cached: CachedInode, length: number, position: number, caller: Caller): Promise<Uint8Array> {
    await this.flush(cached, caller);
    return this.fetch(cached.inode, position, length, caller);
  }

  /** Writes past the cache, which sends what it holds un-sent before and gives up the range. @throws Errno */
  async writeDirect(cached: CachedInode, bytes: Uint8Array, position: number, caller: Caller): Promise<void> {
    this.write(cached, bytes, position);
    await this.commit(cached.inode, caller);
    const last = Math.floor((position + bytes.length - 1) / PAGE_BYTES);
    for (let page = Math.floor(position / PAGE_BYTES); page <= last; page++) cached.pages.delete(page);
  }

  /** Writes into memory; it is sent later. */
  write(cached: CachedInode, bytes: Uint8Array, position: number): void {
    const range: WrittenRange = { position, bytes, verifier: 0 };
    cached.dirty.push(range);
    cached.dirtyBytes += bytes.length;
    const last = Math.floor((position + bytes.length - 1) / PAGE_BYTES);
    for (let page = Math.floor(position / PAGE_BYTES); page <= last; page++) {
      const content = cached.pages.get(page);
      if (content !== undefined) patchPage(content, page, range);
    }
    if (cached.dirtyBytes >= this.client.options.dirtyBytes) void this.flush(cached, systemCaller("pwrite"));
    else this.armFlush();
  }

  /** Cuts or extends the file on the server, after what was written before. @throws Errno */
  async truncate(cached: CachedInode, length: number, caller: Caller): Promise<void> {
    await this.flush(cached, caller);
    await this.client.ask({ kind: "truncate", inode: cached.inode, length }, caller);
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
        for (const range of gather(sending, this.client.options.transferBytes)) await this.send(cached, range, sender);
      } catch (thrown) {
        if (!(thrown instanceof Errno)) throw thrown;
        cached.failure ??= thrown;
      }
      // Sent or failed, it is not tried again: as with any write-back, the failure is told once.
      cached.dirty = cached.dirty.slice(sending.length);
      cached.dirtyBytes = cached.dirty.reduce((sum, { bytes }) => sum + bytes.length, 0);
    }
  }

  /** Sends one range, the rest again after a short answer. @throws Errno */
  private async send(
    cached: CachedInode,
    range: { position: number; bytes: Uint8Array },
    caller: Caller,
  ): Promise<void> {
    let sent = 0;
    while (sent < range.bytes.length) {
      const position = range.position + sent;
      const bytes = range.bytes.subarray(sent);
      const { count = 0, verifier } = await this.client.ask(
        { kind: "write", inode: cached.inode, position, bytes },
        caller,
      );
      if (count === 0) throw new Errno("ENOSPC");
      cached.uncommitted.push({ position, bytes: bytes.subarray(0, count), verifier });
      sent += count;
    }
  }

  /** Sends what was written and has the server make it durable. @throws Errno what a write-back or the commit met */
  async commit(inode: number, caller: Caller): Promise<void> {
    const cached = this.client.cache.get(inode);
    for (;;) {
      await this.flush(cached, caller);
      this.takeFailure(cached);
      const covered = new Set(cached.uncommitted);
      const { verifier } = await this.client.ask({ kind: "commit", inode }, caller);
      const lost = [...covered].some((range) => range.verifier !== verifier);
      if (!lost) {
        cached.uncommitted = cached.uncommitted.filter((range) => !covered.has(range));
        return;
      }
      cached.flushing = cached.flushing.then(() => {
        sendAgain(cached, verifier);
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
    if (this.client.options.closeToOpen) await this.flush(cached, caller);
    const { silly } = cached;
    if (silly === undefined || cached.opens > 0) return;
    cached.silly = undefined;
    try {
      await this.client.ask(
        { kind: "remove", directory: silly.directory, name: silly.name },
        { ...caller, life: undefined },
      );
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown;
      // Somebody else has removed it: that was the aim.
    }
  }

  /** Bytes that only this machine has. */
  get unsentBytes(): number {
    let total = 0;
    for (const cached of this.client.cache.all()) total += cached.dirtyBytes;
    return total;
  }

  private armFlush(): void {
    if (this.flushPending) return;
    this.flushPending = true;
    const { kernel, random } = this.client.parts;
    const delay = random.between(this.client.options.flushAfterLeast, this.client.options.flushAfterMost);
    const fire = (): void => {
      this.flushPending = false;
      if (this.client.dead) return;
      for (const cached of this.client.cache.all())
        if (cached.dirty.length > 0) void this.flush(cached, systemCaller("pwrite"));
    };
    kernel.complete(delay, EventKind.DISK_WRITE_BACK, undefined, { fire });
  }
}

/**
 * A server that crashed since it took a write may have lost it: that one is to be sent again, and all that was sent after it
 * too, which it would otherwise overwrite.
 */
function sendAgain(cached: CachedInode, verifier: number): void {
  const first = cached.uncommitted.findIndex((range) => range.verifier !== verifier);
  if (first < 0) return;
  cached.dirty.unshift(...cached.uncommitted.splice(first));
  cached.dirtyBytes = cached.dirty.reduce((sum, { bytes }) => sum + bytes.length, 0);
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
