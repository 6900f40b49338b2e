import type { FileSystem } from "../../host/file-system.ts";
import { MILLISECOND, SECOND, type Duration } from "../../host/time.ts";
import type { RandomStream } from "../../host/random.ts";
import type { MountableDisk, PacketCarrier, Wait } from "../device.ts";
import type { EndOfLife, Incarnation } from "../incarnation.ts";
import type { Kernel } from "../kernel.ts";
import { applyCrash, type CrashReport } from "./crash.ts";
import { crashChoices, drawOutcome, type CrashChoice } from "./crash-choice.ts";
import { DeviceQueue } from "./device-queue.ts";
import { DiskCounters } from "./disk-counters.ts";
import { traceDisk, type DiskEvent } from "./disk-events.ts";
import { DiskFaults } from "./disk-faults.ts";
import { NETWORK, NVME } from "./disk-profile.ts";
import { Media } from "./media.ts";
import { MountCache } from "./mount-cache.ts";
import { RemoteCalls } from "./remote-calls.ts";
import { SharedClient } from "./shared-client.ts";
import { SharedFileSystem } from "./shared-file-system.ts";
import { SharedServer } from "./shared-server.ts";
import { StallGate } from "./stall-gate.ts";
import { DEFAULT_WRITE_BACK, volumeOptions, type VirtualDiskOptions } from "./virtual-disk.ts";
import { Volume } from "./volume.ts";
import { WriteBack } from "./write-back.ts";

/** How machines mount a shared disk; the defaults are Linux's for NFS. */
export interface MountOptions {
  /** Default "hard": ask for ever. "soft" gives up with ETIMEDOUT. */
  readonly mode?: "hard" | "soft";
  /** Until a request is sent again for the first time. Default 1.1 s. */
  readonly timeout?: Duration;
  /** Longest wait between two sendings. Default 60 s. */
  readonly maxTimeout?: Duration;
  /** Sendings after the first before a soft mount gives up. Default 3. */
  readonly retransmissions?: number;
  /** How long attributes are believed, at least and at most. Defaults 3 to 60 s for files, 30 to 60 s for directories. */
  readonly fileAttributes?: { readonly least: Duration; readonly most: Duration };
  readonly directoryAttributes?: { readonly least: Duration; readonly most: Duration };
  /** Believes attributes for no time at all and sends every write at once. Default false. */
  readonly noAttributeCache?: boolean;
  /** Every write is sent and committed before it returns. Default false. */
  readonly sync?: boolean;
  /** Default true; false trusts attributes at open and keeps writes at close. */
  readonly closeToOpen?: boolean;
  /** Which look-ups are remembered: those of names that are not there ("all"), or not. Default "all". */
  readonly lookupCache?: "all" | "positive" | "none";
  /** Largest read or write in one request. Default 1 MiB. */
  readonly transferBytes?: number;
  /** Un-sent bytes of a file at which sending begins. Default 8 MiB. */
  readonly dirtyBytes?: number;
  /** From the first un-sent write to its being sent, drawn between. Default 5 to 30 s. */
  readonly flushAfter?: { readonly least: Duration; readonly most: Duration };
}

export interface SharedDiskOptions extends VirtualDiskOptions {
  /** The server's name on the network. Default "disk". */
  readonly serverHost?: string;
  /** Processor time for a request. Default 20 microseconds. */
  readonly cpuPerRequest?: Duration;
  /** Default 1,024; 0 switches the duplicate-request cache off. */
  readonly rememberedReplies?: number;
  /** Default false: names are un-synced on the server until a client syncs their directory. */
  readonly syncsMetadata?: boolean;
  /** Gives locks of silent clients away after so long. Default undefined: never. */
  readonly leaseTime?: Duration;
  readonly mount?: MountOptions;
}

/**
 * A disk behind a server, mounted by many machines over the network: each with caches of its own that know nothing of what
 * the others do. It outlives every machine that mounts it.
 */
