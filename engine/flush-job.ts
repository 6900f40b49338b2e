import type { EngineContext } from "./context.ts";
import type { Memtable } from "./memtable.ts";
import { RangeTombstones } from "./range-tombstones.ts";
import { abandonTable, createTable } from "./table-output.ts";
import type { TableProperties } from "./table-file.ts";

/** Writes a memtable into a table of level 0. */
export class FlushJob {
  protected readonly context: EngineContext;

  constructor(context: EngineContext) {
    this.context = context;
  }

  /** Writes the table under a number. Resolves when it is durable, name included: the manifest may name it now. */
  async run(memtable: Memtable, number: number): Promise<TableProperties> {
    const { context } = this;
    context.trace({ kind: "flush-started", file: number, entries: memtable.count });
    const table = await this.writeTable(memtable, number);
    await this.syncDirectory();
    context.counters.flushes++;
    context.counters.flushedBytes += table.size;
    context.trace({ kind: "flush-finished", file: number, entries: table.entries, bytes: table.size });
    return table;
  }

  /**
   * Makes the table's name durable. Without it the manifest could name a file that a power loss has taken, while the
   * log that had its entries is deleted.
   */
  protected syncDirectory(): Promise<void> {
    return this.context.fs.syncDirectory(this.context.directory);
  }

  private async writeTable(memtable: Memtable, number: number): Promise<TableProperties> {
    const builder = await createTable(this.context, number);
    try {
      const iterator = memtable.iterator();
      for (void iterator.first(); iterator.valid; void iterator.next()) {
        const pending = builder.add(iterator.entry);
        if (pending !== undefined) await pending;
      }
      for (const tombstone of new RangeTombstones(memtable.tombstones).within()) builder.addRangeDeletion(tombstone);
      return await builder.finish();
    } catch (error) {
      await abandonTable(builder);
      throw error;
    }
  }
}
