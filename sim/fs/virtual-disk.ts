import type { FileSystem, Watcher, WatchEvent } from "../../host/file-system.ts";
import { SECOND } from "../../host/time.ts";
import type { RandomStream } from "../../host/random.ts";
import type { MountableDisk, Wait } from "../device.ts";
import type { EndOfLife, Incarnation } from "../incarnation.ts";
import type { Kernel } from "../kernel.ts";
import { applyCrash, settleEverything, type CrashReport } from "./crash.ts";
import { crashChoices, drawOutcome, type CrashChoice } from "./crash-choice.ts";
import { DeviceQueue } from "./device-queue.ts";
import { DiskCounters } from "./disk-counters.ts";
import { traceDisk, type DiskEvent } from "./disk-events.ts";
import { DiskFaults } from "./disk-faults.ts";
import { NVME, type DiskProfile } from "./disk-profile.ts";
import type { DirectoryInode } from "./inode.ts";
import { LocalFileSystem } from "./local-file-system.ts";
import { LockTable } from "./lock-table.ts";
import type { FileLock } from "../../host/file-system.ts";
import { Media } from "./media.ts";
import { StallGate } from "./stall-gate.ts";
import { Volume, type CrashModel, type VolumeMemory, type VolumeOptions } from "./volume.ts";
import { Watchers } from "./watchers.ts";
import { WriteBack, type WriteBackOptions } from "./write-back.ts";

export interface VirtualDiskOptions {
  /** Default {@link NVME}. */
  readonly profile?: DiskProfile;
  /** Default "strict". */
  readonly crashModel?: CrashModel;
  /** What the device writes in one piece. Default 512. */
  readonly sectorBytes?: 512 | 4096;
  /** Bytes. Default 256 GiB. */
  readonly capacity?: number;
  /** Bytes of memory for the page cache. Default 1 GiB. */
  readonly cacheBytes?: number;
  /** Default 1 GiB. */
  readonly maxFileBytes?: number;
  /** Default 5 to 30 s, as Linux's flusher. */
  readonly writeBack?: WriteBackOptions;
  /** Where its bytes are. Default memory of its own, in memfs. */
  readonly memory?: VolumeMemory;
}

const GIBIBYTE = 1024 ** 3;

/** What a volume is made with when nothing is said. */
export function volumeOptions(options: VirtualDiskOptions): VolumeOptions {
  return {
    crashModel: options.crashModel ?? "strict",
    sectorBytes: options.sectorBytes ?? 512,
    capacity: options.capacity ?? 256 * GIBIBYTE,
    cacheBytes: options.cacheBytes ?? GIBIBYTE,
    maxFileBytes: options.maxFileBytes ?? GIBIBYTE,
  };
}

export const DEFAULT_WRITE_BACK: WriteBackOptions = { least: 5 * SECOND, most: 30 * SECOND };

/** A disk inside a machine: it outlives the machine's node and, for what was synced, its power. */
export class VirtualDisk implements MountableDisk {
  readonly name: string;
  readonly kernel: Kernel;
  readonly queue: DeviceQueue;
  readonly counters = new DiskCounters();
  readonly faults: DiskFaults;
  readonly media: Media;
  readonly gate: StallGate;
  readonly locks = new LockTable<FileLock>();
  volume: Volume;
  private readonly options: VirtualDiskOptions;
  private readonly crashRandom: RandomStream;
  private readonly killRandom: RandomStream;
  private readonly writeBackRandom: RandomStream;
  private readonly watchers: Watchers<DirectoryInode>;
  private readonly mounts = new Map<Incarnation, LocalFileSystem>();
  private readonly hosts = new Set<string>();

  /** @param name unique among the disks of a simulation: it names the disk's random streams */
  constructor(kernel: Kernel, name: string, options: VirtualDiskOptions = {}) {
    this.kernel = kernel;
    this.name = name;
    this.options = options;
    const report = (event: DiskEvent): void => {
      this.report(event);
    };
    this.queue = new DeviceQueue(kernel, options.profile ?? NVME, kernel.random(`disk/${name}/latency`));
    this.faults = new DiskFaults(kernel, name, report);
    this.media = new Media(() => this.volume, kernel.random(`disk/${name}/media`), report);
    this.gate = new StallGate(kernel);
    this.watchers = new Watchers(kernel);
    this.crashRandom = kernel.random(`disk/${name}/crash`);
    this.killRandom = kernel.random(`disk/${name}/kill`);
    this.writeBackRandom = kernel.random(`disk/${name}/write-back`);
    this.volume = this.format();
  }

