import { describe, expect, it } from "vitest";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { plantedDesignBugs } from "../../../scenarios/bugs/catalogue.ts";
import { huntInDesign } from "../../../scenarios/bugs/hunt-design.ts";
import type { PlantedDesignBug } from "../../../scenarios/bugs/planted-bug.ts";
import { topologies, topologyNamed } from "../../../scenarios/catalogue.ts";
import type { Topology } from "../../../topologies/topology.ts";
import { PLANTS } from "../../topologies/raft/core/support/plants.ts";

const bugs = [...plantedDesignBugs.values()];
const walStreamBugs = bugs.filter(({ id }) => id.startsWith("PB-"));
const raftBugs = bugs.filter(({ id }) => id.startsWith("RF-"));

/** Those that show in one of the first seeds; `faultline bugs` hunts for all. */
const QUICK = new Set(["RF-6", "RF-8", "RF-10", "RF-11", "RF-16", "RF-17", "RF-21", "RF-24", "RF-25", "RF-27"]);

/** Seeds of the design without the bug that are looked at here; the bug shows in no later one than its own bound. */
const HEALTHY_SEEDS = 8;
const HEALTHY_RAFT_SEEDS = 2;

function soundOf({ topology, healthy }: PlantedDesignBug): Topology | undefined {
  return healthy ?? topologies.get(topology.id.slice(0, topology.id.indexOf("+")));
}

async function expectCaught(bug: PlantedDesignBug): Promise<void> {
  const { found, tried } = await huntInDesign(bug, new NodeDrain());
  expect(found, `${bug.id} was missed in ${tried} seeds of ${bug.hunt.scenario}`).toBeDefined();
  expect(found?.findings).not.toContain("node-crashed");
}

async function expectNoAlarm(bug: PlantedDesignBug, most: number): Promise<void> {
  const { topology, hunt } = bug;
  const seeds = Math.min(hunt.seeds, most);
  const { found, tried } = await huntInDesign({ topology, hunt: { ...hunt, seeds } }, new NodeDrain(), soundOf(bug));
  expect(found).toBeUndefined();
  expect(tried).toBe(seeds);
}

describe("published bugs of designs", () => {
  it("are each planted in a mode of its own", () => {
    for (const { id, topology } of bugs) {
      expect(topologyNamed(topology.id)).toBe(topology);
      expect(topologies.has(topology.id)).toBe(false);
      expect(topology.id).toContain(`+${id}`);
    }
  });
});

describe("published bugs of designs with a primary and replicas", () => {
  it("are all planted", () => {
    expect(walStreamBugs.map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, index) => `PB-${index + 1}`));
  });

  it.each(walStreamBugs)("$id is caught: $title", (bug) => expectCaught(bug));

  it.each(walStreamBugs)("the sound design raises no alarm where $id is hunted", (bug) =>
    expectNoAlarm(bug, HEALTHY_SEEDS),
  );
});

describe("published bugs of Raft", () => {
  it("are all planted, here or in the core alone", () => {
    const numbersOf = (texts: readonly string[]): number[] =>
      texts.flatMap((text) => [/RF-(\d+)/.exec(text)?.[1] ?? []].flat()).map(Number);
    const numbers = numbersOf([...raftBugs.map(({ id }) => id), ...PLANTS.map(({ rule }) => rule)]);
    expect([...new Set(numbers)].sort((a, b) => a - b)).toEqual(Array.from({ length: 28 }, (_, index) => index + 1));
  });

  it.each(raftBugs.filter(({ id }) => QUICK.has(id)))("$id is caught: $title", (bug) => expectCaught(bug));

  const places = new Map(raftBugs.map((bug) => [`${soundOf(bug)?.summary} ${bug.hunt.scenario}`, bug]));

  it.each([...places.values()])("the sound design raises no alarm where $id is hunted", (bug) =>
    expectNoAlarm(bug, HEALTHY_RAFT_SEEDS),
  );
});
