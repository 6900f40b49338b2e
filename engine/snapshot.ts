import { DatabaseClosedError } from "./errors.ts";

/** The database's content at one time. Keeps old values from being compacted away until it is released. */
export class Snapshot {
  private readonly sequence_: number;
  private readonly owner: SnapshotList;
  private released = false;

  constructor(sequence: number, owner: SnapshotList) {
    this.sequence_ = sequence;
    this.owner = owner;
  }

  /** Writes up to this sequence number are in the snapshot. @throws DatabaseClosedError when it was released */
  get sequence(): number {
    if (this.released) throw new DatabaseClosedError("snapshot");
    return this.sequence_;
  }

  /** Gives the snapshot up; a second call does nothing. */
  release(): void {
    if (this.released) return;
    this.released = true;
    this.owner.remove(this);
  }
}

/** The snapshots in use. */
export class SnapshotList {
  /** In the order in which they were taken, so with rising sequence numbers. */
  private readonly snapshots = new Map<Snapshot, number>();

  take(sequence: number): Snapshot {
    const snapshot = new Snapshot(sequence, this);
    this.snapshots.set(snapshot, sequence);
    return snapshot;
  }

  remove(snapshot: Snapshot): void {
    this.snapshots.delete(snapshot);
  }

  get count(): number {
    return this.snapshots.size;
  }

  /** The sequence number of the oldest snapshot. */
  get oldest(): number | undefined {
    for (const sequence of this.snapshots.values()) return sequence;
    return undefined;
  }
}
