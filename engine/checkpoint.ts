import { OpenFlag } from "../host/file-system.ts";
import { isFileSystemError } from "../host/file-system-error.ts";
import { EngineContext } from "./context.ts";
import { CheckpointTargetError, CorruptionError } from "./errors.ts";
import { copyFile, removeDirectory } from "./file-io.ts";
import { logName, manifestName, parentPath } from "./file-names.ts";
import { encodeVersionEdit } from "./version-edit.ts";
import { snapshotEdit, type VersionState } from "./version-state.ts";

/** What a checkpoint holds: the database at one moment between two writes. */
export interface CheckpointContent {
  readonly state: VersionState;
  /** The number for its manifest; no file of the database has it. */
  readonly manifest: number;
  /** The logs that its tables do not cover, the oldest first; the last is cut at {@link logEnd}. */
  readonly logs: readonly number[];
  /** An offset; or "torn": as far as whole records go. */
  readonly logEnd: number | "torn";
  /** The sequence number of the last write. */
  readonly sequence: number;
}

/**
 * Makes a copy of a database that can be opened on its own. Tables never change, so they get a second name where the
 * file system can do that, and are copied where it cannot; logs go on growing, so they are copied up to the moment.
 *
 * Everything is written and made durable under a temporary name first, and gets its own by one rename: after a crash
 * there is the whole checkpoint or none. What an interrupted one has left behind is removed by the next of that name.
 */
export class Checkpoint {
  protected readonly context: EngineContext;
  private readonly target: string;
  /** Where the checkpoint is made. */
  protected readonly copy: EngineContext;

  /** @param target an absolute path in the database's mount, where nothing is; its parent must exist */
  constructor(context: EngineContext, target: string) {
    this.context = context;
    this.target = target;
    const temporary = `${target}.checkpoint`;
    this.copy = new EngineContext(context.host, context.fs, temporary, context.options, context.parts);
  }

  /**
   * The caller keeps all files of the database from being deleted meanwhile.
   *
   * @throws CheckpointTargetError, CorruptionError, FileSystemError
   */
  async run(content: CheckpointContent): Promise<void> {
    const { context, copy, target } = this;
    await this.assertFree();
    await removeDirectory(copy.fs, copy.directory);
    await context.fs.mkdir(copy.directory);
    try {
      for (const file of content.state.levels.flat()) await this.addTable(file.name);
      for (const number of content.logs) {
        await this.copyLog(number, number === content.logs.at(-1) ? content.logEnd : "complete");
      }
      await this.writeManifest(content);
      // Syncs the directory on its way, so that all names above are durable before CURRENT is.
      await new copy.parts.CurrentFile(copy).write(content.manifest);
      await context.fs.rename(copy.directory, target);
    } catch (error) {
      // The failure that led here is the one to report; what is left goes with the next attempt.
      await removeDirectory(copy.fs, copy.directory).catch(() => undefined);
      throw error;
    }
    await this.syncParent();
    context.trace({ kind: "checkpoint-created", checkpoint: target, sequence: content.sequence });
  }

  /** Gives a table a name in the checkpoint, or copies it. */
  protected async addTable(name: string): Promise<void> {
    const { fs } = this.context;
    const [from, to] = [this.context.path(name), this.copy.path(name)];
    try {
      await fs.link(from, to);
    } catch (error) {
      if (!isLinkUnsupported(error)) throw error;
      await copyFile(fs, from, to, this.context.options.transferBytes);
    }
  }

  /**
   * Copies a log record by record, up to `end` or as a {@link LogTail} says, and makes it durable. The log itself must not get a second name: it goes
   * on growing, and what it holds may never have been synced.
   */
  protected async copyLog(number: number, end: number | "complete" | "torn"): Promise<void> {
    const { context, copy } = this;
    const name = logName(number);
    const source = await context.fs.open(context.path(name), OpenFlag.READ);
    try {
      const reader = new context.parts.LogReader(source, name, number, typeof end === "number" ? "growing" : end);
      const target = await context.fs.open(copy.path(name), OpenFlag.WRITE | OpenFlag.CREATE | OpenFlag.EXCLUSIVE);
      const writer = new context.parts.LogWriter(target, name, number);
      try {
        while (typeof end !== "number" || reader.offset < end) {
          const record = await reader.next();
          if (record === undefined) break;
          await writer.append(record);
        }
        if (typeof end === "number" && reader.offset !== end) {
          throw new CorruptionError(name, reader.offset, `it should go on to offset ${end}`);
        }
        // Without it the checkpoint could lose its last writes, although the database has them.
        await writer.sync();
      } finally {
        await writer.close();
      }
    } finally {
      await source.close();
    }
  }

  /** Makes the rename durable. Without it a checkpoint that was reported may be gone after a power loss. */
  protected syncParent(): Promise<void> {
    return this.context.fs.syncDirectory(parentPath(this.target));
  }

  private async writeManifest({ state, manifest }: CheckpointContent): Promise<void> {
    const { copy } = this;
    const name = manifestName(manifest);
    const handle = await copy.fs.open(copy.path(name), OpenFlag.WRITE | OpenFlag.CREATE | OpenFlag.EXCLUSIVE);
    const writer = new copy.parts.LogWriter(handle, name, manifest);
    try {
      await writer.append(encodeVersionEdit(snapshotEdit({ ...state, nextFileNumber: manifest + 1 })));
      await writer.sync();
    } finally {
      await writer.close();
    }
  }

  private async assertFree(): Promise<void> {
    try {
      await this.context.fs.stat(this.target);
    } catch (error) {
      if (isFileSystemError(error, "ENOENT")) return;
      throw error;
    }
    throw new CheckpointTargetError(this.target);
  }
}

function isLinkUnsupported(error: unknown): boolean {
  return (
    isFileSystemError(error) &&
    (error.code === "EPERM" || error.code === "ENOTSUP" || error.code === "EXDEV" || error.code === "EMLINK")
  );
}
