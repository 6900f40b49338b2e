import { joinPath } from "../../engine/index.ts";
import { crc32c } from "../../engine/crc32c.ts";
import { writeFully } from "../../engine/file-io.ts";
import { type FileHandle, OpenFlag } from "../../host/file-system.ts";
import { samePosition } from "../replication/position.ts";
import { DATA } from "./local-copy.ts";
import type { NodeContext } from "./node-context.ts";
import type { SnapshotBegin, SnapshotChunk, SnapshotEnd, StreamMessage } from "./stream-protocol.ts";

/** What was received is not what was sent. Nothing of it is used. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
}

/** Files of a database lie in one directory. */
const FILE_NAME = /^[A-Za-z0-9._-]+$/;

/**
 * Receives all data into directories of its own, beside those in use: which are in use, the metadata says. So a crash at any
 * point leaves the old copy whole, and what is half received is removed at the next start.
 */
export class SnapshotReceiver {
  protected readonly context: NodeContext;
  private readonly generation: number;

  /** @param generation of the new copy; nothing of it is in use */
  constructor(context: NodeContext, generation: number) {
    this.context = context;
    this.generation = generation;
  }

  /**
   * Receives and verifies; durable when it resolves.
   *
   * @param receive the next message; undefined when there is none
   * @returns whether all of it came
   * @throws SnapshotError, FileSystemError, and whatever opening the copy throws
   */
  async run(begin: SnapshotBegin, receive: () => Promise<StreamMessage | undefined>): Promise<boolean> {
    const { generation } = this;
    const { host } = this.context;
    const fs = host.fs("local");
    const directory = DATA.store(generation);
    host.trace({ kind: "full-sync-receiving", lsn: begin.applied.lsn, files: begin.files.length, generation });
    await this.clear();
    await fs.mkdir(directory);
    const end = await this.receiveFiles(begin, receive);
    if (end === undefined) return false;
    // Without it a file could be missing after a power loss, although the metadata names the directory.
    await fs.syncDirectory(directory);
    await this.verify(begin);
    const { parts, settings } = this.context;
    const log = await parts.ReplicatedLog.open({
      host,
      fs,
      directory: DATA.log(generation),
      segmentBytes: settings.segmentBytes,
      parts,
    });
    await log.reset(begin.applied);
    await log.close();
    await fs.syncDirectory(DATA.path);
    host.trace({ kind: "full-sync-received", lsn: begin.applied.lsn, generation });
    return true;
  }

  /** Removes what is there of the generation. */
  async clear(): Promise<void> {
    const fs = this.context.host.fs("local");
    await DATA.removeCopy(fs, this.generation);
  }

  /** Whether a file came as it was sent. */
  protected isSound(checksum: number, sent: number): boolean {
    return checksum === sent;
  }

  private async receiveFiles(
    { files }: SnapshotBegin,
    receive: () => Promise<StreamMessage | undefined>,
  ): Promise<SnapshotEnd | undefined> {
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
    const create = async (file: number): Promise<FileHandle> => {
      const name = files[file]?.name;
      if (name === undefined || !FILE_NAME.test(name)) throw new SnapshotError(`file ${file} has no sound name`);
      const path = joinPath(DATA.store(this.generation), name);
      return fs.open(path, OpenFlag.WRITE | OpenFlag.CREATE | OpenFlag.EXCLUSIVE);
    };
    const put = async ({ file, offset, bytes }: SnapshotChunk): Promise<void> => {
      if (offset !== sizes[file]) throw new SnapshotError(`a piece of file ${file} begins at ${offset}`);
      if (open?.file !== file) {
        await finish();
        open = { file, handle: await create(file) };
      }
      await writeFully(open.handle, bytes, 0, bytes.length, offset);
      sizes[file] = offset + bytes.length;
      checksums[file] = crc32c(bytes, 0, bytes.length, checksums[file]);
    };
    try {
      for (;;) {
        const message = await receive();
        if (message === undefined) return undefined;
        if (message.kind === "chunk") {
          await put(message);
        } else if (message.kind === "snapshot-end") {
          await finish();
          for (const [file, { name, bytes }] of files.entries()) {
            // A file without content has no pieces.
            if (bytes === 0) open = { file, handle: await create(file) };
            await finish();
            if (sizes[file] === bytes && this.isSound(checksums[file] as number, message.checksums[file] as number))
              continue;
            throw new SnapshotError(`file ${name} did not come as it was sent`);
          }
          return message;
        } else if (message.kind !== "entries") {
          throw new SnapshotError(`'${message.kind}' in the middle of a copy`);
        }
      }
    } finally {
      await open?.handle.close();
    }
  }

  /** Opens the copy and reads it all: what cannot be read here must not replace what can. */
  private async verify({ applied, digest }: SnapshotBegin): Promise<void> {
    const { host, config, parts } = this.context;
    const store = await parts.ReplicatedStore.open({
      host,
      fs: host.fs("local"),
      directory: DATA.store(this.generation),
      options: config.engine,
    });
    try {
      const content = await store.digestOfContent();
      if (!samePosition(content.applied, applied) || content.digest !== digest || store.digest !== digest) {
        throw new SnapshotError(`the copy is that of ${content.applied.lsn} (${content.digest}), not as it was sent`);
      }
      await store.makeDurable();
    } finally {
      await store.close();
    }
  }
}
