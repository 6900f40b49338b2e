/** What the worker in the browser answers. */
export interface BrowserAnswer {
  /** What the drain did wrong; empty when it is sound. */
  readonly faults: readonly string[];
  /** Trivial steps a second. */
  readonly stepsPerSecond: number;
  readonly fingerprints: readonly string[];
}
