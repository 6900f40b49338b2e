import { OpenFlag } from "../host/file-system.ts";
import { asciiBytes, asciiText } from "./coding.ts";
import type { EngineContext } from "./context.ts";
import { CorruptionError } from "./errors.ts";
import { CURRENT_NAME, manifestName, parseFileName, temporaryName } from "./file-names.ts";
import { readSmallFile, writeFully } from "./file-io.ts";

const MAX_CURRENT_BYTES = 64;

/** The file CURRENT, which names the manifest in force. */
export class CurrentFile {
  protected readonly context: EngineContext;

  constructor(context: EngineContext) {
    this.context = context;
  }

  /**
   * The number of the manifest that CURRENT names.
   *
   * @throws FileSystemError ENOENT when there is none
   * @throws CorruptionError when it names no manifest
   */
  async read(): Promise<number> {
    const text = asciiText(await readSmallFile(this.context.fs, this.context.path(CURRENT_NAME), MAX_CURRENT_BYTES));
    const file = text.endsWith("\n") ? parseFileName(text.slice(0, -1)) : undefined;
    if (file?.kind !== "manifest") {
      throw new CorruptionError(CURRENT_NAME, 0, "it does not name a manifest and end with a line break");
    }
    return file.number;
  }

  /**
   * Makes CURRENT name a manifest whose content is durable already, so that a crash at any point leaves either the old
   * or the new.
   */
  async write(manifest: number): Promise<void> {
    const { context } = this;
    const temporary = context.path(temporaryName(manifest));
    await this.writeTemporary(temporary, asciiBytes(`${manifestName(manifest)}\n`));
    await this.syncBeforeRename();
    await context.fs.rename(temporary, context.path(CURRENT_NAME));
    await this.syncAfterRename();
  }

  protected async writeTemporary(path: string, content: Uint8Array): Promise<void> {
    const handle = await this.context.fs.open(path, OpenFlag.WRITE | OpenFlag.CREATE | OpenFlag.EXCLUSIVE);
    try {
      await writeFully(handle, content, 0, content.length, 0);
      // Without this sync the rename can be durable before the content is, and CURRENT come back empty or as zeros.
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /**
   * Makes the names of the new manifest and of the temporary file durable. Without it the rename may reach the disk
   * first, and CURRENT name a manifest that is not there.
   */
  protected syncBeforeRename(): Promise<void> {
    return this.context.fs.syncDirectory(this.context.directory);
  }

  /**
   * Makes the rename durable. Without it the removal of the old manifest and logs, which comes next, may reach the disk
   * first, and CURRENT still name the old manifest.
   */
  protected syncAfterRename(): Promise<void> {
    return this.context.fs.syncDirectory(this.context.directory);
  }
}
