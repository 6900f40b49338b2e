import { removeDirectory } from "../../engine/file-io.ts";
import { joinPath } from "../../engine/index.ts";
import type { FileSystem } from "../../host/file-system.ts";
import { isFileSystemError } from "../../host/file-system-error.ts";

/** What is of a copy, in use or not. What else stands in the directory, such as the file that says which is in use, is not. */
const OF_A_COPY = /^(store|log|checkpoint)-/;

/**
 * Where a node keeps everything, on its local disk: one copy of log and data, or a second while that is being received, each in
 * directories of its generation.
 */
export class DataDirectory {
  readonly path: string;

  /** @param path absolute, right under the mount's root */
  constructor(path: string) {
    this.path = path;
  }

  /** Where the database of a copy is. */
  store(generation: number): string {
    return joinPath(this.path, `store-${generation}`);
  }

  /** Where the log of a copy is. */
  log(generation: number): string {
    return joinPath(this.path, `log-${generation}`);
  }

  /** Where a checkpoint is made that is to be sent. @param name tells it from others that are under way */
  checkpoint(name: string): string {
    return joinPath(this.path, `checkpoint-${name}`);
  }

  /** Makes the directory if it is not there; durable when it resolves. */
  async make(fs: FileSystem): Promise<void> {
    try {
      await fs.mkdir(this.path);
    } catch (error) {
      if (!isFileSystemError(error, "EEXIST")) throw error;
    }
    // Without it all that is made durable below could be gone after a loss of power.
    await fs.syncDirectory("/");
  }

  /** The highest generation of which anything is there; 0 when nothing is. */
  async latestGeneration(fs: FileSystem): Promise<number> {
    const generations = (await fs.readdir(this.path)).map((name) =>
      Number(/^(?:store|log)-(\d+)$/.exec(name)?.[1] ?? 0),
    );
    return Math.max(0, ...generations);
  }

  /**
   * Removes what copies have left behind that were interrupted or replaced.
   *
   * @param generations of the copies that stay
   */
  async removeUnused(fs: FileSystem, ...generations: readonly number[]): Promise<void> {
    const used = new Set(generations.flatMap((generation) => [this.log(generation), this.store(generation)]));
    for (const name of await fs.readdir(this.path)) {
      const path = joinPath(this.path, name);
      if (OF_A_COPY.test(name) && !used.has(path)) await removeDirectory(fs, path);
    }
  }

  /** Removes a copy. */
  async removeCopy(fs: FileSystem, generation: number): Promise<void> {
    await removeDirectory(fs, this.store(generation));
    await removeDirectory(fs, this.log(generation));
  }
}
