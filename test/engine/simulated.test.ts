import { describe, expect, it } from "vitest";
import { openDatabase } from "../../engine/index.ts";
import { MILLISECOND } from "../../host/time.ts";
import { VirtualDisk } from "../../sim/fs/virtual-disk.ts";
import type { CrashModel } from "../../sim/fs/volume.ts";
import { run, simulation } from "../sim/support/simulate.ts";
import { bytes, TINY } from "./support/bytes.ts";
import { contentOf, Ledger } from "./support/ledger.ts";

/** A machine that writes for as long as it lives, and is killed or loses power again and again. */
async function ordeal(
  seed: string,
  crashModel: CrashModel,
  deaths: number,
): Promise<{ fingerprint: string; recoveries: number }> {
  const world = simulation({ seed });
  const disk = new VirtualDisk(world.kernel, "disk", {
    crashModel,
    writeBack: { least: MILLISECOND, most: 20 * MILLISECOND },
  });
  const ledger = new Ledger();
  const chance = world.kernel.random("test");
  const failures: string[] = [];
  let kept: "synced" | "acknowledged" = "acknowledged";
  let recoveries = 0;
  let write = 0;

  const machine = world.host(
    "primary",
    async (host) => {
      const options = { ...TINY, writeBufferBytes: 400 };
      const database = await openDatabase({ host, fs: host.fs("local"), directory: "/db", options });
      const wrong = ledger.settle(await contentOf(database), kept);
      if (wrong !== undefined) failures.push(`recovery ${recoveries}: ${wrong}`);
      recoveries++;
      // All that was found is in tables now. Until here an earlier loss of power counted, whatever came after it.
      kept = "acknowledged";
      for (;;) {
        const key = `k${host.random("key").below(20)}`;
        const sync = host.random("sync").chance(1, 5);
        const value = host.random("value").chance(1, 6)
          ? undefined
          : `${write++}-${"x".repeat(host.random("value").below(40))}`;
        ledger.begin([key, value]);
        if (value === undefined) await database.delete(bytes(key), { sync });
        else await database.put(bytes(key), bytes(value), { sync });
        ledger.acknowledge(sync);
      }
    },
    { mounts: { local: disk } },
  );

  let died = 0;
  const die = (): void => {
    if (died++ === deaths) return;
    if (chance.chance(1, 3)) {
      machine.kill();
    } else {
      machine.powerLoss();
      kept = "synced";
    }
    machine.restart();
    world.at(chance.below(8 * MILLISECOND), die);
  };
  world.at(chance.below(8 * MILLISECOND), die);
  const result = await run(world, { until: () => died > deaths || failures.length > 0, maxEvents: 2_000_000 });
  expect(failures, `seed ${seed}`).toEqual([]);
  expect(
    result.crashes.map(({ error }) => String(error)),
    `seed ${seed}`,
  ).toEqual([]);
  expect(result.end, `seed ${seed}: ${String(result.failure)}`).toBe("done");
  return { fingerprint: result.fingerprint, recoveries };
}

describe("on a simulated disk", () => {
  it.each(["strict", "ordered", "lossy", "none"] as const)(
    "keeps its promises through kills and losses of power, in recovery too, under the %s model",
    async (model) => {
      let recoveries = 0;
      const seeds = model === "strict" ? 25 : 8;
      for (let seed = 0; seed < seeds; seed++) recoveries += (await ordeal(`${model}-${seed}`, model, 12)).recoveries;
      expect(recoveries).toBeGreaterThan(seeds * 4);
    },
  );

  it("does the same again from the same seed", async () => {
    const first = await ordeal("again", "strict", 8);
    expect(await ordeal("again", "strict", 8)).toEqual(first);
  });
});
