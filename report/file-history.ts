import type { TraceRecord } from "../sim/trace.ts";
import { Track } from "./track.ts";

/** A file on a disk: made and never synced yet, synced at least once, or gone. */
export type FileState = "new" | "synced" | "gone";

export interface FileMoment {
  readonly path: string;
  readonly state: FileState;
  /** The rank since which it is so. */
  readonly since: number;
}

/** The files of one disk over a run, told by what the disk reports. */
export class FileHistory {
  private readonly files = new Map<string, Track<FileState>>();
  private readonly directories = new Set<string>();

  /** @returns whether a file changed */
  take({ index, data }: TraceRecord): boolean {
    const { path, to } = data;
    if (data.kind === "disk-wiped" || data.kind === "host-wiped") return this.wipe(index);
    if (typeof path !== "string") return false;
    switch (data.kind) {
      case "file-created":
        return this.set(index, path, "new");
      case "file-synced":
        return this.files.has(path) && this.set(index, path, "synced");
      case "file-unlinked":
        return this.set(index, path, "gone");
      case "file-linked":
        return typeof to === "string" && this.set(index, to, this.files.get(path)?.latest ?? "new");
      case "file-renamed":
        if (typeof to !== "string") return false;
        return this.directories.has(path) ? this.moveAll(index, path, to) : this.move(index, path, to);
      case "directory-created":
        this.directories.add(path);
        return false;
      default:
        return false;
    }
  }

  /** The files that are there, and those that went with the records from `from` on, by path. */
  at(rank: number, from: number): FileMoment[] {
    const found: FileMoment[] = [];
    for (const [path, track] of this.files) {
      const state = track.at(rank);
      if (state === undefined) continue;
      const since = track.since(rank);
      if (state !== "gone" || since >= from) found.push({ path, state, since });
    }
    return found.sort((one, other) => (one.path < other.path ? -1 : 1));
  }

  private set(rank: number, path: string, state: FileState): boolean {
    let track = this.files.get(path);
    if (track === undefined) this.files.set(path, (track = new Track()));
    return track.set(rank, state);
  }

  private move(rank: number, path: string, to: string): boolean {
    this.set(rank, to, this.files.get(path)?.latest ?? "new");
    return this.set(rank, path, "gone");
  }

  /** A directory takes with it what is in it. */
  private moveAll(rank: number, path: string, to: string): boolean {
    this.directories.add(to);
    let changed = false;
    for (const [file, track] of [...this.files]) {
      if (!file.startsWith(`${path}/`) || track.latest === "gone") continue;
      changed = this.move(rank, file, to + file.slice(path.length)) || changed;
    }
    return changed;
  }

  /** Whether there ever was a file. */
  get used(): boolean {
    return this.files.size > 0;
  }

  private wipe(rank: number): boolean {
    let changed = false;
    for (const track of this.files.values()) changed = track.set(rank, "gone") || changed;
    return changed;
  }
}
