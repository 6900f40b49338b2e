import type { EngineOptions } from "../../engine/options.ts";
import type { ClusterConfig } from "../topology.ts";
import type { Switches } from "./switches.ts";

/** The engine's options for a node: as the configuration has them, and as the switches want it. */
export function engineOptions({ engine }: ClusterConfig, switches: Switches): Partial<EngineOptions> {
  const tableReads = switches["mapped-reads"] ? "mapped" : switches["direct-io"] ? "direct" : undefined;
  return {
    ...engine,
    ...(tableReads === undefined ? {} : { tableReads }),
    ...(switches["concurrent-background"] ? {} : { concurrentBackground: false }),
    ...(switches["unsynced-tailing"] ? { followLog: "all" } : switches["wal-tailing"] ? { followLog: "synced" } : {}),
    // Whoever pins tables by keeping them open must not close them for want of room.
    ...(switches["pinned-descriptors"] ? { maxOpenTables: Number.MAX_SAFE_INTEGER } : {}),
  };
}
