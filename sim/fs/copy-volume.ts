import type { Kernel } from "../kernel.ts";
import { DirectoryInode, FileInode, type AnyInode } from "./inode.ts";
import { Volume } from "./volume.ts";

/**
 * A copy of a volume as it is now, with all that is un-synced; from here the two go their own ways. Inodes keep their
 * numbers, so that a crash leaves the same choices open in both. Nothing is open or locked in the copy: it is what the
 * next incarnation finds.
 *
 * @param kernel that the copy lives on
 */
export function copyVolume(original: Volume, kernel: Kernel): Volume {
  const copy = new Volume(kernel, original.options, original);
  const inodes = new Map<number, AnyInode>([[original.root.number, copy.root]]);
  const copyOf = <T extends AnyInode>(inode: T): T => {
    const known = inodes.get(inode.number);
    if (known !== undefined) return known as T;
    const made = emptyCopy(inode, original, copy);
    inodes.set(inode.number, made);
    return made as T;
  };
  for (const inode of original.inodes.values()) {
    const target = copyOf(inode);
    target.links = inode.links;
    target.durableLinks = inode.durableLinks;
    target.modified = inode.modified;
    target.change = inode.change;
    copy.inodes.set(target.number, target);
    if (inode.type === "directory") {
      copyDirectory(inode, target as DirectoryInode, copyOf);
    } else {
      const file = target as FileInode;
      file.size = inode.size;
      file.freed = inode.freed;
      file.unsynced.copyFrom(inode.unsynced);
    }
  }
  for (const file of original.dirtyFiles) copy.dirtyFiles.add(copyOf(file));
  for (const directory of original.dirtyDirectories) copy.dirtyDirectories.add(copyOf(directory));
  copy.capacity = original.capacity;
  copy.continueFrom(original);
  return copy;
}

function emptyCopy(inode: AnyInode, original: Volume, copy: Volume): AnyInode {
  if (inode.type === "directory") return new DirectoryInode(inode.number, undefined);
  const { store } = copy;
  // Of a file that is gone, and yet in a log, only the identity is left.
  const bytes = original.inodes.has(inode.number)
    ? store.copy(inode.bytes, inode.unsynced.durableSize)
    : store.create();
  return new FileInode(inode.number, store, bytes);
}

function copyDirectory(from: DirectoryInode, to: DirectoryInode, copyOf: <T extends AnyInode>(inode: T) => T): void {
  to.parent = copyOf(from.parent);
  for (const [name, { inode, event }] of from.entries) to.entries.set(name, { inode: copyOf(inode), event });
  for (const [name, inode] of from.durable) to.durable.set(name, copyOf(inode));
  to.unsynced = from.unsynced.map((operation) => ({ ...operation, inode: copyOf(operation.inode) }));
}
