import type { DirectoryInode } from "./inode.ts";
import type { Volume } from "./volume.ts";

/**
 * After a crash has settled the durable image: makes the live image equal to it, as a repair and a mount do, and gives up
 * what no name leads to.
 *
 * @returns the number of files given up
 */
export function rebuildFromDurable(volume: Volume): number {
  for (const inode of volume.inodes.values()) {
    inode.links = 0;
    inode.opens = 0;
    inode.durableLinks = 0;
    if (inode.type === "file") inode.freed = false;
  }
  const { root } = volume;
  root.links = 1;
  root.durableLinks = 1;
  const open = [root];
  for (let directory = open.pop(); directory !== undefined; directory = open.pop()) {
    rebuildEntries(directory, open, volume.kernel.event);
  }
  let lost = 0;
  for (const inode of [...volume.inodes.values()]) {
    if (inode.links > 0) continue;
    inode.removed = true;
    volume.inodes.delete(inode.number);
    if (inode.type !== "file") continue;
    volume.cache.drop(inode);
    volume.store.remove(inode.bytes);
    lost++;
  }
  volume.remount();
  return lost;
}

function rebuildEntries(directory: DirectoryInode, open: DirectoryInode[], event: number): void {
  directory.unsynced = [];
  const before = directory.entries;
  directory.entries = new Map();
  for (const [name, inode] of directory.durable) {
    // A directory moved between two others may have kept both names: a repair takes the second away.
    if (inode.type === "directory" && inode.links > 0) {
      directory.durable.delete(name);
      continue;
    }
    const known = before.get(name);
    directory.entries.set(name, { inode, event: known?.inode === inode ? known.event : event });
    inode.links++;
    inode.durableLinks++;
    if (inode.type === "directory") {
      inode.parent = directory;
      open.push(inode);
    }
  }
  for (const [name, entry] of before) {
    if (directory.entries.get(name)?.inode !== entry.inode) directory.change++;
    if (!directory.entries.has(name)) directory.vanished.set(name, event);
  }
  for (const name of directory.entries.keys()) {
    if (!before.has(name)) directory.change++;
    directory.vanished.delete(name);
  }
}
