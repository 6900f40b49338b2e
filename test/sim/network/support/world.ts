import { NodeDrain } from "../../../../host/nodejs/drain.ts";
import type { Host } from "../../../../host/host.ts";
import type { Machine } from "../../../../sim/machine.ts";
import { SimulatedNetwork, type NetworkOptions } from "../../../../sim/network/network.ts";
import { Simulation, type RunOptions, type RunResult, type SimulationOptions } from "../../../../sim/simulation.ts";

/** A simulation whose machines have a network and nothing else. */
export class World {
  readonly simulation: Simulation;
  readonly network: SimulatedNetwork;

  constructor(options: Partial<SimulationOptions> & { readonly net?: NetworkOptions } = {}) {
    let network: SimulatedNetwork | undefined;
    this.simulation = new Simulation({
      seed: "1",
      ...options,
      network: (kernel) => (network = new SimulatedNetwork(kernel, options.net)),
    });
    this.network = network as unknown as SimulatedNetwork;
  }

  host(name: string, start: (host: Host) => Promise<void> = () => Promise.resolve()): Machine {
    return this.simulation.host(name, start);
  }

  /** True time, in nanoseconds. */
  get now(): number {
    return this.simulation.kernel.now;
  }

  at(delay: number, action: () => void): void {
    this.simulation.at(delay, action);
  }

  /** Runs to the end, and fails when the run or a node does. */
  async run(options: Partial<RunOptions> = {}): Promise<RunResult> {
    const result = await this.simulation.run({ drain: new NodeDrain(), maxEvents: 2_000_000, ...options });
    if (result.failure !== undefined) throw result.failure;
    for (const crash of result.crashes) throw crash.error;
    return result;
  }
}

export function bytesOf(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

/** A 32-bit number as four bytes, and back. */
export function numberToBytes(value: number, length = 4): Uint8Array {
  const bytes = new Uint8Array(length);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

export function bytesToNumber(bytes: Uint8Array | undefined): number {
  if (bytes === undefined) throw new Error("the stream ended early");
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}

/** The code of what a promise was rejected with; "fulfilled" when it was not. */
export async function codeOf(outcome: Promise<unknown>): Promise<string> {
  try {
    await outcome;
    return "fulfilled";
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
