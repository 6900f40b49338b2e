import { expect } from "vitest";
import type { FileSystem } from "../../../../host/file-system.ts";
import type { Host } from "../../../../host/host.ts";
import { isFileSystemError } from "../../../../host/file-system-error.ts";
import { NodeDrain } from "../../../../host/nodejs/drain.ts";
import type { VirtualDiskOptions } from "../../../../sim/fs/virtual-disk.ts";
import { VirtualDisk } from "../../../../sim/fs/virtual-disk.ts";
import type { DirectoryInode } from "../../../../sim/fs/inode.ts";
import type { Volume } from "../../../../sim/fs/volume.ts";
import type { Machine } from "../../../../sim/machine.ts";
import { Simulation, type RunOptions, type RunResult } from "../../../../sim/simulation.ts";
import { RetainedTrace } from "../../../../sim/trace.ts";
import { nullNetwork } from "./null-network.ts";

/** A simulation without a network, with its trace kept. */
export class World {
  readonly trace = new RetainedTrace();
  readonly simulation: Simulation;

  constructor(seed = "seed", traced = true) {
    this.simulation = new Simulation({ seed, network: nullNetwork, trace: traced ? this.trace : undefined });
  }

  disk(name = "disk", options: VirtualDiskOptions = {}): VirtualDisk {
    return new VirtualDisk(this.simulation.kernel, name, options);
  }

  async run(options: Partial<RunOptions> = {}): Promise<RunResult> {
    const result = await this.simulation.run({ drain: new NodeDrain(), ...options });
    if (result.failure !== undefined) throw result.failure;
    for (const crash of result.crashes) throw crash.error;
    return result;
  }

  traced(kind: string): Record<string, unknown>[] {
    return this.trace.records.filter((record) => record.data.kind === kind).map((record) => record.data);
  }
}

/** Runs one node on one disk to its end. */
export async function onDisk(
  body: (fs: FileSystem, host: Host, world: World, disk: VirtualDisk) => Promise<void>,
  options: VirtualDiskOptions & { seed?: string } = {},
): Promise<{ world: World; disk: VirtualDisk; result: RunResult; machine: Machine }> {
  const world = new World(options.seed);
  const disk = world.disk("disk", options);
  let finished = false;
  const machine = world.simulation.host(
    "node",
    async (host) => {
      if (host.incarnation > 1) return;
      await body(host.fs("local"), host, world, disk);
      finished = true;
    },
    { mounts: { local: disk } },
  );
  const result = await world.run();
  expect(finished).toBe(true);
  return { world, disk, result, machine };
}

/** The code that a call fails with, or "ok". */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "ok";
  } catch (error) {
    if (isFileSystemError(error)) return error.code;
    throw error;
  }
}

export function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

export async function writeFile(fs: FileSystem, path: string, content: Uint8Array, sync = false): Promise<void> {
  const handle = await fs.open(path, 0x02 | 0x04 | 0x10);
  await handle.write(content, 0, content.length, 0);
  if (sync) await handle.sync();
  await handle.close();
}

export async function readFile(fs: FileSystem, path: string): Promise<Uint8Array> {
  const handle = await fs.open(path, 0x01);
  const { size } = await handle.stat();
  const content = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    const count = await handle.read(content, at, size - at, at);
    if (count === 0) break;
    at += count;
  }
  await handle.close();
  return content.subarray(0, at);
}

export async function readText(fs: FileSystem, path: string): Promise<string> {
  return new TextDecoder().decode(await readFile(fs, path));
}

/** A file's live content, past the node. */
export function contentOf(disk: { readonly volume: Volume }, path: string): Uint8Array {
  const file = disk.volume.resolve(path);
  if (file.type !== "file") throw new Error(`${path} is a directory`);
  const content = new Uint8Array(file.size);
  disk.volume.read(file, content, 0, file.size, 0);
  return content;
}

/** Every live path, in order, with its content; directories have none. */
export function treeOf(disk: { readonly volume: Volume }): Record<string, string | undefined> {
  const tree: Record<string, string | undefined> = {};
  const walk = (directory: DirectoryInode, path: string): void => {
    for (const name of [...directory.entries.keys()].sort()) {
      const inode = disk.volume.lookup(directory, name);
      const child = `${path}/${name}`;
      if (inode.type === "directory") {
        tree[child] = undefined;
        walk(inode, child);
      } else tree[child] = new TextDecoder("latin1").decode(contentOf(disk, child));
    }
  };
  walk(disk.volume.root, "");
  return tree;
}
