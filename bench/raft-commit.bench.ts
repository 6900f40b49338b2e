import { OpenFlag } from "../host/file-system.ts";
import type { Host } from "../host/host.ts";
import { NodeDrain } from "../host/nodejs/drain.ts";
import { MILLISECOND, SECOND, type Duration } from "../host/time.ts";
import { Cluster, type DiskProfileName } from "../scenarios/cluster.ts";
import { DISK_PROFILES } from "../sim/fs/disk-profile.ts";
import { VirtualDisk } from "../sim/fs/virtual-disk.ts";
import { SimulatedNetwork } from "../sim/network/network.ts";
import type { NetworkProfileName } from "../sim/network/profile.ts";
import { Simulation } from "../sim/simulation.ts";
import { raftLeader } from "../topologies/raft/raft.ts";
import { print } from "./measure.ts";

// All times here are virtual: what the design costs, whatever the machine that simulates it.

const CONFIG = { replicas: 2, engine: {} };
const NODES = ["node-1", "node-2", "node-3"];
const SAMPLES = 400;
const VALUE = "v".padEnd(100);
/** By then whoever was elected leads undisturbed, and every writer has written once. */
const SETTLED = 3 * SECOND;

interface Surroundings {
  readonly network: NetworkProfileName;
  readonly disk: DiskProfileName;
}

const SURROUNDINGS: readonly Surroundings[] = [
  { network: "rack", disk: "nvme" },
  { network: "rack", disk: "ssd" },
  { network: "region", disk: "ssd" },
  { network: "cross-region", disk: "ssd" },
];

/** Writers that wait for each answer before they write again: the more there are, the more writes share a sync. */
const WRITERS = [1, 4, 16, 64, 256] as const;

function worldOn(network: NetworkProfileName): Simulation<SimulatedNetwork> {
  return new Simulation({
    seed: "1",
    network: (kernel) => new SimulatedNetwork(kernel, { profile: network }),
  });
}

