import type { RandomStream } from "../../host/random.ts";
import type { DiskEvent } from "./disk-events.ts";
import type { Damage } from "./durable-image.ts";
import { FaultEffects } from "./fault-effects.ts";
import type { FileInode } from "./inode.ts";
import { pathOfInode } from "./path-of.ts";
import type { Volume } from "./volume.ts";

/** Damage, with the file that has it. */
export interface FoundDamage {
  /** Of the file, by one of its names. */
  readonly path: string;
  readonly damage: Damage;
}

/** Where a bit is to rot; what is left out is drawn. */
export interface RotPlace {
  readonly path?: string;
  /** Byte of the file. */
  readonly position?: number;
  /** 0 to 7. */
  readonly bit?: number;
}

/** What a disk's media hold that nobody wrote there: brings it about, lists it and puts it right. */
export class Media {
  private readonly volume: () => Volume;
  private readonly random: RandomStream;
  private readonly tell: (event: DiskEvent) => void;

  /** @param volume the disk's, which a wipe replaces */
  constructor(volume: () => Volume, random: RandomStream, tell: (event: DiskEvent) => void) {
    this.volume = volume;
    this.random = random;
    this.tell = tell;
  }

  /**
   * Flips one bit of a file at rest.
   *
   * @returns what is damaged; undefined when there is no such byte on the disk
   * @throws Errno when nothing has that path
   */
  rot(place: RotPlace = {}): FoundDamage | undefined {
    const volume = this.volume();
    const file = place.path === undefined ? this.drawFile(volume) : volume.resolve(place.path);
    if (file?.type !== "file") return undefined;
    const { durable } = file.unsynced;
    const position = place.position ?? (durable.size === 0 ? 0 : this.random.below(durable.size));
    if (position >= durable.size) return undefined;
    const path = place.path ?? pathOfInode(volume, file);
    const bit = place.bit ?? this.random.below(8);
    return { path, damage: new FaultEffects(volume, this.tell).rotAt(file, path, position, bit) };
  }

  /** All damage that is still there, file by file. */
  damages(): FoundDamage[] {
    const volume = this.volume();
    return this.files(volume).flatMap((file) =>
      file.unsynced.durable.damage.map((damage) => ({ path: pathOfInode(volume, file), damage })),
    );
  }

  /** Puts back what ought to be there. @returns false when the place was written or given up since */
  repair({ path, damage }: FoundDamage): boolean {
    const file = this.volume().inodes.get(damage.inode);
    if (file?.type !== "file" || !file.unsynced.durable.repair(damage)) return false;
    this.tell({ kind: "damage-repaired", path, position: damage.position, damage: damage.kind });
    return true;
  }

  /** Each byte on the disk is as likely as any other. */
  private drawFile(volume: Volume): FileInode | undefined {
    const files = this.files(volume);
    const total = files.reduce((sum, file) => sum + file.unsynced.durableSize, 0);
    if (total === 0) return undefined;
    let left = this.random.below(total);
    return files.find((file) => (left -= file.unsynced.durableSize) < 0);
  }

  private files(volume: Volume): FileInode[] {
    return [...volume.inodes.values()].filter((inode): inode is FileInode => inode.type === "file");
  }
}
