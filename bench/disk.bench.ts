import { Volume } from "memfs";
import { OpenFlag, type FileHandle } from "../host/file-system.ts";
import { NodeDrain } from "../host/nodejs/drain.ts";
import type { Network } from "../host/network.ts";
import { VirtualDisk } from "../sim/fs/virtual-disk.ts";
import { Simulation } from "../sim/simulation.ts";
import { medians, print, rate, seconds } from "./measure.ts";

/**
 * The virtual disk beside plain memfs on the same operations: what a whole simulated operation (event, promise, log,
 * fingerprint) costs, in plain ones.
 */

const OPERATIONS = 200_000;
const FILE_PAGES = 1_024;
const PAGE = 4_096;
const SYNC_EVERY = 64;
const RECORD = 128;

const page = Buffer.alloc(PAGE, 7);
const record = Buffer.alloc(RECORD, 7);

/** The clock as it is before a strict run takes it from simulated code, of which the benchmark's body is part. */
const clock = process.hrtime.bigint.bind(process.hrtime);

/** Operations a second, without the time to set the world up. */
async function virtual(prepare: number, body: (handle: FileHandle) => Promise<void>): Promise<number> {
  const network = () => ({
    attach: (): Network => ({}) as Network,
    ended: () => undefined,
    powerLost: () => undefined,
    waits: () => [],
  });
  const world = new Simulation({ seed: "bench", network });
  const disk = new VirtualDisk(world.kernel, "disk");
  let time = 0;
  world.host(
    "node",
    async (host) => {
      const handle = await host.fs("local").open("/file", OpenFlag.READ_WRITE | OpenFlag.CREATE);
      for (let at = 0; at < prepare; at++) await handle.write(page, 0, PAGE, at * PAGE);
      await handle.sync();
      const begin = clock();
      await body(handle);
      time = Number(clock() - begin) / 1e9;
    },
    { mounts: { local: disk } },
  );
  const { failure, crashes } = await world.run({ drain: new NodeDrain() });
  if (failure !== undefined) throw failure;
  for (const { error } of crashes) throw error;
  return OPERATIONS / time;
}

async function plain(prepare: number, body: (volume: Volume, descriptor: number) => void): Promise<number> {
  const volume = new Volume();
  const descriptor = volume.openSync("/file", "w+");
  for (let at = 0; at < prepare; at++) volume.writeSync(descriptor, page, 0, PAGE, at * PAGE);
  return OPERATIONS / (await seconds(() => body(volume, descriptor)));
}

const workloads = {
  "4 KiB writes over a file, a sync every 64": {
    memfs: () =>
      plain(FILE_PAGES, (volume, descriptor) => {
        for (let at = 0; at < OPERATIONS; at++) {
          volume.writeSync(descriptor, page, 0, PAGE, (at % FILE_PAGES) * PAGE);
          if (at % SYNC_EVERY === 0) volume.fsyncSync(descriptor);
        }
      }),
    disk: () =>
      virtual(FILE_PAGES, async (handle) => {
        for (let at = 0; at < OPERATIONS; at++) {
          await handle.write(page, 0, PAGE, (at % FILE_PAGES) * PAGE);
          if (at % SYNC_EVERY === 0) await handle.sync();
        }
      }),
  },
  "4 KiB reads": {
    memfs: () =>
      plain(FILE_PAGES, (volume, descriptor) => {
        for (let at = 0; at < OPERATIONS; at++) {
          volume.readSync(descriptor, page, 0, PAGE, (at % FILE_PAGES) * PAGE);
        }
      }),
    disk: () =>
      virtual(FILE_PAGES, async (handle) => {
        for (let at = 0; at < OPERATIONS; at++) await handle.read(page, 0, PAGE, (at % FILE_PAGES) * PAGE);
      }),
  },
  "128 B appends, each synced": {
    memfs: () =>
      plain(0, (volume, descriptor) => {
        for (let at = 0; at < OPERATIONS / 2; at++) {
          volume.writeSync(descriptor, record, 0, RECORD, at * RECORD);
          volume.fsyncSync(descriptor);
        }
      }),
    disk: () =>
      virtual(0, async (handle) => {
        for (let at = 0; at < OPERATIONS / 2; at++) {
          await handle.write(record, 0, RECORD, at * RECORD);
          await handle.sync();
        }
      }),
  },
};

console.log(`Operations a second on the virtual disk, beside plain memfs (${OPERATIONS} operations, median of 5)`);
const only = process.argv[2];
for (const [name, contenders] of Object.entries(workloads)) {
  if (only !== undefined && !name.includes(only)) continue;
  const { memfs, disk } = await medians(contenders, 5);
  print([[name, `${rate(disk)}, memfs ${rate(memfs)}: ${(memfs / disk).toFixed(2)}x`]]);
}
