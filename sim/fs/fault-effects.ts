import type { RandomStream } from "../../host/random.ts";
import type { DataEntry, WriteFate } from "./data-entry.ts";
import type { DiskEvent } from "./disk-events.ts";
import type { DiskFault } from "./disk-fault.ts";
import type { ActiveFault } from "./disk-faults.ts";
import type { Damage, DurableImage } from "./durable-image.ts";
import { Errno } from "./errno.ts";
import type { DirectoryInode, FileInode } from "./inode.ts";
import { pathOfInode } from "./path-of.ts";
import type { Volume } from "./volume.ts";

/** What a transfer, or a sync, would move: whether a fault makes a difference to it depends on that. */
export type FaultedRange =
  | { readonly kind: "read" | "write"; readonly file: FileInode; readonly position: number; readonly count: number }
  | { readonly kind: "sync"; readonly unsynced: boolean };

/** Whether a fault makes any difference to what is about to happen. */
export function suffersFrom(fault: DiskFault, range: FaultedRange): boolean {
  switch (fault.kind) {
    case "short":
      return range.kind !== "sync" && range.count > 1;
    case "lost-write":
    case "misdirected-write":
      return range.kind === "write" && range.count > 0;
    case "bit-rot":
      return range.kind === "read" && rottable(fault.position, range) !== undefined;
    case "lying-sync":
      return range.kind === "sync" && range.unsynced;
    default:
      return true;
  }
}

/** The part of a read in which a bit may rot: what is on the disk of it, or the byte that the fault names. */
function rottable(
  chosen: number | undefined,
  { file, position, count }: { readonly file: FileInode; readonly position: number; readonly count: number },
): { readonly from: number; readonly to: number } | undefined {
  const to = Math.min(position + count, file.unsynced.durableSize);
  if (chosen === undefined) return position < to ? { from: position, to } : undefined;
  return chosen >= position && chosen < to ? { from: chosen, to: chosen + 1 } : undefined;
}

/** What faults do to a volume, beyond making calls fail. */
export class FaultEffects {
  private readonly volume: Volume;
  private readonly tell: (event: DiskEvent) => void;

  /** @param tell puts an event into the trace of whoever has the volume */
  constructor(volume: Volume, tell: (event: DiskEvent) => void) {
    this.volume = volume;
    this.tell = tell;
  }

  /** How much of a transfer a fault lets pass: all of it unless it makes transfers short. */
  moved(strike: ActiveFault | undefined, call: "pread" | "pwrite", path: string, asked: number): number {
    if (strike?.rule.fault.kind !== "short" || asked < 2) return asked;
    const moved = strike.random.between(1, asked - 1);
    this.tell({ kind: "transfer-short", call, path, asked, moved });
    return moved;
  }

  /** What becomes of a write on its way to the disk; undefined for what it says. */
  fateOf(strike: ActiveFault | undefined, file: FileInode, path: string): WriteFate | undefined {
    const fault = strike?.rule.fault;
    if (fault?.kind === "lost-write") return new LostWrite(this.volume, file, path, this.tell);
    if (strike === undefined || fault?.kind !== "misdirected-write") return undefined;
    return new MisdirectedWrite(this.volume, file, path, this.tell, strike.random, fault.to);
  }

  /** Rots a bit of what a read is about to find on the disk. */
  rot(strike: ActiveFault | undefined, file: FileInode, path: string, position: number, count: number): void {
    const fault = strike?.rule.fault;
    if (strike === undefined || fault?.kind !== "bit-rot") return;
    const place = rottable(fault.position, { file, position, count });
    if (place === undefined) return;
    const at = strike.random.between(place.from, place.to - 1);
    this.rotAt(file, path, at, fault.bit ?? strike.random.below(8));
  }

  /** Flips one bit of a file on the disk. */
  rotAt(file: FileInode, path: string, position: number, bit: number): Damage {
    const { kernel, cache } = this.volume;
    const damage = file.unsynced.durable.rot(position, bit, file.number, kernel.event);
    cache.discard(file, position, 1);
    this.tell({ kind: "bit-rotted", path, position, bit });
    return damage;
  }

  /**
   * What a fault makes of a file's sync.
   *
   * @param position end of what the sync was to make durable, in the file's log
   * @returns whether the sync is to do nothing and claim success
   * @throws Errno when it fails
   */
  sync(strike: ActiveFault | undefined, file: FileInode, path: string, position: number): boolean {
    return this.faultedSync(strike, path, (mode) => {
      const fate = new LostWrite(this.volume, file, path, this.tell);
      this.volume.misplaceFile(file, position, fate);
      if (mode === "marked-clean") file.lostWrites++;
    });
  }

