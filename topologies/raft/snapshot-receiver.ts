import { joinPath } from "../../engine/index.ts";
import { crc32c } from "../../engine/crc32c.ts";
import { writeFully } from "../../engine/file-io.ts";
import { type FileHandle, OpenFlag } from "../../host/file-system.ts";
import type { DriverContext } from "./driver.ts";
import { SnapshotProtocolError, type SnapshotBegin, type SnapshotPart } from "./snapshot-protocol.ts";
import { DATA } from "./storage.ts";

/** Files of a database lie in one directory. */
const FILE_NAME = /^[A-Za-z0-9._-]+$/;

/**
 * Receives all data into directories of its own, beside those in use: which are in use, the state file says. So a crash at any
 * point leaves the old copy whole, and what is half received is removed at the next start.
 */
export class SnapshotReceiver {
  protected readonly context: DriverContext;
  private readonly generation: number;

  /** @param generation of the new copy; nothing of it is in use */
  constructor(context: DriverContext, generation: number) {
    this.context = context;
    this.generation = generation;
  }

  /**
   * Receives and verifies; durable when it resolves.
   *
   * @param receive the next part; undefined when there is none
   * @returns whether all of it came
   * @throws SnapshotProtocolError, FileSystemError, and whatever opening the copy throws
   */
  async run(begin: SnapshotBegin, receive: () => Promise<SnapshotPart | undefined>): Promise<boolean> {
    const { host, parts, settings } = this.context;
    const fs = host.fs("local");
    const directory = DATA.store(this.generation);
    await this.clear();
    await fs.mkdir(directory);
    if (!(await this.receiveFiles(begin, receive))) return false;
    // Without it a file could be missing after a power loss, although the state names the directory.
    await fs.syncDirectory(directory);
    await this.verify(begin);
    const log = await parts.ReplicatedLog.open({
      host,
      fs,
      directory: DATA.log(this.generation),
      segmentBytes: settings.segmentBytes,
      parts,
    });
    await log.reset({ epoch: begin.indexTerm, lsn: begin.index });
    await log.close();
    await fs.syncDirectory(DATA.path);
    host.trace({ kind: "full-sync-received", lsn: begin.index, generation: this.generation });
    return true;
  }

  /** Removes what is there of the generation. */
  async clear(): Promise<void> {
    const fs = this.context.host.fs("local");
    await DATA.removeCopy(fs, this.generation);
  }

  private async receiveFiles(
    { files }: SnapshotBegin,
    receive: () => Promise<SnapshotPart | undefined>,
  ): Promise<boolean> {
    const fs = this.context.host.fs("local");
    const checksums = files.map(() => 0);
    const sizes = files.map(() => 0);
    let open: { readonly file: number; readonly handle: FileHandle } | undefined;
    const finish = async (): Promise<void> => {
      const finished = open;
      open = undefined;
      if (finished === undefined) return;
      try {
        await finished.handle.sync();
      } finally {
        await finished.handle.close();
      }
    };
    const create = async (file: number): Promise<void> => {
      const name = files[file]?.name;
      if (name === undefined || !FILE_NAME.test(name))
        throw new SnapshotProtocolError(`file ${file} has no sound name`);
      const path = joinPath(DATA.store(this.generation), name);
      open = { file, handle: await fs.open(path, OpenFlag.WRITE | OpenFlag.CREATE | OpenFlag.EXCLUSIVE) };
    };
    try {
      for (;;) {
        const part = await receive();
        if (part === undefined) return false;
        if (part.kind === "piece") {
          const { file, offset, bytes } = part;
          if (offset !== sizes[file]) throw new SnapshotProtocolError(`a piece of file ${file} begins at ${offset}`);
          if (open?.file !== file) {
            await finish();
            await create(file);
          }
          await writeFully((open as unknown as { handle: FileHandle }).handle, bytes, 0, bytes.length, offset);
          sizes[file] = offset + bytes.length;
          checksums[file] = crc32c(bytes, 0, bytes.length, checksums[file]);
        } else if (part.kind === "end") {
          await finish();
          for (const [file, { name, bytes }] of files.entries()) {
            // A file without content has no pieces.
            if (bytes === 0) await create(file);
            await finish();
            if (sizes[file] === bytes && checksums[file] === part.checksums[file]) continue;
            throw new SnapshotProtocolError(`file ${name} did not come as it was sent`);
          }
          return true;
        } else {
          throw new SnapshotProtocolError(`'${part.kind}' in the middle of a copy`);
        }
      }
    } finally {
      await finish();
    }
  }

  /** Opens the copy and reads it all: what cannot be read here must not replace what can. */
  private async verify({ index, indexTerm, digest }: SnapshotBegin): Promise<void> {
    const { host, config, parts } = this.context;
    const store = await parts.ReplicatedStore.open({
      host,
      fs: host.fs("local"),
      directory: DATA.store(this.generation),
      options: config.engine,
    });
    try {
      const content = await store.digestOfContent();
      const { epoch, lsn } = content.applied;
      if (lsn !== index || epoch !== indexTerm || content.digest !== digest || store.digest !== digest) {
        throw new SnapshotProtocolError(`the copy is that of entry ${lsn} (${content.digest}), not as it was sent`);
      }
      await store.makeDurable();
    } finally {
      await store.close();
    }
  }
}