  mount(incarnation: Incarnation): FileSystem {
    let mount = this.mounts.get(incarnation);
    if (mount === undefined) {
      mount = new LocalFileSystem(this, incarnation);
      this.mounts.set(incarnation, mount);
      this.hosts.add(incarnation.host);
    }
    return mount;
  }

  ended(incarnation: Incarnation, _how: EndOfLife): void {
    this.gate.abandon(incarnation);
    this.watchers.removeOf(incarnation);
    this.mounts.get(incarnation)?.end();
    this.mounts.delete(incarnation);
  }

  powerLost(host: string): void {
    if (!this.hosts.has(host)) return;
    this.crash();
  }

  wiped(host: string): void {
    if (!this.hosts.has(host)) return;
    this.volume = this.format();
    if (this.kernel.tracing) traceDisk(this.kernel, host, { kind: "disk-wiped", disk: this.name });
  }

  waits(): Wait[] {
    return this.gate.waits();
  }

  /** What a loss of power leaves open at this moment, for {@link crash}. */
  crashChoices(): CrashChoice[] {
    return crashChoices(this.volume);
  }

  /**
   * Loses power. Only when no incarnation has the disk mounted: a machine's `powerLoss` sees to that.
   *
   * @param outcome one number for each of {@link crashChoices}; drawn when left out
   */
  crash(outcome?: readonly number[]): CrashReport {
    const { kernel, name, volume } = this;
    const choices = crashChoices(volume);
    const chosen = outcome ?? drawOutcome(choices, this.crashRandom);
    for (const option of chosen) kernel.fingerprint.mix(option);
    const report = applyCrash(volume, choices, chosen);
    if (kernel.tracing) {
      const model = volume.options.crashModel;
      for (const host of this.hosts) traceDisk(kernel, host, { kind: "disk-crashed", disk: name, model, ...report });
    }
    return report;
  }

  /** Makes all that was written durable, as unmounting in good order does. */
  syncAll(): void {
    settleEverything(this.volume);
  }

  /** From now on calls wait, until {@link release}. */
  stall(): void {
    this.gate.stall();
    this.report({ kind: "disk-stalled", disk: this.name });
  }

  release(): void {
    this.gate.release();
    this.report({ kind: "disk-released", disk: this.name });
  }

  /** From now on the device takes `factor` times as long as its profile says; 1 is as it was built. */
  slowDown(factor: number): void {
    this.queue.slowDown(factor);
    this.report({ kind: "disk-slowed", disk: this.name, factor });
  }

  /** Sets the disk's size; below what is used, nothing more can be written. */
  setCapacity(bytes: number): void {
    this.volume.capacity = bytes;
    this.report({ kind: "disk-capacity-set", disk: this.name, bytes });
  }

  /** Draws whether an operation that was under way when its caller died has taken effect. */
  survivesItsCaller(): boolean {
    return this.killRandom.chance(1, 2);
  }

  get watched(): boolean {
    return this.watchers.any;
  }

  addWatcher(life: Incarnation, directory: DirectoryInode, listener: (event: WatchEvent) => void): Watcher {
    return this.watchers.add(life, directory, listener);
  }

  announceChange(directory: DirectoryInode, name: string): void {
    this.watchers.announce(directory, { type: "change", name });
  }

  private format(): Volume {
    const volume = new Volume(this.kernel, volumeOptions(this.options), this.options.memory);
    volume.onChange = (directory, name, type) => {
      this.watchers.announce(directory, { type, name });
    };
    new WriteBack(
      this.kernel,
      volume,
      this.queue,
      this.gate,
      this.faults,
      this.options.writeBack ?? DEFAULT_WRITE_BACK,
      this.writeBackRandom,
    );
    return volume;
  }

  private report(event: DiskEvent): void {
    if (!this.kernel.tracing) return;
    for (const host of this.hosts) traceDisk(this.kernel, host, event);
  }
}
