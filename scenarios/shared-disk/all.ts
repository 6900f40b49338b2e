import type { Scenario } from "../scenario.ts";
import { ablation } from "./ablation.ts";
import { availability } from "./availability.ts";
import { blindWatch } from "./blind-watch.ts";
import { contention } from "./contention.ts";
import { directIo } from "./direct-io.ts";
import { diskFailure } from "./disk-failure.ts";
import { diskPartition } from "./disk-partition.ts";
import { freshness, lostNotices } from "./freshness.ts";
import { givenUp } from "./given-up.ts";
import { inconsistentReads } from "./inconsistent-reads.ts";
import { invisibleMemtable } from "./invisible-memtable.ts";
import { lockHeld } from "./lock-held.ts";
import { networkStorage } from "./network-storage.ts";
import { openTable } from "./open-table.ts";
import { readerCache, writerCache } from "./page-cache.ts";
import { pausedReplica } from "./paused-replica.ts";
import { primaryFailure } from "./primary-failure.ts";
import { printedTimeline } from "./printed-timeline.ts";
import { saturatedStorage } from "./saturated-storage.ts";
import { storageCost } from "./storage-cost.ts";
import { tornManifest } from "./torn-manifest.ts";
import { groupLoads } from "./two-groups.ts";
import { twoWriters } from "./two-writers.ts";

/** The document's problems with a shared disk, a scenario each; what may be done about them, and what that comes to. */
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
  ...networkStorage,
  ...saturatedStorage,
  ...contention,
  storageCost,
  ...diskFailure,
  ...primaryFailure,
  ...diskPartition,
  availability,
  pausedReplica,
  freshness,
  lostNotices,
  givenUp,
  ...groupLoads,
  ablation,
];
