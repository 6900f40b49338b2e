import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileSystem } from "../../../host/file-system.ts";
import type { LocalHost } from "../../../host/host.ts";
import { createNodeHost, type NodeHost } from "../../../host/nodejs/node-host.ts";
import type { TraceEvent } from "../../../host/trace.ts";
import { MemoryDisk } from "./memory-disk.ts";
import { MemoryHost } from "./memory-host.ts";

/** One incarnation of a machine with a disk. */
export interface Machine {
  readonly host: LocalHost;
  readonly fs: FileSystem;
  readonly events: readonly TraceEvent[];
}

/** A disk that the engine's tests run on. */
export interface TestDisk {
  /** Ends the incarnation under way as a kill of the process does, and starts the next. */
  restart(): Promise<Machine>;
  /** A second machine on the same disk, beside the others. */
  beside(): Promise<Machine>;
  dispose(): Promise<void>;
}

export interface DiskProvider {
  readonly name: string;
  create(): TestDisk;
}

class MemoryTestDisk implements TestDisk {
  readonly disk = new MemoryDisk();
  private incarnation = 0;

  restart(): Promise<Machine> {
    this.disk.kill();
    this.incarnation++;
    return this.beside();
  }

  beside(): Promise<Machine> {
    const fs = this.disk.mount();
    const host = new MemoryHost(fs, this.incarnation);
    return Promise.resolve({ host, fs, events: host.events });
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

class RealTestDisk implements TestDisk {
  private readonly directory = mkdtempSync(join(tmpdir(), "faultline-engine-"));
  private hosts: NodeHost[] = [];

  async restart(): Promise<Machine> {
    await this.endAll();
    return this.beside();
  }

  beside(): Promise<Machine> {
    const events: TraceEvent[] = [];
    const host = createNodeHost({
      mounts: { local: this.directory },
      onTrace: (event) => events.push(event),
      onFatal: (crash) => {
        throw crash.error;
      },
    });
    this.hosts.push(host);
    return Promise.resolve({ host, fs: host.fs("local"), events });
  }

  async dispose(): Promise<void> {
    await this.endAll();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async endAll(): Promise<void> {
    for (const host of this.hosts) await host.end();
    this.hosts = [];
  }
}

/** Every disk that the engine must run on unchanged. */
export const DISKS: readonly DiskProvider[] = [
  { name: "memory", create: () => new MemoryTestDisk() },
  { name: "real directory", create: () => new RealTestDisk() },
];
