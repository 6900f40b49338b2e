import type { EngineOptions } from "../../engine/options.ts";

const KIB = 1024;

/**
 * An engine that writes tables and never compacts them, so that nothing is deleted under those who read: what is seen then is
 * the disk's doing, or a fault's.
 */
export const CALM_ENGINE: Partial<EngineOptions> = {
  writeBufferBytes: 64 * KIB,
  tableBytes: 64 * KIB,
  level0CompactionTrigger: 1_000,
  level0SlowdownTrigger: 2_000,
  level0StopTrigger: 3_000,
};
