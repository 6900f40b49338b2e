import type { AnyInode, DirectoryInode } from "./inode.ts";
import type { Volume } from "./volume.ts";

/** The path of a name in a directory: for people, since it looks through the directories above. */
export function pathOfEntry(directory: DirectoryInode, name: string): string {
  let path = `/${name}`;
  for (let at = directory; at.parent !== at; at = at.parent) {
    for (const [own, { inode }] of at.parent.entries) if (inode === at) path = `/${own}${path}`;
  }
  return path;
}

/** A path of an inode, or its number when no name leads to it: for people, since it looks through all directories. */
export function pathOfInode(volume: Volume, wanted: AnyInode): string {
  for (const directory of volume.inodes.values()) {
    if (directory.type !== "directory") continue;
    for (const [name, { inode }] of directory.entries) if (inode === wanted) return pathOfEntry(directory, name);
  }
  return `inode ${wanted.number}`;
}
