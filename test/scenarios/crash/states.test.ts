import { describe, expect, it } from "vitest";
import { defaultEngineParts } from "../../../engine/index.ts";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { CrashStates, VariantCache } from "../../../scenarios/crash/crash-states.ts";
import type { ExploredModel } from "../../../scenarios/crash/explore.ts";
import { crashWorkloads } from "../../../scenarios/crash/library.ts";
import { recordWorkload } from "../../../scenarios/crash/record-workload.ts";
import { sharedMemory } from "../../../scenarios/crash/still-disk.ts";
import type { CrashWorkload } from "../../../scenarios/crash/workload.ts";
import { copyVolume } from "../../../sim/fs/copy-volume.ts";
import { applyCrash } from "../../../sim/fs/crash.ts";
import { crashChoices, drawOutcome } from "../../../sim/fs/crash-choice.ts";
import type { Volume } from "../../../sim/fs/volume.ts";
import { Kernel } from "../../../sim/kernel.ts";
import { NamedStream } from "../../../sim/random.ts";
import { treeOf } from "../../sim/fs/support/world.ts";

const kernel = new Kernel({ seed: "states" });

/** Every path with its content; a directory has none. */
function textOf(volume: Volume): string {
  return JSON.stringify(Object.entries(treeOf({ volume })));
}

function pointsOf(name: string, model: ExploredModel) {
  const workload = crashWorkloads.get(name) as CrashWorkload;
  return recordWorkload(workload, {
    drain: new NodeDrain(),
    parts: defaultEngineParts,
    model,
    seed: 1,
    memory: sharedMemory(),
  });
}

describe.each(["strict", "ordered", "lossy"] as const)("under the %s model", (model) => {
  it.each(["sectors", "one-flush", "reopen"])("%s: states differ exactly when their hashes do", async (name) => {
    const { points } = await pointsOf(name, model);
    const random = new NamedStream("states");
    const cache = new VariantCache(random);
    const contents = new Map<number, string>();
    const hashes = new Map<string, number>();
    let looked = 0;
    for (const { volume } of points) {
      for (const { outcome, hash } of new CrashStates(volume, cache, random).states(60, random)) {
        const copy = copyVolume(volume, kernel);
        applyCrash(copy, crashChoices(copy), outcome);
        const content = textOf(copy);
        expect(contents.get(hash) ?? content).toBe(content);
        expect(hashes.get(content) ?? hash).toBe(hash);
        contents.set(hash, content);
        hashes.set(content, hash);
        looked++;
      }
    }
    expect(looked).toBeGreaterThan(points.length - 1);
    expect(contents.size).toBeGreaterThan(model === "lossy" ? 5 : 12);
  });

  it("what the disk itself draws is among the states", async () => {
    const { points } = await pointsOf("first-write", model);
    const random = new NamedStream("draws");
    const cache = new VariantCache(random);
    for (const { volume } of points) {
      const states = new CrashStates(volume, cache, random);
      const listed = new Set<string>();
      for (const { outcome } of states.states(100_000, random)) {
        const copy = copyVolume(volume, kernel);
        applyCrash(copy, crashChoices(copy), outcome);
        listed.add(textOf(copy));
      }
      expect(listed.size).toBe(states.count);
      for (let draw = 0; draw < 20; draw++) {
        const copy = copyVolume(volume, kernel);
        const choices = crashChoices(copy);
        applyCrash(copy, choices, drawOutcome(choices, random));
        expect(listed).toContain(textOf(copy));
      }
    }
  });
});
