import type { Configuration } from "./configuration.ts";

/** A configuration, and the entry that brought it. */
export interface PlacedConfiguration {
  /** 0, or that of a snapshot, when no entry of the log did. */
  readonly index: number;
  readonly configuration: Configuration;
}

/**
 * The configurations in a log, in order. A configuration is in effect from the moment its entry is in the log, committed or
 * not (dissertation 4.1); when the entry is overwritten the one before is in effect again.
 */
export class ConfigurationHistory {
  /** Never empty: the first is the snapshot's, or the one that the cluster began with. */
  private placed: PlacedConfiguration[];

  constructor(index: number, configuration: Configuration) {
    this.placed = [{ index, configuration }];
  }

  get latest(): PlacedConfiguration {
    return this.placed.at(-1) as PlacedConfiguration;
  }

  /** The one in effect once all entries up to `index` are in the log; the oldest known when that is older. */
  at(index: number): PlacedConfiguration {
    for (let i = this.placed.length - 1; i > 0; i--) {
      const placed = this.placed[i] as PlacedConfiguration;
      if (placed.index <= index) return placed;
    }
    return this.placed[0] as PlacedConfiguration;
  }

  add(index: number, configuration: Configuration): void {
    this.placed.push({ index, configuration });
  }

  /** Forgets those behind `index`. */
  truncateAfter(index: number): void {
    while (this.placed.length > 1 && this.latest.index > index) this.placed.pop();
  }

  /** Forgets those that are no longer needed once the log begins behind `index`. */
  compact(index: number): void {
    const first = this.placed.indexOf(this.at(index));
    if (first > 0) this.placed = this.placed.slice(first);
  }
}
