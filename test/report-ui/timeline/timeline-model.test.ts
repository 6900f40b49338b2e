import { describe, expect, test } from "vitest";
import { causalGraph } from "../../../report/causality.ts";
import { boxAt, layOut } from "../../../report-ui/timeline/layout.ts";
import { Flag, TimelineModel } from "../../../report-ui/timeline/timeline-model.ts";
import { traceOf } from "../../report/support/trace-of.ts";

const MESSAGE = { from: "c1", to: "n1", number: 1 };
const OPERATION = { process: 0, op: "write", key: "k" };
const RECORDS = traceOf([
  ["c1", "client-invoked", OPERATION],
  ["c1", "message-sent", MESSAGE],
  ["n1", "message-delivered", MESSAGE],
  ["n1", "applied", { lsn: 1 }],
  ["n2", "applied", { lsn: 1 }],
  ["c1", "client-answered", OPERATION],
]);

const CAUSES = [[], [0], [1], [2], [], [3]];

const model = (): TimelineModel =>
  new TimelineModel({
    records: RECORDS,
    machines: { nodes: ["n1", "n2"], disks: [], clients: ["c1"] },
    causes: causalGraph(RECORDS.length, (event) => CAUSES[event] ?? []),
    violation: undefined,
  });

/** Flags of what a tree finds, in order. */
function flagsIn(tree: { walk: TimelineModel["arrowTrees"]["time"]["walk"] }): number[] {
  const seen: number[] = [];
  tree.walk(-Infinity, Infinity, -1, (_first, _last, _count, _mark, flags) => seen.push(flags));
  return seen;
}

describe("a selection", () => {
  test("shows what it rests on and what rests on it", () => {
    expect([...model().flagsOf(2, undefined)]).toEqual([
      Flag.PAST,
      Flag.PAST,
      Flag.SELECTED,
      Flag.FUTURE,
      0,
      Flag.FUTURE,
    ]);
  });

  test("reaches the marks and messages that show its records", () => {
    const shown = model();
    shown.applyFlags(shown.flagsOf(3, Uint8Array.from([0, 0, 0, 0, 1, 0])));
    const client = shown.strips[shown.lanes.laneOf[0] ?? 0]?.[0];
    const other = shown.strips[shown.lanes.laneOf[4] ?? 0]?.[0];
    if (client === undefined || other === undefined) throw new Error("lanes are missing");
    for (const scale of ["time", "rank"] as const) {
      // The operation began before and ended after.
      expect(flagsIn(client.trees[scale])).toEqual([Flag.PAST | Flag.FUTURE]);
      expect(flagsIn(other.trees[scale])).toEqual([Flag.FOUND]);
      expect(flagsIn(shown.arrowTrees[scale])).toEqual([Flag.PAST]);
    }
    shown.applyFlags(shown.flagsOf(undefined, undefined));
    expect(flagsIn(client.trees.time)).toEqual([0]);
  });

  test("moves along a lane, and to the nearest of another", () => {
    const shown = model();
    expect(shown.neighbour(0, 1)).toBe(5);
    expect(shown.neighbour(5, -1)).toBe(0);
    expect(shown.neighbour(5, 1)).toBeUndefined();
    expect(shown.nearestIn(shown.lanes.laneOf[4] ?? 0, 0)).toBe(4);
  });
});

describe("lanes", () => {
  test("are stacked without gaps; those without anything to show are left out, but nodes never", () => {
    const shown = model();
    const { boxes, height, ports } = layOut(shown.lanes.lanes, () => true);
    expect(boxes.map(({ lane }) => `${lane.kind} ${lane.host}`.trim())).toEqual([
      "client c1",
      "node n1",
      "node n2",
      "network",
    ]);
    let y = 0;
    for (const box of boxes) {
      expect(box.y).toBe(y);
      y += box.height;
      expect(boxAt({ boxes, height, ports }, box.y + 1)).toBe(box);
    }
    expect(height).toBe(y);
    expect([...ports.keys()]).toEqual(["c1", "n1", "n2"]);
    expect(boxAt({ boxes, height, ports }, height + 1)).toBeUndefined();
  });

  test("can be hidden by kind", () => {
    const { boxes } = layOut(model().lanes.lanes, (kind) => kind === "network");
    expect(boxes).toHaveLength(1);
  });
});
