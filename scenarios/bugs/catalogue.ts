import type { PlantedBug } from "./planted-bug.ts";

export const plantedBugs: ReadonlyMap<string, PlantedBug> = new Map<string, PlantedBug>([]);
