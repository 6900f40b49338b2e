import { expect, test } from "vitest";
import { raftReadIndex } from "../../../topologies/raft/raft.ts";
import type { PlannedFault } from "../../../scenarios/faults/fault.ts";
import type { FaultFate } from "../../../scenarios/faults/strike.ts";
import { planned, StruckCluster } from "../support/struck-cluster.ts";

const ROT = planned({ kind: "bit-rot", bits: 1 }, { at: 100, on: { role: "node", choice: 1 } });

function removal(at: number, choice: number): PlannedFault {
  return planned({ kind: "operator", action: "remove-node" }, { at, on: { role: "node", choice } });
}

/** What became of faults on three voters. */
async function fates(faults: readonly PlannedFault[], lasts: number): Promise<FaultFate[]> {
  const { faultModel: model, actions } = raftReadIndex;
  const world = new StruckCluster(raftReadIndex, faults, { model, actions });
  await world.run(() => world.until(lasts));
  return world.nemesis.reports().map(({ fate }) => fate);
}

test("a person lets nobody go when damage that nobody has found would be half of what is left", async () => {
  expect(await fates([ROT, removal(200, 2)], 1_000)).toEqual(["fired", "withheld"]);
  expect(await fates([removal(200, 2)], 1_000)).toEqual(["fired"]);
});

test("a person may let go whoever has the damage", async () => {
  expect(await fates([ROT, removal(200, 1)], 2_000)).toEqual(["fired", "fired"]);
});

test("no bit rots that would be too much once the person at work is done", async () => {
  const rot = planned({ kind: "bit-rot", bits: 1 }, { at: 101, on: { role: "node", choice: 1 } });
  expect(await fates([removal(100, 2), rot], 1_000)).toEqual(["fired", "withheld"]);
});
