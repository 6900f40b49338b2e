import { OpenFlag } from "../host/file-system.ts";
import type { EngineContext } from "./context.ts";
import { tableName } from "./file-names.ts";
import type { TableBuilder } from "./table-builder.ts";

/** Begins a table in a new file of that number. */
export async function createTable(context: EngineContext, number: number): Promise<TableBuilder> {
  const handle = await context.fs.open(
    context.path(tableName(number)),
    OpenFlag.WRITE | OpenFlag.CREATE | OpenFlag.EXCLUSIVE,
  );
  return new context.parts.TableBuilder(context, number, handle);
}

/** Gives up tables that will be in no version. Their files stay for the next open to remove. */
export async function abandonTable(builder: TableBuilder | undefined): Promise<void> {
  try {
    await builder?.abandon();
  } catch {
    // The failure that led here is the one to report.
  }
}
