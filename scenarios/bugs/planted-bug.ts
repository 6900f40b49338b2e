import type { Topology } from "../../topologies/topology.ts";
import { defaultEngineParts, type EngineParts } from "../../engine/index.ts";

/** A way of exploring, and the workload to explore. */
export interface Hunt {
  readonly kind: "states" | "errors" | "rot";
  readonly workload: string;
  /** For errors: an error that nobody is told of is enough. Otherwise something must be lost by it. */
  readonly silence?: boolean;
}

/** A published bug, planted in this engine. */
export interface PlantedBug {
  /** Its place in the list of published bugs. */
  readonly id: string;
  /** What is wrong. */
  readonly title: string;
  /** Where it was published. */
  readonly source: string;
  /** The engine with the bug in it. */
  readonly plant: { readonly parts: EngineParts };
  /** Where to look for it, in this order. */
  readonly hunts: readonly Hunt[];
}

/** A published bug of a design, planted in one of its modes. */
export interface PlantedDesignBug extends Pick<PlantedBug, "id" | "title" | "source"> {
  /** The mode with the bug in it. */
  readonly topology: Topology;
  /** The mode without it, where that is none of the catalogue: held to the same promises, under the same settings. */
  readonly healthy?: Topology;
  /** A scenario, and one of how many of its seeds at the latest shows the bug. */
  readonly hunt: { readonly scenario: string; readonly seeds: number };
}

/** A published bug that this engine has no place for. */
export interface ExcludedBug {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly reason: string;
}

/** The engine with some of its classes replaced. */
export function planted(parts: Partial<EngineParts>): PlantedBug["plant"] {
  return { parts: { ...defaultEngineParts, ...parts } };
}

/** Does something, and nobody looks whether it failed: the bug in several of them. */
export async function unchecked(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch {
    // That is the bug.
  }
}
