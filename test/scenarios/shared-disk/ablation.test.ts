import { expect, test } from "vitest";
import { topologyNamed } from "../../../scenarios/catalogue.ts";
import { ABLATION_TOPOLOGIES, ablation, ablationTable } from "../../../scenarios/shared-disk/ablation.ts";
import {
  AS_WRITTEN,
  CAREFUL,
  parseSwitches,
  SWITCH_NAMES,
  type Switches,
} from "../../../topologies/shared-disk/switches.ts";

const switchesOf = (topology: string): Switches => parseSwitches(topology.slice("shared-disk:".length));
const differences = (a: Switches, b: Switches): number => SWITCH_NAMES.filter((name) => a[name] !== b[name]).length;

test("the ablation has none, each alone, all, and all but one, each once and as a mode of its own", () => {
  const modes = ABLATION_TOPOLOGIES.filter((topology) => topology !== "single");
  for (const topology of modes) expect(topologyNamed(topology)?.id).toBe(topology);
  expect(new Set(modes.map((topology) => JSON.stringify(switchesOf(topology)))).size).toBe(modes.length);
  const alone = modes.filter((topology) => differences(switchesOf(topology), AS_WRITTEN) === 1);
  const without = modes.filter((topology) => differences(switchesOf(topology), CAREFUL) === 1);
  expect(modes.length).toBe(2 + alone.length + without.length);
  const all = SWITCH_NAMES.filter((name) => CAREFUL[name] && !AS_WRITTEN[name]);
  expect(without.map((topology) => topology.replace("shared-disk:careful+no-", ""))).toEqual(all);
  for (const name of all) expect(alone).toContain(`shared-disk:as-written+${name}`);
});

test("its table has every mode in which the scenario foresees something", () => {
  expect([...ablation.expectations.keys()]).toEqual(ablationTable.topologies);
});
