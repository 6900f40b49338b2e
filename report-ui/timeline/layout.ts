import type { Lane, LaneKind } from "../../report/lanes.ts";

/** Where a lane stands on the canvas, in CSS pixels from its top. */
export interface LaneBox {
  /** Place among the run's lanes. */
  readonly index: number;
  readonly lane: Lane;
  readonly y: number;
  readonly height: number;
  /** Height of each of its rows. */
  readonly row: number;
}

export interface Layout {
  readonly boxes: readonly LaneBox[];
  readonly height: number;
  /** By machine: where its messages leave and arrive. */
  readonly ports: ReadonlyMap<string, number>;
}

const ROW_HEIGHTS: Readonly<Record<LaneKind, number>> = {
  faults: 15,
  client: 16,
  node: 22,
  lsm: 13,
  disk: 18,
  network: 28,
};

/** Above and below the rows of a lane. */
const PADDING = 3;

/** Stacks the lanes that are shown, in their order. Lanes in which nothing happens at all are left out, but for nodes. */
export function layOut(lanes: readonly Lane[], shown: (kind: LaneKind) => boolean): Layout {
  const boxes: LaneBox[] = [];
  const ports = new Map<string, number>();
  let y = 0;
  lanes.forEach((lane, index) => {
    if (!shown(lane.kind) || (lane.marks.count === 0 && lane.kind !== "node" && lane.kind !== "network")) return;
    const row = ROW_HEIGHTS[lane.kind];
    const height = lane.rows * row + 2 * PADDING;
    boxes.push({ index, lane, y, height, row });
    if (lane.host !== "" && lane.kind !== "lsm") ports.set(lane.host, y + height / 2);
    y += height;
  });
  return { boxes, height: y, ports };
}

/** The top of a row of a lane. */
export function rowTop({ y, row }: LaneBox, at: number): number {
  return y + PADDING + at * row;
}

/** The lane at a height, if there is one. */
export function boxAt({ boxes }: Layout, y: number): LaneBox | undefined {
  return boxes.find((box) => y >= box.y && y < box.y + box.height);
}
