import type { SyncMode } from "../topology.ts";
import type { AcknowledgementPoint } from "./settings.ts";

/** How far a replica is; each number is an LSN. */
export interface ReplicaProgress {
  readonly received: number;
  readonly flushed: number;
  readonly applied: number;
  /** Whether it has caught up and its data is whole: only then it counts. */
  readonly streaming: boolean;
}

/** What replicas have said that they have, and up to where that is enough. */
export class Acknowledgements {
  /** The names of all replicas that there are to be. */
  protected readonly configured: readonly string[];
  protected readonly point: AcknowledgementPoint;
  private readonly progress = new Map<string, ReplicaProgress>();

  constructor(configured: readonly string[], point: AcknowledgementPoint) {
    this.configured = configured;
    this.point = point;
  }

  set(node: string, progress: ReplicaProgress): void {
    this.progress.set(node, progress);
  }

  /**
   * Forgets a replica that is no longer connected: it may come back with less than it had (a lost disk, a rewound log:
   * SERVER-16570).
   */
  remove(node: string): void {
    this.progress.delete(node);
  }

  /** By node, those that are connected. */
  get all(): ReadonlyMap<string, ReplicaProgress> {
    return this.progress;
  }

  /** LSN up to which all that was sent is acknowledged as a change of that level asks for. */
  reached(level: SyncMode): number {
    switch (level) {
      case "async":
        return Number.POSITIVE_INFINITY;
      case "semi":
        return this.configured.reduce((most, node) => Math.max(most, this.acknowledged(node)), 0);
      case "full":
        // All that there are to be, not all that happen to be connected: else a change that all have would be on one disk.
        return this.configured.reduce(
          (least, node) => Math.min(least, this.acknowledged(node)),
          Number.POSITIVE_INFINITY,
        );
    }
  }

  /** Whether what a replica says is to be relied on. */
  protected counts(progress: ReplicaProgress): boolean {
    return progress.streaming;
  }

  private acknowledged(node: string): number {
    const progress = this.progress.get(node);
    return progress !== undefined && this.counts(progress) ? progress[this.point] : 0;
  }
}
