import type { Machine } from "../../sim/machine.ts";
import type { Effect } from "./effect.ts";
import { Overlap } from "./overlap.ts";

/** How fast machines' clocks are made to run, in parts per million too fast. */
export type Drifts = Overlap<Machine, number>;

export function trueClocks(): Drifts {
  return new Overlap<Machine, number>(
    () => 0,
    ({ clock }, ppm) => clock.setDrift(ppm),
  );
}

/** Lets a clock run too fast or too slow, in parts per million, until the fault ends. */
export function drift(drifts: Drifts, machine: Machine, ppm: number): Effect {
  return { hosts: [machine.name], fired: () => true, end: drifts.hold(machine, ppm) };
}

/** Sets a wall clock forward or back: for good, or until the fault ends. */
export function step({ clock, name }: Machine, microseconds: number, forGood: boolean): Effect {
  clock.stepWall(microseconds);
  return {
    hosts: [name],
    fired: () => true,
    end() {
      if (!forGood) clock.stepWall(-microseconds);
    },
  };
}
