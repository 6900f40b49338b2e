import type { RandomStream } from "../../host/random.ts";
import { MICROSECOND, MILLISECOND, type Duration } from "../../host/time.ts";

/** What a disk can do, as data. */
export interface DiskProfile {
  readonly name: string;
  /**
   * Time of one device operation without queueing and transfer, as quantiles at equal steps from the fastest to the
   * slowest, in nanoseconds; at least two. Draws interpolate between neighbours.
   */
  readonly readLatency: readonly Duration[];
  readonly writeLatency: readonly Duration[];
  /** Time that a flush of the device's own cache adds to a sync, as quantiles. */
  readonly flushLatency: readonly Duration[];
  /** Bytes a second. */
  readonly bandwidth: number;
  /** Device operations a second. */
  readonly iops: number;
  /** Operations that the device works on at once. */
  readonly queueDepth: number;
  /** What a call that the page cache answers costs. */
  readonly cacheHit: Duration;
  /** What copying to or from the page cache costs, in picoseconds a byte. */
  readonly copyPerByte: number;
}

/** A data-centre NVMe drive with power-loss protection: a flush is nearly free. */
export const NVME: DiskProfile = {
  name: "nvme",
  readLatency: [60, 70, 78, 85, 92, 100, 115, 140, 300].map((microseconds) => microseconds * MICROSECOND),
  writeLatency: [12, 14, 16, 18, 20, 23, 28, 40, 150].map((microseconds) => microseconds * MICROSECOND),
  flushLatency: [5, 6, 7, 8, 9, 10, 12, 20, 100].map((microseconds) => microseconds * MICROSECOND),
  bandwidth: 2_000_000_000,
  iops: 500_000,
  queueDepth: 64,
  cacheHit: 1_200,
  copyPerByte: 100,
};

/** A consumer SATA drive: a flush costs a write to flash. */
export const SSD: DiskProfile = {
  name: "ssd",
  readLatency: [80, 95, 105, 115, 130, 150, 180, 250, 900].map((microseconds) => microseconds * MICROSECOND),
  writeLatency: [40, 50, 55, 60, 70, 85, 110, 180, 1_500].map((microseconds) => microseconds * MICROSECOND),
  flushLatency: [400, 500, 600, 700, 800, 1_000, 1_400, 2_200, 8_000].map((microseconds) => microseconds * MICROSECOND),
  bandwidth: 450_000_000,
  iops: 80_000,
  queueDepth: 32,
  cacheHit: 1_200,
  copyPerByte: 100,
};

/** A network block device: 1 to 10 ms, 100 to 500 MB/s (300 here), 10 to 20 thousand operations a second (15 here). */
export const NETWORK: DiskProfile = {
  name: "network",
  readLatency: [1_000, 1_200, 1_400, 1_700, 2_000, 2_500, 3_300, 5_000, 10_000].map((us) => us * MICROSECOND),
  writeLatency: [1_000, 1_300, 1_600, 1_900, 2_300, 2_900, 3_800, 5_500, 10_000].map((us) => us * MICROSECOND),
  flushLatency: [0, 0, 0, 0, 0, 0, 0, 0, MILLISECOND],
  bandwidth: 300_000_000,
  iops: 15_000,
  queueDepth: 32,
  cacheHit: 1_200,
  copyPerByte: 100,
};

/** The profiles by name. */
export const DISK_PROFILES: Readonly<Record<string, DiskProfile>> = { nvme: NVME, ssd: SSD, network: NETWORK };

/** Draws a time from its quantiles, with whole numbers only: engines differ in the rest. */
export function drawLatency(quantiles: readonly Duration[], random: RandomStream): Duration {
  const steps = quantiles.length - 1;
  const draw = random.uint32();
  // 22 bits place the draw within its step, which the product with the number of steps cannot make inexact.
  const scaled = (draw >>> 2) * steps;
  const step = Math.floor(scaled / 0x4000_0000);
  const within = Math.floor((scaled - step * 0x4000_0000) / 0x400);
  const low = quantiles[step] ?? 0;
  const high = quantiles[step + 1] ?? low;
  return low + Math.floor(((high - low) * within) / 0x10_0000);
}
