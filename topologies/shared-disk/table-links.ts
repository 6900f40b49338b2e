import { defaultEngineParts, type EngineParts } from "../../engine/index.ts";
import { isFileSystemError } from "../../host/file-system-error.ts";
import type { NodeContext } from "./node-context.ts";
import type { View } from "./view.ts";

const LINKS = "/links";

/**
 * A replica's own names for the tables that it reads, in a directory of its own on the disk: a file lives as long as it has a
 * name, whoever removes another. A table's number is never given to a second one, so that a name once made is the table's.
 *
 * Nobody but the replica removes them: one that never comes back holds their room for ever.
 */
export class TableLinks {
  private readonly context: NodeContext;
  private readonly directory: string;
  private readonly names = new Set<string>();

  constructor(context: NodeContext) {
    this.context = context;
    this.directory = `${LINKS}/${context.host.name}`;
  }

  /** How many tables it holds. */
  get count(): number {
    return this.names.size;
  }

  /** Makes the directory, and removes what an earlier life of this replica left in it. */
  async begin(): Promise<void> {
    const { fs } = this.context;
    for (const directory of [LINKS, this.directory]) {
      try {
        await fs.mkdir(directory);
      } catch (error) {
        if (!isFileSystemError(error, "EEXIST")) throw error;
      }
    }
    for (const name of await fs.readdir(this.directory)) await this.unlink(name);
  }

  /**
   * Gives every table of the version that the view holds a name, and takes those away that nothing needs any more.
   *
   * @throws FileSystemError ENOENT, ESTALE when a table was deleted before it got its name
   */
  async cover(view: View): Promise<void> {
    const { fs } = this.context;
    const needed = new Set<string>();
    for (const file of view.database.version.files()) {
      const name = nameOf(view.epoch, file.name);
      needed.add(name);
      if (this.names.has(name)) continue;
      try {
        await fs.link(`${view.directory}/${file.name}`, `${this.directory}/${name}`);
      } catch (error) {
        // A request that was sent twice: the first has made it.
        if (!isFileSystemError(error, "EEXIST")) throw error;
      }
      this.names.add(name);
    }
    for (const table of view.needed()) needed.add(nameOf(view.epoch, `${String(table).padStart(6, "0")}.sst`));
    for (const name of [...this.names]) {
      if (needed.has(name)) continue;
      this.names.delete(name);
      await this.unlink(name);
    }
  }

  /** An engine that opens tables by these names. @param epoch of the database it is for */
  parts(epoch: number, parts: EngineParts = defaultEngineParts): EngineParts {
    const pathOf = (file: string): string | undefined => {
      const name = nameOf(epoch, file);
      return this.names.has(name) ? `${this.directory}/${name}` : undefined;
    };
    return {
      ...parts,
      TableCache: class extends parts.TableCache {
        protected override pathOf(file: string): string {
          return pathOf(file) ?? super.pathOf(file);
        }
      },
    };
  }

  private async unlink(name: string): Promise<void> {
    try {
      await this.context.fs.unlink(`${this.directory}/${name}`);
    } catch (error) {
      if (!isFileSystemError(error, "ENOENT")) throw error;
    }
  }
}

function nameOf(epoch: number, file: string): string {
  return `${epoch}-${file}`;
}
