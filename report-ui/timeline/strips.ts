import { MARK_CODE } from "../../report/mark.ts";
import type { Lane } from "../../report/lanes.ts";
import type { Arrows } from "../../report/arrows.ts";
import { MarkTree } from "./mark-tree.ts";
import type { ScaleKind } from "./scales.ts";

/** Marks of one row of a lane that do not lie behind others, or those that do. */
export interface Strip {
  readonly row: number;
  /** Whether other marks are drawn over them. */
  readonly behind: boolean;
  /** The lane's marks, in order of start: what the tree calls mark `i` is the lane's `marks[i]`. */
  readonly marks: Uint32Array;
  readonly trees: Readonly<Record<ScaleKind, MarkTree>>;
}

/** States that last: drawn behind what happens meanwhile. */
const BEHIND: ReadonlySet<number> = new Set([MARK_CODE.leads, MARK_CODE.down, MARK_CODE.paused, MARK_CODE.stall]);

/** Parts a lane's marks into strips, those behind first, each with its levels of detail in both scales. */
export function stripsOf({ rows, marks }: Lane): Strip[] {
  const strips: Strip[] = [];
  for (const behind of [true, false]) {
    for (let row = 0; row < rows; row++) {
      const members: number[] = [];
      for (let mark = 0; mark < marks.count; mark++) {
        if (marks.row[mark] === row && BEHIND.has(marks.kind[mark] as number) === behind) members.push(mark);
      }
      if (members.length === 0) continue;
      const weight = members.map((mark) => marks.weight[mark] as number);
      const tree = (start: Float64Array, end: Float64Array): MarkTree =>
        new MarkTree({
          count: members.length,
          start: members.map((mark) => start[mark] as number),
          end: members.map((mark) => end[mark] as number),
          weight,
        });
      strips.push({
        row,
        behind,
        marks: Uint32Array.from(members),
        trees: { time: tree(marks.start, marks.end), rank: tree(marks.startRank, marks.endRank) },
      });
    }
  }
  return strips;
}

/** Levels of detail over messages, in both scales. */
export function arrowTrees({ count, start, end, startRank, endRank, fate }: Arrows): Record<ScaleKind, MarkTree> {
  return {
    time: new MarkTree({ count, start, end, weight: fate }),
    rank: new MarkTree({ count, start: startRank, end: endRank, weight: fate }),
  };
}
