import type { Scenario } from "../scenario.ts";
import { blindWatch } from "./blind-watch.ts";
import { directIo } from "./direct-io.ts";
import { inconsistentReads } from "./inconsistent-reads.ts";
import { invisibleMemtable } from "./invisible-memtable.ts";
import { lockHeld } from "./lock-held.ts";
import { openTable } from "./open-table.ts";
import { readerCache, writerCache } from "./page-cache.ts";
import { printedTimeline } from "./printed-timeline.ts";
import { tornManifest } from "./torn-manifest.ts";
import { twoWriters } from "./two-writers.ts";

/** The document's problems with a shared disk, a scenario each. */
export const sharedDiskScenarios: readonly Scenario[] = [
  openTable,
  tornManifest,
  printedTimeline,
  blindWatch,
  invisibleMemtable,
  readerCache,
  writerCache,
  lockHeld,
  twoWriters,
  directIo,
  inconsistentReads,
];
