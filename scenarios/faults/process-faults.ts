import type { Machine } from "../../sim/machine.ts";
import type { Effect } from "./effect.ts";

/** Ends a machine's process, and starts it again when the fault ends. A machine that is down is left alone. */
export function bringDown(machine: Machine, how: "kill" | "power-loss" | "wipe"): Effect {
  if (!machine.running) return NOTHING;
  if (how === "kill") machine.kill();
  else if (how === "power-loss") machine.powerLoss();
  else machine.wipe();
  return {
    hosts: [machine.name],
    fired: () => true,
    end() {
      if (!machine.running) machine.restart();
    },
  };
}

/** Stops a process in its tracks, and lets it go on when the fault ends. One that stands still is left alone. */
export function hold(machine: Machine): Effect {
  if (!machine.running || machine.paused) return NOTHING;
  const life = machine.incarnation;
  machine.pause();
  return {
    hosts: [machine.name],
    fired: () => true,
    end() {
      // A later incarnation that is paused is another fault's.
      if (machine.incarnation === life) machine.resume();
    },
  };
}

const NOTHING: Effect = { hosts: [], fired: () => false, end: () => undefined };
