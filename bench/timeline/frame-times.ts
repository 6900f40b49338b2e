/** How long frames took, in milliseconds. */
export interface FrameTimes {
  readonly frames: number;
  readonly p50: number;
  readonly p95: number;
  readonly worst: number;
}
