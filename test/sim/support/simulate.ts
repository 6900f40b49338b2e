import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { Simulation, type RunOptions, type RunResult, type SimulationOptions } from "../../../sim/simulation.ts";
import { nullNetwork } from "./null-network.ts";

export function simulation(options: Partial<SimulationOptions> = {}): Simulation {
  return new Simulation({ seed: "1", network: () => nullNetwork, ...options });
}

export function run(world: Simulation, options: Partial<RunOptions> = {}): Promise<RunResult> {
  return world.run({ drain: new NodeDrain(), ...options });
}
