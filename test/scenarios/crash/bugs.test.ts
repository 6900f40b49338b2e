import { describe, expect, it } from "vitest";
import { defaultEngineParts } from "../../../engine/index.ts";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { excludedBugs, plantedBugs } from "../../../scenarios/bugs/catalogue.ts";
import { hunt } from "../../../scenarios/bugs/hunt.ts";
import { replayCrash } from "../../../scenarios/crash/replay-crash.ts";
import { crashWorkloads } from "../../../scenarios/crash/library.ts";
import { ErrorExplorer } from "../../../scenarios/crash/explore-errors.ts";
import { RotExplorer } from "../../../scenarios/crash/explore-rot.ts";
import type { CrashWorkload } from "../../../scenarios/crash/workload.ts";

describe("published bugs", () => {
  it("are all planted or cannot arise", () => {
    const ids = [...plantedBugs.keys(), ...excludedBugs.map(({ id }) => id)];
    expect(new Set(ids)).toEqual(new Set(Array.from({ length: 22 }, (_, index) => `ST-${index + 1}`)));
    expect(ids).toHaveLength(22);
  });

  it.each([...plantedBugs.values()])("$id is caught, and its case catches it again: $title", async (bug) => {
    const { failure, tried } = await hunt(bug, new NodeDrain());
    expect(failure, `${bug.id} was missed in ${tried} tries`).toBeDefined();
    if (failure === undefined) return;
    const { model, seed, deaths, fault, rot } = failure;
    const workload = crashWorkloads.get(failure.workload) as CrashWorkload;
    const common = { drain: new NodeDrain(), parts: bug.plant.parts, seed };
    if (fault !== undefined) {
      const again = await new ErrorExplorer(workload, { ...common, model, every: 1, bound: 8 }).strike(fault);
      expect(again.failures).not.toEqual([]);
    } else if (rot !== undefined) {
      const again = await new RotExplorer(workload, { ...common, moments: 1, bits: 1 }).tryOne(
        deaths[0]?.call ?? 0,
        rot,
      );
      expect(again.failures[0]?.problem).toBe(failure.problem);
    } else if (deaths.length > 0) {
      const again = await replayCrash(workload, { ...common, model, deaths });
      expect(again.problem).toBe(failure.problem);
    }
  });

  const hunts = new Map(
    [...plantedBugs.values()].flatMap((bug) => bug.hunts).map((each) => [JSON.stringify(each), each]),
  );

  it.each([...hunts.values()])(
    "the sound engine raises no alarm where they are hunted: $kind of $workload",
    async (each) => {
      const { failure, tried } = await hunt({ plant: { parts: defaultEngineParts }, hunts: [each] }, new NodeDrain());
      expect(failure).toBeUndefined();
      expect(tried).toBeGreaterThan(50);
    },
  );
});
