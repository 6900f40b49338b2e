import type { Host } from "../host/host.ts";
import { NodeDrain } from "../host/nodejs/drain.ts";
import { MILLISECOND, SECOND } from "../host/time.ts";
import { Cluster } from "../scenarios/cluster.ts";
import { InvariantWatch } from "../scenarios/invariant-watch.ts";
import { SimulatedNetwork } from "../sim/network/network.ts";
import { Simulation } from "../sim/simulation.ts";
import { ObservedTrace } from "../sim/trace.ts";
import type { ClientOperation } from "../topologies/operation.ts";
import type { ClusterClient, Topology } from "../topologies/topology.ts";
import { print, rate } from "./measure.ts";
import { profiled } from "./profile.ts";

const CONFIG = { replicas: 2, engine: {} };
const LIKENESS = {
  disks: { local: "nvme", shared: "network" },
  mount: { attributeCacheMin: 0, attributeCacheMax: 0 },
} as const;
/**
 * Virtual seconds before anything is measured. The first ten of a design cost five times as much as later ones: its code is
 * still interpreted, and then compiled. What hunts for seeds runs for minutes, in threads that go on from seed to seed.
 */
const WARM_UP = 90;
const ROUNDS = 5;

/** What a client does, over and over. */
export interface Load {
  readonly operationsPerSecond: number;
  /** In a heading: "changes a second". */
  readonly what: string;
  /** @param host for what it draws */
  next(host: Host, key: string): ClientOperation;
}

interface Result {
  readonly events: number;
  readonly operations: number;
  readonly fingerprint: string;
}

/** Writes a key's new value. */
export function writeOf(key: string): ClientOperation {
  return { op: "write", key, value: "v".padEnd(100) };
}

/** Works on one of a thousand registers, so often a second, whether or not earlier operations have been answered. */
async function operate(
  host: Host,
  client: ClusterClient,
  load: Load,
  ready: () => boolean,
  done: () => void,
): Promise<void> {
  while (!ready()) await host.clock.sleep(10 * MILLISECOND);
  for (;;) {
    await host.clock.sleep(SECOND / load.operationsPerSecond);
    host.spawn("operation", async () => {
      const key = `key-${host.random("keys").below(1000)}`;
      await client.execute(load.next(host, key), { role: "primary", choice: 0 });
      done();
    });
  }
}

/** Three nodes and a client, every step's invariants checked. */
async function simulate(topology: Topology, load: Load, virtualSeconds: number): Promise<Result> {
  const invariants = new InvariantWatch(new ObservedTrace([]), topology.invariants, ["node-1", "node-2", "node-3"]);
  const world = new Simulation({
    seed: "1",
    trace: invariants,
    network: (kernel) => new SimulatedNetwork(kernel),
  });
  const cluster = new Cluster(world, world.network, topology, CONFIG, LIKENESS);
  let operations = 0;
  world.host("client", (host) =>
    operate(
      host,
      topology.connect(host, CONFIG),
      load,
      () => cluster.ready,
      () => operations++,
    ),
  );
  const inspect = (): ReturnType<Cluster["inspect"]> => cluster.inspect();
  const { events, crashes, fingerprint } = await world.run({
    drain: new NodeDrain(),
    until: () => {
      invariants.check(world.kernel.now, inspect);
      return false;
    },
    deadline: virtualSeconds * SECOND,
  });
  for (const { error } of crashes) throw error;
  if (invariants.broken.length > 0) throw new Error(`broken: ${JSON.stringify(invariants.broken)}`);
  return { events, operations, fingerprint };
}

/** Measures designs one after the other, and says where the time goes in one of them. */
export async function measure(
  topologies: readonly Topology[],
  inDetail: Topology,
  load: Load,
  virtualSeconds: number,
): Promise<void> {
  for (const topology of topologies) {
    await simulate(topology, load, WARM_UP);
    let result: Result = { events: 0, operations: 0, fingerprint: "" };
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      // Of the processor, not of the wall: beside other work that says what one core of its own would take.
      const before = process.cpuUsage();
      result = await simulate(topology, load, virtualSeconds);
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1e6);
    }
    const time = times.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
    console.log(
      `${topology.id}, three nodes, ${load.operationsPerSecond} ${load.what}, invariants on, ${virtualSeconds} virtual seconds`,
    );
    print([
      ["virtual seconds per second of processor time", (virtualSeconds / time).toFixed(0)],
      ["events", `${rate(result.events / time)}, ${((time / result.events) * 1e6).toFixed(2)} µs each`],
      ["events per operation", (result.events / result.operations).toFixed(1)],
      ["fingerprint", result.fingerprint],
    ]);
  }
  const shares = await profiled(async () => {
    await simulate(inDetail, load, virtualSeconds);
  });
  console.log("where the time goes");
  print(shares.map(([part, share]) => [part, `${(share * 100).toFixed(0)} %`]));
}
