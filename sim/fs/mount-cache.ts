import type { Duration } from "../../host/time.ts";
import type { Kernel } from "../kernel.ts";
import type { Errno } from "./errno.ts";
import { PAGE_BYTES } from "./page.ts";
import type { Attributes } from "./shared-protocol.ts";

/** How long attributes are believed: from the least, doubling while nothing changes, to the most. */
export interface AttributeTimes {
  readonly fileLeast: Duration;
  readonly fileMost: Duration;
  readonly directoryLeast: Duration;
  readonly directoryMost: Duration;
}

/** Bytes written here and not yet known to be on the server, or not yet known to be on its disk. */
export interface WrittenRange {
  readonly position: number;
  readonly bytes: Uint8Array;
  /** The server's, when it took them; 0 before. */
  readonly verifier: number;
}

/** What one machine believes of one inode of a shared disk. */
export class CachedInode {
  readonly inode: number;
  attributes: Attributes | undefined;
  /** When the attributes were last confirmed, and in which event. */
  confirmedAt: Duration = 0;
  confirmedBy = 0;
  lifetime: Duration = 0;
  /** When the present lifetime began to count. */
  unchangedSince: Duration = 0;
  /** Open handles on this machine. */
  opens = 0;

  readonly pages = new Map<number, Uint8Array>();
  /** Written and not sent. */
  dirty: WrittenRange[] = [];
  /** Sent and not committed. */
  uncommitted: WrittenRange[] = [];
  dirtyBytes = 0;
  /** The write-back under way. */
  flushing: Promise<void> = Promise.resolve();
  /** Why a write-back failed, for whoever syncs or closes next. */
  failure: Errno | undefined;
  /** Under which name the file is to be removed once it is closed. */
  silly: { readonly directory: number; readonly name: string } | undefined;

  /** For a directory: inode numbers by name, 0 for a name that is not there. */
  readonly names = new Map<string, number>();
  listing: readonly string[] | undefined;

  constructor(inode: number) {
    this.inode = inode;
  }

  /** The size as this machine sees it, its own unsent writes included. */
  get size(): number {
    let size = this.attributes?.size ?? 0;
    for (const { position, bytes } of this.dirty) size = Math.max(size, position + bytes.length);
    return size;
  }
}

/** The caches of one machine's mount of a shared disk: they believe what they know until they are told otherwise. */
export class MountCache {
  private readonly kernel: Kernel;
  private readonly times: AttributeTimes;
  private readonly inodes = new Map<number, CachedInode>();

  constructor(kernel: Kernel, times: AttributeTimes) {
    this.kernel = kernel;
    this.times = times;
  }

  get(inode: number): CachedInode {
    let cached = this.inodes.get(inode);
    if (cached === undefined) this.inodes.set(inode, (cached = new CachedInode(inode)));
    return cached;
  }

  all(): IterableIterator<CachedInode> {
    return this.inodes.values();
  }

  /** Whether attributes are still believed without asking. */
  isFresh(cached: CachedInode): boolean {
    return cached.attributes !== undefined && this.kernel.now - cached.confirmedAt < cached.lifetime;
  }

  /** Stops believing attributes; data is kept until new ones contradict it. */
  expire(cached: CachedInode): void {
    cached.lifetime = 0;
  }

  /**
   * Takes in attributes that the server has sent.
   *
   * @param before the change count before this machine's own operation, which is no change by others if it was known
   */
  confirm(attributes: Attributes, before?: number): CachedInode {
    const cached = this.get(attributes.inode);
    const known = cached.attributes;
    // Answers may overtake each other: an older one tells nothing.
    if (known !== undefined && attributes.change < known.change) return cached;
    const directory = attributes.type === "directory";
    const least = directory ? this.times.directoryLeast : this.times.fileLeast;
    const most = directory ? this.times.directoryMost : this.times.fileMost;
    const { now } = this.kernel;
    if (known !== undefined && attributes.change === known.change) {
      // Not at every confirmation: only once a whole lifetime has passed without a change.
      if (now - cached.unchangedSince >= cached.lifetime) {
        cached.lifetime = Math.min(most, Math.max(least, cached.lifetime * 2));
        cached.unchangedSince = now;
      }
    } else {
      cached.lifetime = least;
      cached.unchangedSince = now;
      if (known !== undefined) {
        cached.listing = undefined;
        if (before !== known.change) {
          cached.pages.clear();
          cached.names.clear();
        }
      }
    }
    cached.attributes = attributes;
    cached.confirmedAt = now;
    cached.confirmedBy = this.kernel.event;
    return cached;
  }
}

/** Copies what a written range holds of a page into the page. */
export function patchPage(content: Uint8Array, page: number, range: WrittenRange): void {
  const from = page * PAGE_BYTES;
  const start = Math.max(range.position, from);
  const end = Math.min(range.position + range.bytes.length, from + PAGE_BYTES);
  if (start < end) content.set(range.bytes.subarray(start - range.position, end - range.position), start - from);
}