  /** The same for a directory. @param order place in the disk's metadata operations before which the sync reaches */
  syncDirectory(strike: ActiveFault | undefined, directory: DirectoryInode, path: string, order: number): boolean {
    return this.faultedSync(strike, path, () => {
      this.volume.misplaceDirectory(directory, order);
    });
  }

  /** Says so when what was read is not what was written. */
  noticeDamage(
    file: FileInode,
    path: string,
    buffer: Uint8Array,
    offset: number,
    count: number,
    position: number,
  ): void {
    const { durable } = file.unsynced;
    if (!durable.damaged) return;
    const damage = durable.shownBy(buffer, offset, count, position);
    if (damage === undefined) return;
    this.volume.kernel.link(damage.event);
    this.tell({ kind: "damage-read", path, position: damage.position, damage: damage.kind });
  }

  private faultedSync(strike: ActiveFault | undefined, path: string, markClean: (mode: string) => void): boolean {
    const fault = strike?.rule.fault;
    if (fault?.kind === "lying-sync") {
      this.tell({ kind: "sync-lied", path });
      return true;
    }
    if (fault?.kind !== "sync-failure") return false;
    const { mode, code = "EIO" } = fault;
    if (mode !== "stays-dirty") markClean(mode);
    this.tell({ kind: "sync-failed", path, code, mode });
    throw new Errno(code);
  }
}

class LostWrite implements WriteFate {
  protected readonly volume: Volume;
  protected readonly file: FileInode;
  protected readonly path: string;
  protected readonly tell: (event: DiskEvent) => void;

  constructor(volume: Volume, file: FileInode, path: string, tell: (event: DiskEvent) => void) {
    this.volume = volume;
    this.file = file;
    this.path = path;
    this.tell = tell;
  }

  befall(image: DurableImage, entry: DataEntry): void {
    const { path, volume, file } = this;
    const { position, length } = entry;
    image.lose(entry, "lost-write", file.number, volume.kernel.event);
    this.tell({ kind: "write-lost", path, position, length });
  }
}

class MisdirectedWrite extends LostWrite {
  private readonly random: RandomStream;
  private readonly to: { readonly path: string; readonly position: number } | undefined;

  constructor(
    volume: Volume,
    file: FileInode,
    path: string,
    tell: (event: DiskEvent) => void,
    random: RandomStream,
    to: { readonly path: string; readonly position: number } | undefined,
  ) {
    super(volume, file, path, tell);
    this.random = random;
    this.to = to;
  }

  override befall(image: DurableImage, entry: DataEntry): void {
    const { volume, file, path } = this;
    const { kernel, cache } = volume;
    const { position, slab, start, length } = entry;
    const target = this.to === undefined ? this.draw(position) : this.chosen(this.to);
    image.lose(entry, "misdirected-write", file.number, kernel.event);
    if (target === undefined || slab === undefined) {
      // It lands where no file is.
      this.tell({ kind: "write-misdirected", path, position, length, to: "", toPosition: 0 });
      return;
    }
    const { victim, at } = target;
    const { durable } = victim.unsynced;
    const content = slab.bytes.subarray(start, start + Math.min(length, durable.size - at));
    durable.overwrite(content, at, victim.number, kernel.event, (page) => cache.holds(victim, page));
    const to = pathOfInode(volume, victim);
    this.tell({ kind: "write-misdirected", path, position, length: content.length, to, toPosition: at });
  }

  private chosen({
    path,
    position,
  }: {
    path: string;
    position: number;
  }): { victim: FileInode; at: number } | undefined {
    let inode;
    try {
      inode = this.volume.resolve(path);
    } catch (thrown) {
      if (thrown instanceof Errno) return undefined;
      throw thrown;
    }
    return inode.type === "file" && position < inode.unsynced.durableSize ? { victim: inode, at: position } : undefined;
  }

  /** Any sector on the disk but the one that was meant. */
  private draw(position: number): { victim: FileInode; at: number } | undefined {
    const { sectorBytes } = this.volume.options;
    const sectors = (file: FileInode): number => Math.ceil(file.unsynced.durableSize / sectorBytes);
    const files: FileInode[] = [];
    let all = 0;
    for (const inode of this.volume.inodes.values()) {
      if (inode.type !== "file" || inode.unsynced.durableSize === 0) continue;
      files.push(inode);
      all += sectors(inode);
    }
    if (all === 0) return undefined;
    let left = this.random.below(all);
    for (const victim of files) {
      if (left >= sectors(victim)) {
        left -= sectors(victim);
        continue;
      }
      const meant = victim === this.file && left === Math.floor(position / sectorBytes);
      if (!meant) return { victim, at: left * sectorBytes };
      return sectors(victim) > 1 ? { victim, at: ((left + 1) % sectors(victim)) * sectorBytes } : undefined;
    }
    return undefined;
  }
}
