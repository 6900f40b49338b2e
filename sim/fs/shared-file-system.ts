import { FileSystemError } from "../../host/file-system-error.ts";
import {
  OpenFlag,
  type FileHandle,
  type FileLock,
  type FileStat,
  type FileSystem,
  type FileSystemStat,
  type Reservation,
  type Watcher,
  type WatchEvent,
} from "../../host/file-system.ts";
import { EventKind } from "../event-kind.ts";
import { never, type Incarnation } from "../incarnation.ts";
import type { DiskCall } from "./disk-fault.ts";
import type { ClientLock } from "./client-locks.ts";
import { traceDisk, type DiskEvent } from "./disk-events.ts";
import { Errno, errnoNumber } from "./errno.ts";
import type { CachedInode } from "./mount-cache.ts";
import { areConsistentFlags } from "./open-flags.ts";
import { checkName, parsePath } from "./path.ts";
import { callerOf, systemCaller, type Caller } from "./remote-calls.ts";
import type { SharedClient } from "./shared-client.ts";
import { SharedFileHandle } from "./shared-file-handle.ts";

const ROOT = 1;

interface Place {
  readonly directory: number;
  readonly name: string;
  readonly trailingSlash: boolean;
}

/** What is due at the moment at which a call completes, with its result. */
export type Completion<T> = () => T;

/** A shared disk as one incarnation of a node sees it. */
export class SharedFileSystem implements FileSystem {
  readonly client: SharedClient;
  readonly life: Incarnation;
  readonly handles = new Set<SharedFileHandle>();
  private readonly locks = new Set<ClientLock>();

  constructor(client: SharedClient, life: Incarnation) {
    this.client = client;
    this.life = life;
  }

