import type { Machine } from "../../sim/machine.ts";
import type { Effect } from "./effect.ts";

/** Lets clocks run too fast or too slow, in parts per million, until the fault ends. */
export function drift(machines: readonly Machine[], ppm: number): Effect {
  for (const { clock } of machines) clock.setDrift(ppm);
  return {
    hosts: machines.map((machine) => machine.name),
    fired: () => machines.length > 0,
    end() {
      for (const { clock } of machines) clock.setDrift(0);
    },
  };
}

/** Sets wall clocks forward or back: for good, or until the fault ends. */
export function step(machines: readonly Machine[], microseconds: number, forGood: boolean): Effect {
  for (const { clock } of machines) clock.stepWall(microseconds);
  return {
    hosts: machines.map((machine) => machine.name),
    fired: () => machines.length > 0,
    end() {
      if (!forGood) for (const { clock } of machines) clock.stepWall(-microseconds);
    },
  };
}
