/** A worker whose every seed has a node with an endless loop in it: half of them in plain code, half in promise reactions. */
import { serveSeeds } from "../../cli/serve-seeds.ts";
import { NodeDrain } from "../../host/nodejs/drain.ts";
import type { Network } from "../../host/network.ts";
import { Simulation } from "../../sim/simulation.ts";

serveSeeds(async ({ seed, maxEvents }, { onEvent }) => {
  const world = new Simulation({
    seed: `${seed}`,
    network: () => ({
      attach: () => ({}) as Network,
      ended: () => undefined,
      powerLost: () => undefined,
      waits: () => [],
    }),
  });
  world.host("n1", async (host) => {
    for (;;) await host.clock.sleep(1000);
  });
  world.host("n2", async (host) => {
    host.spawn("spinner", async () => {
      await host.clock.sleep(50_000);
      if (seed % 2 === 0) for (;;) await null;
      for (;;) Math.abs(seed);
    });
    await host.clock.sleep(1);
  });
  const result = await world.run({
    drain: new NodeDrain(),
    until: () => {
      onEvent(world.kernel.event);
      return false;
    },
    ...(maxEvents === undefined ? {} : { maxEvents }),
  });
  const { failure, fingerprint, events, time } = result;
  return {
    seed,
    verdict: "failed",
    findings: [],
    faults: [],
    metrics: [],
    failure:
      failure === undefined ? undefined : { message: failure.message, reason: "", place: failure.place, exact: true },
    fingerprint,
    nodeDigest: "",
    events,
    time,
    seconds: 0,
  };
});
