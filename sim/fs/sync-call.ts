import { traceDisk } from "./disk-events.ts";
import type { DiskFault } from "./disk-fault.ts";
import type { ActiveFault } from "./disk-faults.ts";
import { Errno } from "./errno.ts";
import { suffersFrom } from "./fault-effects.ts";
import type { FileInode } from "./inode.ts";
import { LocalCall } from "./local-call.ts";
import type { LocalFileSystem } from "./local-file-system.ts";

/** What a handle has been told of writes that were given up: the file's count when it was last told, or opened. */
interface WriteReports {
  lostWrites: number;
}

/** Makes the entries of a directory durable that were there when the call was made. */
export class DirectorySyncCall extends LocalCall<void> {
  private readonly order: number;

  constructor(mount: LocalFileSystem, path: string) {
    super(mount, "fsync", path);
    this.order = mount.disk.volume.order;
  }

  override suffers(fault: DiskFault): boolean {
    const unsynced = (this.mount.knownDirectory(this.path)?.unsynced.length ?? 0) > 0;
    return super.suffers(fault) || suffersFrom(fault, { kind: "sync", unsynced });
  }

  protected perform(strike?: ActiveFault): void {
    const { kernel, volume } = this.mount.disk;
    kernel.fingerprint.mixString(this.path);
    const directory = volume.resolveDirectory(this.path);
    if (strike !== undefined && this.effects.syncDirectory(strike, directory, this.path, this.order)) return;
    volume.syncDirectory(directory, this.order);
    this.mount.report({ kind: "directory-synced", path: this.path });
  }
}

/** Makes durable what was in the file when the call was made; what completed since stays un-synced. */
export class SyncCall extends LocalCall<void> {
  private readonly file: FileInode;
  private readonly position: number;
  private readonly order: number;
  private readonly reports: WriteReports;

  /** @param reports what the handle has been told of writes that were given up */
  constructor(mount: LocalFileSystem, path: string, file: FileInode, reports: WriteReports) {
    super(mount, "fsync", path);
    const { volume } = mount.disk;
    this.file = file;
    this.reports = reports;
    this.position = file.unsynced.end;
    this.order = volume.order;
    volume.hold(file);
  }

  override suffers(fault: DiskFault): boolean {
    const unsynced = this.file.unsynced.base < this.position;
    return super.suffers(fault) || suffersFrom(fault, { kind: "sync", unsynced });
  }

  protected perform(strike?: ActiveFault): void {
    const { kernel, volume } = this.mount.disk;
    const { file, reports } = this;
    if (strike !== undefined) {
      try {
        if (this.effects.sync(strike, file, this.path, this.position)) return;
      } finally {
        reports.lostWrites = file.lostWrites;
      }
    }
    volume.syncFile(file, this.position, this.order);
    if (reports.lostWrites !== file.lostWrites) {
      reports.lostWrites = file.lostWrites;
      throw new Errno("EIO");
    }
    kernel.fingerprint.mix(file.number);
    kernel.fingerprint.mixNumber(file.unsynced.durableSize);
    if (kernel.tracing) {
      traceDisk(kernel, this.mount.life.host, {
        kind: "file-synced",
        path: this.path,
        size: file.unsynced.durableSize,
      });
    }
  }

  protected override over(): void {
    this.mount.disk.volume.letGo(this.file);
  }
}
