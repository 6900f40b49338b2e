import type { Host } from "../../host/host.ts";
import type { DataDirectory } from "./data-directory.ts";
import type { LogParts } from "./log-parts.ts";
import type { ReplicationParts } from "./parts.ts";
import type { Position } from "./position.ts";

/** What a copy's log is made with. */
export interface EmptyLogContext {
  readonly host: Host;
  readonly parts: LogParts & Pick<ReplicationParts, "ReplicatedLog">;
  readonly settings: { readonly segmentBytes: number };
}

/** Makes the log of a copy, without entries, that begins behind one. Durable when it resolves, and so are the names of the copy. */
export async function makeEmptyLog(
  { host, parts, settings }: EmptyLogContext,
  data: DataDirectory,
  generation: number,
  behind: Position,
): Promise<void> {
  const fs = host.fs("local");
  const { segmentBytes } = settings;
  const log = await parts.ReplicatedLog.open({ host, fs, directory: data.log(generation), segmentBytes, parts });
  await log.reset(behind);
  await log.close();
  // Without it a file could name directories that a loss of power has taken.
  await fs.syncDirectory(data.path);
}
