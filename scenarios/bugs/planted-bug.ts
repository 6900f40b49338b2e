import type { EngineParts } from "../../engine/index.ts";

/** What is put in place of the sound engine. */
export interface Plant {
  readonly parts: EngineParts;
}

/** A published bug, planted in this engine. */
export interface PlantedBug {
  /** As in the list of published bugs. */
  readonly id: string;
  /** What is wrong, in a few words. */
  readonly title: string;
  /** Where it was reported. */
  readonly source: string;
  readonly plant: Plant;
  /** Where to look for it: ways of exploring and workloads, the likeliest first. */
  readonly hunt: readonly Hunt[];
}

export interface Hunt {
  readonly kind: "states" | "errors" | "rot";
  readonly workload: string;
}

/** A published bug that this engine cannot have. */
export interface ExcludedBug {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly reason: string;
}
