import type { Machine } from "../../sim/machine.ts";
import type { Effect } from "./effect.ts";

/** Ends the processes of machines, and starts them again when the fault ends. Machines that are down are left alone. */
export function bringDown(machines: readonly Machine[], how: "kill" | "power-loss" | "wipe"): Effect {
  const struck = machines.filter((machine) => machine.running);
  for (const machine of struck) {
    if (how === "kill") machine.kill();
    else if (how === "power-loss") machine.powerLoss();
    else machine.wipe();
  }
  return {
    hosts: namesOf(struck),
    fired: () => struck.length > 0,
    end() {
      for (const machine of struck) if (!machine.running) machine.restart();
    },
  };
}

/** Stops processes in their tracks, and lets them go on when the fault ends. */
export function hold(machines: readonly Machine[]): Effect {
  const struck = machines.filter((machine) => machine.running && !machine.paused);
  const lives = new Map(struck.map((machine) => [machine, machine.incarnation]));
  for (const machine of struck) machine.pause();
  return {
    hosts: namesOf(struck),
    fired: () => struck.length > 0,
    end() {
      // A later incarnation that is paused is another fault's.
      for (const machine of struck) if (machine.incarnation === lives.get(machine)) machine.resume();
    },
  };
}

function namesOf(machines: readonly Machine[]): string[] {
  return machines.map((machine) => machine.name);
}
