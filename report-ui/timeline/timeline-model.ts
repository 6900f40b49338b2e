import { buildArrows, type Arrows } from "../../report/arrows.ts";
import { causalFuture, causalPast, type CausalGraph } from "../../report/causality.ts";
import { buildLanes, type Lanes, type Machines } from "../../report/lanes.ts";
import type { TraceRecord } from "../../sim/trace.ts";
import type { MarkTree } from "./mark-tree.ts";
import { Scales, type ScaleKind } from "./scales.ts";
import { arrowTrees, stripsOf, type Strip } from "./strips.ts";

/** What a mark or message is to the selection and the search; or-ed together. */
export const Flag = { PAST: 1, FUTURE: 2, SELECTED: 4, FOUND: 8 } as const;

/** What the timeline shows of a run. */
export interface Shown {
  readonly records: readonly TraceRecord[];
  readonly machines: Machines;
  readonly causes: CausalGraph;
  /** The record in which the violation shows. */
  readonly violation: TraceRecord | undefined;
}

/** A run as the timeline draws it. Made once; only flags change. */
export class TimelineModel {
  readonly records: readonly TraceRecord[];
  readonly lanes: Lanes;
  readonly arrows: Arrows;
  readonly scales: Scales;
  /** By lane. */
  readonly strips: readonly (readonly Strip[])[];
  readonly arrowTrees: Readonly<Record<ScaleKind, MarkTree>>;
  /** When each message was sent, and each that was lost, in order: what a density is counted from. */
  readonly sent: Readonly<Record<ScaleKind, Float64Array>>;
  readonly lost: Readonly<Record<ScaleKind, Float64Array>>;
  private readonly causes: CausalGraph;

  constructor({ records, machines, causes, violation }: Shown) {
    this.records = records;
    this.causes = causes;
    this.lanes = buildLanes(records, machines, violation);
    this.arrows = buildArrows(records);
    this.scales = new Scales(Float64Array.from(records, ({ time }) => time));
    this.strips = this.lanes.lanes.map(stripsOf);
    this.arrowTrees = arrowTrees(this.arrows);
    const { start, startRank, fate } = this.arrows;
    this.sent = { time: start, rank: startRank };
    const lost = (places: Float64Array): Float64Array => places.filter((_place, arrow) => fate[arrow] === 1);
    this.lost = { time: lost(start), rank: lost(startRank) };
  }

  /**
   * Flags, by record, what is in the causal past and future of a record, and what a search found.
   *
   * @param found by record, 1 for what was found; undefined when nothing is searched for
   */
  flagsOf(selected: number | undefined, found: Uint8Array | undefined): Uint8Array {
    const flags = new Uint8Array(this.records.length);
    const chosen = selected === undefined ? undefined : this.records[selected];
    const past = chosen === undefined ? undefined : causalPast(this.causes, chosen.event);
    const future = chosen === undefined ? undefined : causalFuture(this.causes, chosen.event);
    for (const { index, event } of this.records) {
      let flag = found?.[index] === 1 ? Flag.FOUND : 0;
      if (chosen !== undefined) {
        if (index === selected) flag |= Flag.SELECTED;
        // Within one kernel event, what was said first came first.
        else if (event === chosen.event) flag |= index < chosen.index ? Flag.PAST : Flag.FUTURE;
        else if (past?.[event] === 1) flag |= Flag.PAST;
        else if (future?.[event] === 1) flag |= Flag.FUTURE;
      }
      flags[index] = flag;
    }
    return flags;
  }

  /** Carries the flags of records to the marks and messages that show them. */
  applyFlags(flags: Uint8Array): void {
    this.lanes.lanes.forEach(({ marks }, lane) => {
      for (const strip of this.strips[lane] ?? []) {
        const of = (at: number): number => {
          const mark = strip.marks[at] as number;
          return (flags[marks.startRank[mark] as number] as number) | (flags[marks.endRank[mark] as number] as number);
        };
        strip.trees.time.flag(of);
        strip.trees.rank.flag(of);
      }
    });
    const { startRank, endRank } = this.arrows;
    const of = (arrow: number): number => {
      const sent = flags[startRank[arrow] as number] as number;
      const ended = flags[endRank[arrow] as number] as number;
      // A message carried something of the past, or into the future, only if both its ends are there, or one is selected.
      const way = Flag.PAST | Flag.FUTURE;
      const both = sent & ended & way;
      const chosen = (sent | ended) & Flag.SELECTED;
      const beside = chosen === 0 ? 0 : (sent | ended) & way;
      return both | beside | chosen | ((sent | ended) & Flag.FOUND);
    };
    this.arrowTrees.time.flag(of);
    this.arrowTrees.rank.flag(of);
  }

  /** A record of the same lane, before or after; undefined past its ends. What no lane shows has no neighbours. */
  neighbour(rank: number, step: 1 | -1): number | undefined {
    const lane = this.lanes.laneOf[rank] ?? -1;
    for (let at = rank + step; at >= 0 && at < this.records.length; at += step) {
      if (this.lanes.laneOf[at] === lane) return at;
    }
    return undefined;
  }

  /** The record of a lane that is nearest to another in the trace. */
  nearestIn(lane: number, rank: number): number | undefined {
    for (let away = 0; away < this.records.length; away++) {
      if (this.lanes.laneOf[rank - away] === lane) return rank - away;
      if (this.lanes.laneOf[rank + away] === lane) return rank + away;
    }
    return undefined;
  }
}
