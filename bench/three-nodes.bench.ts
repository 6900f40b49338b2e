import { Codec } from "../host/codec.ts";
import { OpenFlag } from "../host/file-system.ts";
import type { Host } from "../host/host.ts";
import { NodeDrain } from "../host/nodejs/drain.ts";
import { MILLISECOND, SECOND } from "../host/time.ts";
import { VirtualDisk } from "../sim/fs/virtual-disk.ts";
import { SimulatedNetwork } from "../sim/network/network.ts";
import { Simulation } from "../sim/simulation.ts";
import { print, rate, seconds } from "./measure.ts";
import { profiled } from "./profile.ts";

const OPERATIONS_PER_SECOND = 100;
const FOLLOWERS = ["n2", "n3"];
const PORT = 9000;

interface Entry {
  readonly sequence: number;
  readonly key: string;
  readonly value: Uint8Array;
}

/** Appends an entry to the node's log and makes it durable, as a WAL does. */
async function logger(host: Host): Promise<(bytes: Uint8Array) => Promise<void>> {
  const handle = await host.fs("local").open("/wal", OpenFlag.WRITE | OpenFlag.CREATE);
  let end = 0;
  return async (bytes) => {
    const at = end;
    end += bytes.length;
    await handle.write(bytes, 0, bytes.length, at);
    await handle.datasync();
  };
}

async function follower(host: Host): Promise<void> {
  const codec = new Codec();
  const append = await logger(host);
  host.net.serve(PORT, async (bytes) => {
    const entry = codec.decode(bytes) as Entry;
    await append(bytes);
    return codec.encode({ acknowledged: entry.sequence });
  });
}

/** Logs an operation, sends it to both followers, and is done when one of them has it durable too. */
async function leader(host: Host, committed: () => void): Promise<void> {
  const codec = new Codec();
  const append = await logger(host);
  const interval = SECOND / OPERATIONS_PER_SECOND;
  await host.clock.sleep(MILLISECOND);
  for (let sequence = 1; ; sequence++) {
    await host.clock.sleep(interval);
    host.spawn("operation", async () => {
      const key = `key-${host.random("keys").below(1000)}`;
      const bytes = codec.encode({ sequence, key, value: new Uint8Array(100) } satisfies Entry);
      const acknowledgements = FOLLOWERS.map((name) =>
        host.net.request({ host: name, port: PORT }, bytes, { deadline: SECOND }),
      );
      await append(bytes);
      codec.decode(await Promise.race(acknowledgements));
      await Promise.all(acknowledgements);
      committed();
    });
  }
}

async function simulate(virtualSeconds: number): Promise<{ events: number; operations: number; fingerprint: string }> {
  const world = new Simulation({ seed: "1", network: (kernel) => new SimulatedNetwork(kernel) });
  let operations = 0;
  const mounts = (name: string) => ({ mounts: { local: new VirtualDisk(world.kernel, name) } });
  for (const name of FOLLOWERS) world.host(name, follower, mounts(name));
  world.host("n1", (host) => leader(host, () => operations++), mounts("n1"));
  const { events, crashes, fingerprint } = await world.run({
    drain: new NodeDrain(),
    until: () => false,
    deadline: virtualSeconds * SECOND,
  });
  if (crashes.length > 0) throw crashes[0]?.error;
  return { events, operations, fingerprint };
}

const virtualSeconds = Number(process.argv[2] ?? 300);
await simulate(20);
let result = { events: 0, operations: 0, fingerprint: "" };
const times: number[] = [];
for (let round = 0; round < 3; round++) {
  times.push(
    await seconds(async () => {
      result = await simulate(virtualSeconds);
    }),
  );
}
const time = times.sort((a, b) => a - b)[1] ?? 0;
console.log(
  `three nodes, messages and WAL, ${OPERATIONS_PER_SECOND} operations a second, ${virtualSeconds} virtual seconds`,
);
print([
  ["virtual seconds per wall second", (virtualSeconds / time).toFixed(0)],
  ["events", `${rate(result.events / time)}, ${((time / result.events) * 1e6).toFixed(2)} µs each`],
  ["events per operation", (result.events / result.operations).toFixed(1)],
  ["fingerprint", result.fingerprint],
]);
const shares = await profiled(async () => {
  await simulate(virtualSeconds);
});
console.log("where the time goes, of an event's");
print(
  shares.map(([part, share]) => [
    part,
    `${((share * time * 1e6) / result.events).toFixed(2)} µs  ${(share * 100).toFixed(0)} %`,
  ]),
);