function median(values: readonly Duration[]): Duration {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

async function timed(host: Host, work: () => Promise<unknown>): Promise<Duration> {
  const begun = host.clock.monotonic();
  await work();
  return host.clock.monotonic() - begun;
}

/** Runs a world until its one task is done. */
async function finish(world: Simulation<SimulatedNetwork>, done: () => boolean): Promise<void> {
  const { crashes } = await world.run({ drain: new NodeDrain(), until: done, deadline: 1000 * SECOND });
  for (const { error } of crashes) throw error;
  if (!done()) throw new Error("nobody was done in time");
}

/**
 * The medians of what the bound is made of: a message there and back, and an append with its sync, nothing else going on. A
 * leader waits for its own disk, as it applies nothing that is not durable there, and for the quicker of two followers. So a
 * commit may come out above the bound where disks are uneven, and below where the network is.
 */
async function bound({ network, disk }: Surroundings): Promise<{ roundTrip: Duration; sync: Duration }> {
  const world = worldOn(network);
  const roundTrips: Duration[] = [];
  const syncs: Duration[] = [];
  world.host("server", (host) => {
    host.net.serve(1, (request) => Promise.resolve(request));
    return host.stop.whenRequested;
  });
  let finished = false;
  const profile = DISK_PROFILES[disk];
  if (profile === undefined) throw new Error(`no disk profile '${disk}'`);
  world.host(
    "asker",
    async (host) => {
      const bytes = new TextEncoder().encode(VALUE);
      const file = await host.fs("local").open("/log", OpenFlag.WRITE | OpenFlag.CREATE);
      await host.clock.sleep(MILLISECOND);
      for (let n = 0; n < SAMPLES; n++) {
        const ask = (): Promise<unknown> => host.net.request({ host: "server", port: 1 }, bytes, { deadline: SECOND });
        roundTrips.push(await timed(host, ask));
        syncs.push(
          await timed(host, async () => {
            await file.write(bytes, 0, bytes.length, n * bytes.length);
            await file.datasync();
          }),
        );
      }
      finished = true;
    },
    { mounts: { local: new VirtualDisk(world.kernel, "asker", { profile }) } },
  );
  await finish(world, () => finished);
  return { roundTrip: median(roundTrips), sync: median(syncs) };
}

interface Load {
  readonly acknowledged: number;
  readonly time: Duration;
  readonly writeLatencies: readonly Duration[];
  readonly readLatencies: readonly Duration[];
  /** Between nodes, headers included. */
  readonly sentBytes: number;
  readonly leaderSyncs: number;
}

/** Closed loops of writers, each of which reads from the leader as often as it is asked to. */
async function load(
  { network, disk }: Surroundings,
  { writers, steps, reads }: { readonly writers: number; readonly steps: number; readonly reads: boolean },
): Promise<Load> {
  const world = worldOn(network);
  const cluster = new Cluster(world, world.network, raftLeader, CONFIG, {
    disks: { local: disk, shared: "network" },
    mount: { attributeCacheMin: 0, attributeCacheMax: 0 },
  });
  const writeLatencies: Duration[] = [];
  const readLatencies: Duration[] = [];
  let done = 0;
  const counted = (): { sentBytes: number; syncs: number; now: number } => {
    const leader = [...cluster.inspect()].find(([, state]) => state.role === "leader")?.[0] ?? "";
    return {
      sentBytes: NODES.flatMap((from) => NODES.map((to) => world.network.counters({ from, to }).sentBytes)).reduce(
        (sum, bytes) => sum + bytes,
      ),
      syncs: cluster.localDisks.get(leader)?.counters.syncs ?? 0,
      now: world.kernel.now,
    };
  };
  let before = { sentBytes: 0, syncs: 0, now: 0 };
  let begun = false;
  for (let writer = 0; writer < writers; writer++) {
    world.host(`client-${writer + 1}`, async (host) => {
      const client = raftLeader.connect(host, CONFIG);
      const key = `key-${writer}`;
      const target = { role: "primary", choice: 0 } as const;
      while (!cluster.ready) await host.clock.sleep(10 * MILLISECOND);
      // Whoever has written once knows the leader.
      await client.execute({ op: "write", key, value: VALUE }, target);
      await host.clock.sleep(SETTLED);
      if (!begun) {
        begun = true;
        before = counted();
      }
      for (let step = 0; step < steps; step++) {
        writeLatencies.push(await timed(host, () => client.execute({ op: "write", key, value: VALUE }, target)));
        if (reads) readLatencies.push(await timed(host, () => client.execute({ op: "read", key }, target)));
      }
      done++;
    });
  }
  await finish(world, () => done === writers);
  const after = counted();
  return {
    acknowledged: writeLatencies.length,
    time: after.now - before.now,
    writeLatencies,
    readLatencies,
    sentBytes: after.sentBytes - before.sentBytes,
    leaderSyncs: after.syncs - before.syncs,
  };
}

const inMilliseconds = (duration: Duration): string => `${(duration / MILLISECOND).toFixed(3)} ms`;

console.log("Raft, three nodes, one writer: from the leader's hearing of a write to its answer, medians");
for (const surroundings of SURROUNDINGS) {
  const { roundTrip, sync } = await bound(surroundings);
  const { writeLatencies, readLatencies } = await load(surroundings, { writers: 1, steps: SAMPLES, reads: true });
  // A leader of this mode reads without asking anybody: what a read takes is the client's way to it and back.
  const commit = median(writeLatencies) - median(readLatencies);
  console.log(`network ${surroundings.network}, disks ${surroundings.disk}`);
  print([
    ["commit", inMilliseconds(commit)],
    ["one round trip and one append with its sync", inMilliseconds(roundTrip + sync)],
    ["  of which the network", inMilliseconds(roundTrip)],
    ["times the bound", (commit / (roundTrip + sync)).toFixed(2)],
  ]);
}

console.log("throughput and bytes sent by how many writes share a sync; network rack, values of 100 bytes");
for (const disk of ["nvme", "ssd"] as const) {
  for (const writers of WRITERS) {
    const steps = Math.max(40, Math.floor(4_000 / writers));
    const { acknowledged, time, sentBytes, leaderSyncs } = await load(
      { network: "rack", disk },
      { writers, steps, reads: false },
    );
    print([
      [
        `${disk}, ${writers} ${writers === 1 ? "writer" : "writers"}`.padEnd(18),
        [
          `${(acknowledged / leaderSyncs).toFixed(1)} writes a sync`,
          `${Math.round((acknowledged * SECOND) / time)} writes/s`,
          `${(sentBytes / (acknowledged * VALUE.length)).toFixed(1)} bytes sent between nodes per committed byte`,
        ].join(", "),
      ],
    ]);
  }
}
