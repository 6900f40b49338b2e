import { describe, expect, it } from "vitest";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { plantedDesignBugs } from "../../../scenarios/bugs/catalogue.ts";
import { huntInDesign } from "../../../scenarios/bugs/hunt-design.ts";
import { topologies, topologyNamed } from "../../../scenarios/catalogue.ts";

const bugs = [...plantedDesignBugs.values()];

/** Seeds of the design without the bug that are looked at here; the bug shows in no later one than its own bound. */
const HEALTHY_SEEDS = 8;

describe("published bugs of designs with a primary and replicas", () => {
  it("are all planted, each in a mode of its own", () => {
    expect(bugs.map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, index) => `PB-${index + 1}`));
    for (const { id, topology } of bugs) {
      expect(topologyNamed(topology.id)).toBe(topology);
      expect(topologies.has(topology.id)).toBe(false);
      expect(topology.id).toContain(`+${id}`);
    }
  });

  it.each(bugs)("$id is caught: $title", async (bug) => {
    const { found, tried } = await huntInDesign(bug, new NodeDrain());
    expect(found, `${bug.id} was missed in ${tried} seeds of ${bug.hunt.scenario}`).toBeDefined();
    expect(found?.findings).not.toContain("node-crashed");
  });

  it.each(bugs)("the sound design raises no alarm where $id is hunted", async ({ topology, healthy, hunt }) => {
    const sound = healthy ?? topologies.get(topology.id.slice(0, topology.id.indexOf("+")));
    const seeds = Math.min(hunt.seeds, HEALTHY_SEEDS);
    const { found, tried } = await huntInDesign({ topology, hunt: { ...hunt, seeds } }, new NodeDrain(), sound);
    expect(found).toBeUndefined();
    expect(tried).toBe(seeds);
  });
});
