/** Exclusive locks on inodes, each with its owner. */
export class LockTable<Owner> {
  private readonly owners = new Map<number, Owner>();

  /** Takes the lock unless somebody holds it. */
  take(inode: number, owner: Owner): boolean {
    if (this.owners.has(inode)) return false;
    this.owners.set(inode, owner);
    return true;
  }

  /** Gives a lock back, if it is that owner's. */
  release(inode: number, owner: Owner): boolean {
    return this.owners.get(inode) === owner && this.owners.delete(inode);
  }

  ownerOf(inode: number): Owner | undefined {
    return this.owners.get(inode);
  }

  /** Releases what `picks` says, and returns the inodes whose locks those were. */
  releaseWhere(picks: (owner: Owner) => boolean): number[] {
    const released: number[] = [];
    for (const [inode, owner] of [...this.owners]) {
      if (!picks(owner)) continue;
      this.owners.delete(inode);
      released.push(inode);
    }
    return released;
  }
}
