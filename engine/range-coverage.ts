import type { Entry } from "./internal-key.ts";
import type { Pending } from "./maybe-promise.ts";
import type { Memtable } from "./memtable.ts";
import { RangeTombstones } from "./range-tombstones.ts";
import type { Version } from "./version.ts";

/** The range deletes that whoever reads memtables and a version as of one sequence number must heed. */
export class RangeCoverage {
  private readonly memtables: readonly Memtable[];
  private readonly version: Version;
  private readonly sequence: number;
  private stored: RangeTombstones | undefined;
  private none = false;

  /** @param version held by the caller */
  constructor(memtables: readonly Memtable[], version: Version, sequence: number) {
    // A range delete that is added later has a higher sequence number, and does not count.
    this.memtables = memtables.filter((memtable) => memtable.tombstones.length > 0);
    this.version = version;
    this.sequence = sequence;
  }

  /** Reads those of the tables, once; to be done before {@link deletes} is asked. */
  load(): Pending {
    if (this.stored !== undefined) return undefined;
    const found = this.version.rangeDeletions();
    if (found instanceof Promise) return found.then((tombstones) => this.adopt(tombstones));
    this.adopt(found);
    return undefined;
  }

  /** Whether an entry is deleted by a range delete that came after it. */
  deletes(entry: Entry): boolean {
    if (this.none) return false;
    const { keyData, keyStart, keyEnd, sequence } = entry;
    if ((this.stored ?? RangeTombstones.NONE).cover(keyData, keyStart, keyEnd, this.sequence) > sequence) return true;
    for (const memtable of this.memtables) {
      if (memtable.cover(keyData, keyStart, keyEnd, this.sequence) > sequence) return true;
    }
    return false;
  }

  private adopt(stored: RangeTombstones): void {
    this.stored = stored;
    this.none = stored.empty && this.memtables.length === 0;
  }
}
