import type { Scenario } from "../scenario.ts";
import { invisibleMemtable } from "./invisible-memtable.ts";
import { tornManifest } from "./torn-manifest.ts";

/** The document's problems with a shared disk, a scenario each. */
export const sharedDiskScenarios: readonly Scenario[] = [invisibleMemtable, tornManifest];
