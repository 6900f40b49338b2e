import { NodeDrain } from "../host/nodejs/drain.ts";
import type { Network } from "../host/network.ts";
import { Simulation } from "../sim/simulation.ts";
import { medians, print, rate, seconds } from "./measure.ts";

const EVENTS = 1_000_000;

const network = () => ({
  attach: (): Network => ({}) as Network,
  ended: () => undefined,
  powerLost: () => undefined,
  waits: () => [],
});

/** The handler under both loops: three awaits, each a hop or more of microtasks. */
async function handler(): Promise<number> {
  await null;
  await null;
  await null;
  return 1;
}

async function immediates(): Promise<number> {
  let handled = 0;
  const time = await seconds(
    () =>
      new Promise<void>((resolve) => {
        const turn = (): void => {
          void handler().then((one) => {
            handled += one;
          });
          if (handled >= EVENTS) resolve();
          else setImmediate(turn);
        };
        setImmediate(turn);
      }),
  );
  return handled / time;
}

async function kernel(): Promise<number> {
  const world = new Simulation({ seed: "1", network });
  let handled = 0;
  const pump = { fire: (): void => {} };
  pump.fire = () => {
    void handler().then((one) => {
      handled += one;
    });
    world.kernel.complete(1000, 6, undefined, pump);
  };
  for (let lane = 0; lane < 16; lane++) world.kernel.schedule(lane, 6, undefined, pump);
  const time = await seconds(async () => {
    await world.run({ drain: new NodeDrain(), until: () => handled >= EVENTS });
  });
  return handled / time;
}

async function nodes(): Promise<number> {
  const world = new Simulation({ seed: "1", network });
  for (let node = 0; node < 3; node++) {
    world.host(`n${node}`, async (host) => {
      for (;;) await host.clock.sleep(1000);
    });
  }
  let events = 0;
  const time = await seconds(async () => {
    events = (await world.run({ drain: new NodeDrain(), until: () => world.kernel.event >= EVENTS })).events;
  });
  return events / time;
}

async function memory(): Promise<string> {
  const world = new Simulation({ seed: "1", network });
  const pump = { fire: (): void => void world.kernel.complete(1000, 6, undefined, pump) };
  for (let lane = 0; lane < 16; lane++) world.kernel.schedule(lane, 6, undefined, pump);
  await world.run({ drain: new NodeDrain(), until: () => world.kernel.event >= 10 * EVENTS });
  return `${(process.memoryUsage().rss / 1e6).toFixed(0)} MB resident`;
}

const resident = await memory();
const result = await medians({ immediates, kernel, nodes }, 5);
console.log("kernel, fingerprint on, strict mode on");
print([
  ["bare setImmediate loop, handler of three awaits", rate(result.immediates)],
  ["kernel, the same handler", `${rate(result.kernel)}  ${(result.kernel / result.immediates).toFixed(2)}x`],
  ["kernel, three nodes that sleep", rate(result.nodes)],
  ["ten million events, no trace retained", resident],
]);
