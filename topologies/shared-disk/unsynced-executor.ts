import type { WriteBatch } from "../../engine/index.ts";
import { OperationExecutor } from "../operation-executor.ts";

/**
 * Acknowledges a write once it stands in the log as the machine's system has it, as LevelDB and RocksDB do unless they are told
 * otherwise: until the system writes back, nobody else can see it, and the machine's power can lose it.
 */
export class UnsyncedExecutor extends OperationExecutor {
  protected override commit(batch: WriteBatch): Promise<number> {
    return this.database.write(batch, { sync: false });
  }
}