export class SharedDisk implements MountableDisk {
  readonly name: string;
  readonly kernel: Kernel;
  readonly volume: Volume;
  readonly queue: DeviceQueue;
  readonly counters = new DiskCounters();
  readonly faults: DiskFaults;
  readonly media: Media;
  readonly gate: StallGate;
  readonly server: SharedServer;
  private readonly carrier: PacketCarrier;
  private readonly options: SharedDiskOptions;
  private readonly crashRandom: RandomStream;
  private readonly clients = new Map<string, SharedClient>();
  private readonly boots = new Map<string, number>();
  private readonly mounts = new Map<Incarnation, SharedFileSystem>();

  /** @param name unique among the disks of a simulation: it names the disk's random streams */
  constructor(kernel: Kernel, name: string, carrier: PacketCarrier, options: SharedDiskOptions = {}) {
    this.kernel = kernel;
    this.name = name;
    this.carrier = carrier;
    this.options = options;
    this.queue = new DeviceQueue(kernel, options.profile ?? NETWORK, kernel.random(`disk/${name}/latency`));
    const report = (event: DiskEvent): void => {
      this.report(this.server.host, event);
    };
    this.faults = new DiskFaults(kernel, name, report);
    this.media = new Media(() => this.volume, kernel.random(`disk/${name}/media`), report);
    this.gate = new StallGate(kernel);
    this.crashRandom = kernel.random(`disk/${name}/crash`);
    this.volume = new Volume(kernel, volumeOptions(options));
    const writeBack = options.writeBack ?? DEFAULT_WRITE_BACK;
    const { volume, queue, counters, faults, gate } = this;
    new WriteBack(kernel, volume, queue, gate, faults, writeBack, kernel.random(`disk/${name}/write-back`));
    this.server = new SharedServer(
      { kernel, disk: name, volume, queue, counters, faults, gate, carrier },
      {
        host: options.serverHost ?? "disk",
        cpuPerRequest: options.cpuPerRequest ?? 20_000,
        rememberedReplies: options.rememberedReplies ?? 1_024,
        syncsMetadata: options.syncsMetadata ?? false,
        leaseTime: options.leaseTime,
      },
    );
  }

  mount(incarnation: Incarnation): FileSystem {
    let mount = this.mounts.get(incarnation);
    if (mount === undefined) {
      mount = new SharedFileSystem(this.clientOf(incarnation.host), incarnation);
      this.mounts.set(incarnation, mount);
    }
    return mount;
  }

  /** The machine's system goes on sending what the process has written, unless it has lost its power. */
  ended(incarnation: Incarnation, how: EndOfLife): void {
    const mount = this.mounts.get(incarnation);
    this.mounts.delete(incarnation);
    if (mount === undefined) return;
    mount.client.parts.calls.endOf(incarnation);
    if (how !== "power-loss") mount.end();
    else mount.client.watchers.removeOf(incarnation);
  }

  powerLost(host: string): void {
    const client = this.clients.get(host);
    if (client === undefined) return;
    const bytes = client.data.unsentBytes;
    client.end();
    this.clients.delete(host);
    if (bytes > 0) this.report(host, { kind: "write-back-lost", disk: this.name, bytes });
  }

  wiped(): void {
    // A shared disk is nobody's own.
  }

  waits(): Wait[] {
    return [...this.clients.values()].flatMap((client) => client.parts.calls.waits());
  }

  /** What a crash of the server leaves open at this moment, for {@link crashServer}. */
  crashChoices(): CrashChoice[] {
    return crashChoices(this.volume);
  }

  /**
   * The server loses its power: what it has not synced, its locks and its memory of requests. Clients go on asking.
   *
   * @param outcome one number for each of {@link crashChoices}; drawn when left out
   */
  crashServer(outcome?: readonly number[]): CrashReport {
    const { kernel, name, volume, server } = this;
    server.crash();
    const choices = crashChoices(volume);
    const chosen = outcome ?? drawOutcome(choices, this.crashRandom);
    for (const option of chosen) kernel.fingerprint.mix(option);
    const report = applyCrash(volume, choices, chosen);
    this.report(server.host, { kind: "disk-server-crashed", disk: name });
    this.report(server.host, { kind: "disk-crashed", disk: name, model: volume.options.crashModel, ...report });
    return report;
  }

