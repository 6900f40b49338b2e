import { OpenFlag } from "../host/file-system.ts";
import { isFileSystemError } from "../host/file-system-error.ts";
import type { CheckpointContent } from "./checkpoint.ts";
import type { EngineContext } from "./context.ts";
import { CorruptionError, LogMissingError, ManifestUnavailableError } from "./errors.ts";
import { logName, logNumbers, manifestName, parseFileName } from "./file-names.ts";
import { ManifestReader } from "./manifest-reader.ts";
import type { VersionState } from "./version-state.ts";

/** How often it is begun again when files go, or grow, while they are looked at. */
const ATTEMPTS = 10;

/**
 * Makes a checkpoint of a database from its files alone, for whoever takes over from a writer that may be gone, or only
 * slow: it writes nothing to the database and takes no lock. It has every write that was durable when it began. Of what the
 * writer, if it is still there, goes on to write, it may have some: a prefix.
 */
export class ForeignCheckpoint {
  protected readonly context: EngineContext;

  constructor(context: EngineContext) {
    this.context = context;
  }

  /**
   * @param target an absolute path in the database's mount, where nothing is; its parent must exist
   * @throws CheckpointTargetError, CorruptionError, ManifestUnavailableError, FileSystemError
   */
  async run(target: string): Promise<void> {
    const { context } = this;
    for (let attempt = 1; ; attempt++) {
      try {
        const checkpoint = new context.parts.Checkpoint(context, target);
        await checkpoint.run(await this.look());
        return;
      } catch (error) {
        if (!this.mayHaveChanged(error) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /**
   * Whether an error may come from a writer that is still at work: it deletes what an edit has given up, and appends to
   * what was taken for the torn end of its log.
   */
  protected mayHaveChanged(error: unknown): boolean {
    return (
      isFileSystemError(error, "ENOENT") ||
      isFileSystemError(error, "ESTALE") ||
      error instanceof LogMissingError ||
      error instanceof CorruptionError
    );
  }

  private async look(): Promise<CheckpointContent> {
    const { context } = this;
    const state = await this.readManifest();
    // After the manifest: a log that was flushed and deleted in between is missed, and the manifest is read again.
    const names = await context.fs.readdir(context.directory);
    const logs = logNumbers(names, state.logNumber);
    if (logs.length > 0 && logs[0] !== state.logNumber) throw new LogMissingError(logName(state.logNumber));
    let manifest = state.nextFileNumber;
    for (const name of names) manifest = Math.max(manifest, (parseFileName(name)?.number ?? 0) + 1);
    return { state, manifest, logs, logEnd: "torn", sequence: state.lastSequence };
  }

  private async readManifest(): Promise<VersionState> {
    const { context } = this;
    const number = await new context.parts.CurrentFile(context).read();
    const handle = await context.fs.open(context.path(manifestName(number)), OpenFlag.READ);
    try {
      const reader = new ManifestReader(context.parts, handle, number, "torn");
      await reader.read();
      if (reader.state.versionNumber === 0) throw new ManifestUnavailableError(reader.name, "it has no whole edit");
      return reader.state;
    } finally {
      await handle.close();
    }
  }
}
