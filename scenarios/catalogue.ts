import { single } from "../topologies/single/single.ts";
import { sharedDiskAsWritten } from "../topologies/shared-disk/as-written.ts";
import type { Topology } from "../topologies/topology.ts";
import { compactionRace } from "./compaction-race.ts";
import { registerChaos } from "./register-chaos.ts";
import type { Scenario } from "./scenario.ts";
import { staleManifest } from "./stale-manifest.ts";

/** Every scenario, by name; the first is what the main job shows. */
export const scenarios: ReadonlyMap<string, Scenario> = new Map(
  [compactionRace, staleManifest, registerChaos].map((scenario) => [scenario.name, scenario]),
);

/** Every topology in every mode, by id; the baseline first. */
export const topologies: ReadonlyMap<string, Topology> = new Map(
  [single, sharedDiskAsWritten].map((topology) => [topology.id, topology]),
);