  open(path: string, flags: number): Promise<FileHandle> {
    return this.perform("open", path, undefined, async (caller) => {
      if (!areConsistentFlags(flags)) throw new Errno("EINVAL");
      const { place, cached } = await this.openInode(path, flags, caller);
      if ((flags & OpenFlag.TRUNCATE) !== 0) await this.client.data.truncate(cached, 0, caller);
      cached.opens++;
      const handle = new SharedFileHandle(this, path, place.directory, place.name, cached, flags);
      this.handles.add(handle);
      return () => handle;
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.perform("rename", from, to, async (caller) => {
      parsePath(to);
      const source = await this.place(from, caller);
      const target = await this.place(to, caller);
      if (source.name === "" || target.name === "") throw new Errno("EBUSY");
      if (source.trailingSlash || target.trailingSlash) {
        const found = await this.client.lookup(source.directory, source.name, caller);
        checkName(target.name);
        await this.checkDirectory(found, caller);
      }
      const { directory, name } = source;
      const toDirectory = target.directory;
      const replaced = this.knownHere(target);
      const moved = this.client.cache.get(source.directory).names.get(source.name);
      if (replaced !== undefined && replaced.opens > 0 && replaced.inode !== moved) {
        const moving = await this.client.lookup(directory, name, caller);
        // A file open here that is about to lose its last name would answer ESTALE: it is given another. A directory cannot
        // take a file's place: the server says why.
        if (moving.attributes?.type === "file") {
          await this.client.renameSilly(toDirectory, target.name, replaced, caller);
        }
      }
      await this.client.ask({ kind: "rename", directory, name, toDirectory, toName: target.name }, caller);
      this.client.forgetName(directory, name);
      this.client.rememberName(directory, name, 0);
      this.client.forgetName(toDirectory, target.name);
      if (moved !== undefined && moved !== 0) this.client.rememberName(toDirectory, target.name, moved);
      return () => {
        this.client.watchers.announce(directory, { type: "rename", name });
        this.client.watchers.announce(toDirectory, { type: "rename", name: target.name });
      };
    });
  }

  link(existing: string, created: string): Promise<void> {
    return this.perform("link", existing, created, async (caller) => {
      parsePath(created);
      const cached = await this.resolve(existing, caller);
      const place = await this.place(created, caller);
      const { directory, name } = place;
      if (name === "") throw new Errno("EEXIST");
      if (place.trailingSlash) {
        // Nothing but an existing directory answers to such a name.
        await this.client.lookup(directory, name, caller);
        throw new Errno("EEXIST");
      }
      await this.client.ask({ kind: "link", inode: cached.inode, directory, name }, caller);
      this.client.rememberName(directory, name, cached.inode);
      return () => {
        this.client.watchers.announce(directory, { type: "rename", name });
      };
    });
  }

  unlink(path: string): Promise<void> {
    return this.changeName("unlink", path, "EISDIR", async (place, caller) => {
      const { directory, name } = place;
      if (place.trailingSlash) await this.checkDirectory(await this.client.lookup(directory, name, caller), caller);
      const cached = this.knownHere(place);
      if (cached !== undefined && cached.opens > 0) await this.client.renameSilly(directory, name, cached, caller);
      else await this.client.ask({ kind: "remove", directory, name }, caller);
      return 0;
    });
  }

  mkdir(path: string): Promise<void> {
    return this.changeName("mkdir", path, "EEXIST", async ({ directory, name }, caller) => {
      const { attributes } = await this.client.ask({ kind: "mkdir", directory, name }, caller);
      return attributes?.inode ?? 0;
    });
  }

  rmdir(path: string): Promise<void> {
    return this.changeName("rmdir", path, "EBUSY", async ({ directory, name }, caller) => {
      await this.client.ask({ kind: "rmdir", directory, name }, caller);
      return 0;
    });
  }

  readdir(path: string): Promise<string[]> {
    return this.perform("readdir", path, undefined, async (caller) => {
      const cached = await this.resolve(path, caller);
      const names = [...(await this.client.names(cached.inode, caller))];
      return () => {
        for (const name of names) this.client.parts.kernel.fingerprint.mixString(name);
        return names;
      };
    });
  }

  stat(path: string): Promise<FileStat> {
    return this.perform("stat", path, undefined, async (caller) => {
      const found = await this.resolve(path, caller);
      const cached = await this.client.attributes(found.inode, caller);
      return () => this.statOf(cached);
    });
  }

  statfs(): Promise<FileSystemStat> {
    return this.perform("statfs", "/", undefined, async (caller) => {
      const { statfs } = await this.client.ask({ kind: "statfs" }, caller);
      return () => statfs ?? { totalBytes: 0, freeBytes: 0 };
    });
  }

  syncDirectory(path: string): Promise<void> {
    return this.perform("fsync", path, undefined, async (caller) => {
      const { inode, attributes } = await this.resolve(path, caller);
      if (attributes?.type !== "directory") throw new Errno("ENOTDIR");
      await this.client.ask({ kind: "commit", inode }, caller);
      return () => undefined;
    });
  }

  /** Sees what is done through this machine alone. Watches whatever directory the path leads to by what is known here. */
  watch(path: string, listener: (event: WatchEvent) => void): Watcher {
    if (!this.life.alive) return { close: () => undefined };
    let directory = ROOT;
    try {
      for (const name of parsePath(path).names) {
        const next = this.client.cache.get(directory).names.get(name);
        // To watch is to answer at once: what this machine has never looked up, it cannot find.
        if (next === undefined || next === 0) throw new Errno("ENOENT");
        directory = next;
      }
    } catch (thrown) {
      throw thrown instanceof Errno ? new FileSystemError(thrown.code, "watch", path) : thrown;
    }
    return this.client.watchers.add(this.life, directory, listener);
  }

  lock(path: string): Promise<FileLock> {
    return this.perform("flock", path, undefined, async (caller) => {
      const { cached } = await this.openInode(path, OpenFlag.READ_WRITE | OpenFlag.CREATE, caller);
      const lock = await this.client.locks.lock(cached.inode, caller);
      this.locks.add(lock);
      const release = (): Promise<void> =>
        this.perform("flock", path, undefined, async (releasing) => {
          this.locks.delete(lock);
          await this.client.locks.unlock(lock, releasing);
          return () => {
            this.report({ kind: "lock-released", path });
          };
        });
      return () => {
        this.report({ kind: "lock-taken", path });
        return {
          get held() {
            return lock.held;
          },
          release,
        };
      };
    });
  }

  reserve(generation: number): Promise<void> {
    return this.perform("flock", "/", undefined, async (caller) => {
      await this.client.ask({ kind: "reserve", generation }, caller);
      return () => undefined;
    });
  }

  reservation(): Promise<Reservation> {
    return this.perform("flock", "/", undefined, async (caller) => {
      const { reservation = { holder: undefined, generation: 0 } } = await this.client.ask(
        { kind: "reservation" },
        caller,
      );
      return () => {
        this.client.parts.kernel.fingerprint.mixString(reservation.holder ?? "");
        this.client.parts.kernel.fingerprint.mixNumber(reservation.generation);
        return reservation;
      };
    });
  }

  /** The incarnation has ended: the machine's system closes its files and gives its locks back. */
  end(): void {
    const { client } = this;
    for (const handle of this.handles) void client.data.closed(handle.cached, systemCaller("close"));
    this.handles.clear();
    for (const lock of this.locks) void client.locks.unlock(lock, systemCaller("flock")).catch(ignoreErrno);
    this.locks.clear();
    client.watchers.removeOf(this.life);
  }

  statOf(cached: CachedInode): FileStat {
    const { attributes } = cached;
    if (attributes === undefined) throw new Errno("ESTALE");
    const { type, inode, links, modified } = attributes;
    const size = type === "file" ? cached.size : 0;
    this.client.parts.kernel.fingerprint.mixNumber(size);
    return { type, size, inode, links, modified };
  }

  report(event: DiskEvent): void {
    if (this.client.parts.kernel.tracing) traceDisk(this.client.parts.kernel, this.life.host, event);
  }

  /**
   * Carries a call out in as many requests as it takes. Its outcome reaches the node as an event of its own, so that answers
   * from memory and wake-ups of several waiters are ordered by the scheduler.
   */
  perform<T>(
    call: DiskCall,
    path: string,
    destination: string | undefined,
    body: (caller: Caller) => Promise<Completion<T>>,
  ): Promise<T> {
    const { life, client } = this;
    if (!life.alive) return never();
    const { kernel, queue } = client.parts;
    const task = life.currentTask;
    return new Promise<T>((resolve, reject) => {
      const completeWith = (action: () => void): void => {
        if (!life.alive) return;
        kernel.complete(queue.cached(0), EventKind.DISK_CACHE, task, {
          fire: () => {
            life.deliver(task, action);
          },
        });
      };
      const fail = (thrown: unknown): void => {
        reject(this.errorOf(thrown, call, path, destination));
      };
      body(callerOf(life, call, path)).then(
        (completion) => {
          completeWith(() => {
            let value: T;
            try {
              value = completion();
            } catch (thrown) {
              fail(thrown);
              return;
            }
            resolve(value);
          });
        },
        (thrown: unknown) => {
          completeWith(() => {
            fail(thrown);
          });
        },
      );
    });
  }

  private errorOf(thrown: unknown, call: DiskCall, path: string, destination: string | undefined): unknown {
    if (!(thrown instanceof Errno)) return thrown;
    const { code, cause } = thrown;
    this.client.parts.kernel.link(cause);
    this.client.parts.kernel.fingerprint.mix(errnoNumber(code));
    this.report({ kind: `${call}-failed`, path, code, injected: false, applied: false });
    return new FileSystemError(code, call, path, destination);
  }

  private async changeName(
    call: "unlink" | "mkdir" | "rmdir",
    path: string,
    rootCode: "EISDIR" | "EEXIST" | "EBUSY",
    change: (place: Place, caller: Caller) => Promise<number>,
  ): Promise<void> {
    return this.perform(call, path, undefined, async (caller) => {
      const place = await this.place(path, caller);
      if (place.name === "") throw new Errno(rootCode);
      const inode = await change(place, caller);
      this.client.forgetName(place.directory, place.name);
      this.client.rememberName(place.directory, place.name, inode);
      return () => {
        this.client.watchers.announce(place.directory, { type: "rename", name: place.name });
      };
    });
  }

  private async openInode(path: string, flags: number, caller: Caller): Promise<{ place: Place; cached: CachedInode }> {
    const creates = (flags & OpenFlag.CREATE) !== 0;
    const exclusive = (flags & OpenFlag.EXCLUSIVE) !== 0;
    for (let attempt = 1; ; attempt++) {
      const place = await this.place(path, caller);
      const { directory, name } = place;
      if (name === "") throw new Errno(creates && exclusive ? "EEXIST" : "EISDIR");
      if (creates && place.trailingSlash) throw new Errno("EISDIR");
      try {
        let cached: CachedInode;
        // What is remembered not to be there may have come into being: to create is to ask.
        const known = this.client.cache.get(directory).names.get(name) ?? 0;
        const asks = creates && (exclusive || known === 0);
        if (asks) {
          const { attributes } = await this.client.ask({ kind: "create", directory, name, exclusive }, caller);
          cached = this.client.cache.get(attributes?.inode ?? 0);
          this.client.rememberName(directory, name, cached.inode);
        } else {
          cached = await this.client.lookup(directory, name, caller);
          // A look-up that has just been answered has brought the attributes along.
          const asked = cached.confirmedAt === this.client.parts.kernel.now;
          if (this.client.options.closeToOpen && !asked)
            await this.client.ask({ kind: "getattr", inode: cached.inode }, caller);
        }
        if (cached.attributes?.type === "directory") throw new Errno("EISDIR");
        if (place.trailingSlash) throw new Errno("ENOTDIR");
        return { place, cached };
      } catch (thrown) {
        // The name was remembered and its file is gone: ask for the name once more.
        if (!(thrown instanceof Errno) || thrown.code !== "ESTALE" || attempt > 1) throw thrown;
        this.client.forgetName(directory, name);
        this.client.cache.expire(this.client.cache.get(directory));
      }
    }
  }

  /** @throws Errno ENOTDIR */
  private async checkDirectory(cached: CachedInode, caller: Caller): Promise<void> {
    const { attributes } =
      cached.attributes === undefined ? await this.client.attributes(cached.inode, caller) : cached;
    if (attributes?.type !== "directory") throw new Errno("ENOTDIR");
  }

  /** An inode that this machine knows under a name, without asking. */
  private knownHere(place: Place): CachedInode | undefined {
    const known = this.client.cache.get(place.directory).names.get(place.name);
    return known === undefined || known === 0 ? undefined : this.client.cache.get(known);
  }

  private async resolve(path: string, caller: Caller): Promise<CachedInode> {
    const place = await this.place(path, caller);
    if (place.name === "") return this.client.attributes(place.directory, caller);
    const cached = await this.client.lookup(place.directory, place.name, caller);
    if (cached.attributes === undefined) await this.client.attributes(cached.inode, caller);
    if (place.trailingSlash) await this.checkDirectory(cached, caller);
    return cached;
  }

  private async place(path: string, caller: Caller): Promise<Place> {
    const { names, trailingSlash } = parsePath(path);
    let directory = ROOT;
    for (const name of names.slice(0, -1)) {
      checkName(name);
      const next = await this.client.lookup(directory, name, caller);
      await this.checkDirectory(next, caller);
      directory = next.inode;
    }
    return { directory, name: names.at(-1) ?? "", trailingSlash };
  }
}

function ignoreErrno(thrown: unknown): void {
  if (!(thrown instanceof Errno)) throw thrown;
}
