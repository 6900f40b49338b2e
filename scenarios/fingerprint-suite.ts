import type { Drain } from "../host/drain.ts";
import type { RandomStream } from "../host/random.ts";
import { MILLISECOND } from "../host/time.ts";
import { isolate } from "../sim/network/partition.ts";
import { NamedStream } from "../sim/random.ts";
import { ObservedTrace } from "../sim/trace.ts";
import { scenarios } from "./catalogue.ts";
import { drawPlan } from "./draw-plan.ts";
import { buildWorld, type World } from "./world.ts";

/** A scenario, a topology and a seed, and the fingerprint that their run left. */
export interface SeedFingerprint {
  readonly scenario: string;
  readonly topology: string;
  readonly seed: number;
  readonly fingerprint: string;
}

/**
 * The runs by which two engines are compared: seeds 1 to `seeds`, dealt out in turn to every scenario on every topology
 * that it runs on.
 */
export function fingerprintRuns(seeds: number): Omit<SeedFingerprint, "fingerprint">[] {
  const pairs = [...scenarios.values()].flatMap((scenario) =>
    [...scenario.expectations.keys()].map((topology) => ({ scenario: scenario.name, topology })),
  );
  return Array.from({ length: seeds }, (_, index) => {
    const pair = pairs[index % pairs.length];
    if (pair === undefined) throw new RangeError("there are no scenarios");
    return { ...pair, seed: index + 1 };
  });
}

/** Carries out one of the runs; half of them are struck by faults of all kinds. */
export async function fingerprintOf(
  drain: Drain,
  { scenario: name, topology, seed }: Omit<SeedFingerprint, "fingerprint">,
): Promise<string> {
  const scenario = scenarios.get(name);
  if (scenario === undefined) throw new RangeError(`unknown scenario ${name}`);
  const plan = drawPlan(scenario, topology, seed);
  const world = buildWorld(plan, { trace: new ObservedTrace([]) });
  const strikes = new NamedStream(`${seed}/strikes`);
  // Drawn: pairs of scenario and topology are dealt out in turn, so that any parity of seeds might always spare some.
  if (strikes.chance(1, 2)) strike(world, strikes);
  const { fingerprint, nodeDigest, failure } = await world.simulation.run({
    drain,
    until: () => world.finished(),
    deadline: plan.limit,
  });
  if (failure !== undefined) throw failure;
  return `${fingerprint} · ${nodeDigest}`;
}

/** Lets machines die and come back, and packets get lost, at drawn moments. */
function strike({ simulation, cluster }: World, random: RandomStream): void {
  const machines = [...cluster.machines.values()];
  for (let blow = 0; blow < 8; blow++) {
    const victim = random.pick(machines);
    const kind = random.pick(["kill", "power-loss", "pause", "partition", "lossy"]);
    const lasting = random.between(1, 300) * MILLISECOND;
    simulation.at(random.between(50, 1500) * MILLISECOND, () => {
      if (kind === "kill" || kind === "power-loss") {
        if (kind === "kill") victim.kill();
        else victim.powerLoss();
        simulation.at(lasting, () => {
          if (!victim.running) victim.restart();
        });
      } else if (kind === "pause") {
        victim.pause();
        simulation.at(lasting, () => {
          victim.resume();
        });
      } else {
        const { network } = simulation;
        const guard =
          kind === "partition"
            ? network.addRule(isolate(victim.name))
            : network.override({ host: victim.name }, { loss: 200_000, duplication: 100_000, reordering: 100_000 });
        simulation.at(lasting, () => {
          guard.remove();
        });
      }
    });
  }
}

/** A line for each of the runs, so that two engines' lists can be compared as text. */
export async function fingerprints(drain: Drain, seeds: number): Promise<string[]> {
  const lines: string[] = [];
  for (const one of fingerprintRuns(seeds)) {
    lines.push(`${one.scenario} ${one.topology} ${one.seed} ${await fingerprintOf(drain, one)}`);
  }
  return lines;
}
