import type { RandomStream } from "../../host/random.ts";
import type { Duration } from "../../host/time.ts";
import { EventKind } from "../event-kind.ts";
import type { Kernel } from "../kernel.ts";
import { filesInOrder } from "./crash-choice.ts";
import type { DiskFaults } from "./disk-faults.ts";
import type { DeviceQueue } from "./device-queue.ts";
import type { StallGate } from "./stall-gate.ts";
import type { Volume } from "./volume.ts";

export interface WriteBackOptions {
  /** Time from the first change to its writing back, at least and at most. */
  readonly least: Duration;
  readonly most: Duration;
}

/**
 * Writes old changes back without being asked, as a kernel's flusher does. Only while something is dirty is anything
 * scheduled, so that an idle simulation comes to its end. What it picks in one go, and whether it takes all of it, is
 * drawn: a crash shortly after finds some of it written.
 */
export class WriteBack {
  private readonly kernel: Kernel;
  private readonly volume: Volume;
  private readonly queue: DeviceQueue;
  private readonly gate: StallGate;
  private readonly faults: DiskFaults;
  private readonly options: WriteBackOptions;
  private readonly random: RandomStream;
  private pending = false;

  constructor(
    kernel: Kernel,
    volume: Volume,
    queue: DeviceQueue,
    gate: StallGate,
    faults: DiskFaults,
    options: WriteBackOptions,
    random: RandomStream,
  ) {
    this.kernel = kernel;
    this.volume = volume;
    this.queue = queue;
    this.gate = gate;
    this.faults = faults;
    this.options = options;
    this.random = random;
    volume.onDirty = () => {
      this.arm();
    };
    // Nothing is tried on a device that is gone: what is dirty waits for its return.
    faults.onRestored = () => {
      if (volume.dirtyFiles.size > 0 || volume.dirtyDirectories.size > 0) this.arm();
    };
  }

  private arm(): void {
    if (this.pending) return;
    this.pending = true;
    const { least, most } = this.options;
    this.kernel.complete(this.random.between(least, most), EventKind.DISK_WRITE_BACK, undefined, {
      fire: () => {
        this.awake();
      },
    });
  }

  private awake(): void {
    if (this.gate.stalled) {
      const again = (): void => {
        this.awake();
      };
      this.gate.park({ fire: again }, EventKind.DISK_WRITE_BACK, undefined, "write-back");
      return;
    }
    this.pending = false;
    if (!this.faults.deviceLost) this.run();
  }

  private run(): void {
    const { volume, random } = this;
    for (const file of filesInOrder(volume)) {
      if (random.chance(1, 4)) continue;
      const bytes = file.unsynced.dirtyBytes;
      if (bytes > 0) this.queue.write(bytes);
      this.kernel.fingerprint.mix(file.number);
      volume.settleFile(file, file.unsynced.end);
    }
    if (volume.options.crashModel === "ordered") {
      // A journal commits as a whole.
      for (const directory of [...volume.dirtyDirectories]) volume.settleDirectory(directory, volume.order);
    } else {
      for (const directory of [...volume.dirtyDirectories].sort((a, b) => a.number - b.number)) {
        if (random.chance(1, 4)) continue;
        this.kernel.fingerprint.mix(directory.number);
        volume.settleDirectory(directory, volume.order);
      }
    }
    if (volume.dirtyFiles.size > 0 || volume.dirtyDirectories.size > 0) this.arm();
  }
}