  restartServer(): void {
    this.server.restart();
    this.report(this.server.host, { kind: "disk-server-restarted", disk: this.name });
  }

  /** From now on the server answers nothing, until {@link release}. */
  stall(): void {
    this.gate.stall();
    this.report(this.server.host, { kind: "disk-stalled", disk: this.name });
  }

  release(): void {
    this.gate.release();
    this.report(this.server.host, { kind: "disk-released", disk: this.name });
  }

  slowDown(factor: number): void {
    this.queue.slowDown(factor);
    this.report(this.server.host, { kind: "disk-slowed", disk: this.name, factor });
  }

  setCapacity(bytes: number): void {
    this.volume.capacity = bytes;
    this.report(this.server.host, { kind: "disk-capacity-set", disk: this.name, bytes });
  }

  /** The server forgets the locks of one host, or of all, and tells nobody. @returns how many there were */
  loseLocks(host?: string): number {
    const lost = this.server.locks.releaseWhere((owner) => host === undefined || owner.host === host);
    for (const inode of lost) this.report(this.server.host, { kind: "lock-lost", path: `inode ${inode}` });
    return lost.length;
  }

  private clientOf(host: string): SharedClient {
    const known = this.clients.get(host);
    if (known !== undefined) return known;
    const boot = (this.boots.get(host) ?? 0) + 1;
    this.boots.set(host, boot);
    const { kernel, carrier, server, volume, name } = this;
    const mount = this.options.mount ?? {};
    const calls = new RemoteCalls(kernel, carrier, server, host, boot, {
      mode: mount.mode ?? "hard",
      timeout: mount.timeout ?? 1_100 * MILLISECOND,
      maxTimeout: mount.maxTimeout ?? 60 * SECOND,
      retransmissions: mount.retransmissions ?? 3,
    });
    const believed = (given: MountOptions["fileAttributes"], least: Duration): { least: Duration; most: Duration } =>
      mount.noAttributeCache === true ? { least: 0, most: 0 } : (given ?? { least, most: 60 * SECOND });
    const files = believed(mount.fileAttributes, 3 * SECOND);
    const directories = believed(mount.directoryAttributes, 30 * SECOND);
    const cache = new MountCache(kernel, {
      fileLeast: files.least,
      fileMost: files.most,
      directoryLeast: directories.least,
      directoryMost: directories.most,
    });
    const client = new SharedClient(
      {
        kernel,
        host,
        boot,
        calls,
        cache,
        queue: new DeviceQueue(kernel, NVME, kernel.random(`disk/${name}/client/${host}/latency`)),
        random: kernel.random(`disk/${name}/client/${host}#${boot}/write-back`),
        truth: {
          changeOf: (inode) => volume.inodes.get(inode)?.change,
          find: (directory, entry) => {
            const inode = volume.inodes.get(directory);
            return inode?.type === "directory" ? volume.find(inode, entry)?.number : undefined;
          },
        },
      },
      {
        transferBytes: mount.transferBytes ?? 1024 * 1024,
        dirtyBytes: mount.dirtyBytes ?? 8 * 1024 * 1024,
        flushAfterLeast: mount.flushAfter?.least ?? 5 * SECOND,
        flushAfterMost: mount.flushAfter?.most ?? 30 * SECOND,
        sync: mount.sync ?? mount.noAttributeCache ?? false,
        closeToOpen: mount.closeToOpen ?? true,
        lookupCache: mount.lookupCache ?? "all",
        leaseTime: this.options.leaseTime,
      },
    );
    this.clients.set(host, client);
    return client;
  }

  private report(host: string, event: DiskEvent): void {
    if (this.kernel.tracing) traceDisk(this.kernel, host, event);
  }
}
