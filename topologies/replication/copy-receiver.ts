import { joinPath } from "../../engine/index.ts";
import { crc32c } from "../../engine/crc32c.ts";
import { writeFully } from "../../engine/file-io.ts";
import { type FileHandle, OpenFlag } from "../../host/file-system.ts";
import type { Host } from "../../host/host.ts";
import type { ClusterConfig } from "../topology.ts";
import type { CopiedFile, CopyPiece } from "./copy-sender.ts";
import type { DataDirectory } from "./data-directory.ts";
import { makeEmptyLog } from "./empty-log.ts";
import type { ReplicationParts } from "./parts.ts";
import { type Position, samePosition } from "./position.ts";

/** What was received is not what was sent. Nothing of it is used. */
export class SnapshotError extends Error {
  override readonly name: string = "SnapshotError";
}

/** What the receiving node is made of. */
export interface CopyContext {
  readonly host: Host;
  readonly config: ClusterConfig;
  readonly parts: ReplicationParts;
  readonly settings: { readonly segmentBytes: number };
}

/** What follows on the list of files: their pieces, in order, then the checksum of each. */
export type CopyPart =
  ({ readonly kind: "piece" } & CopyPiece) | { readonly kind: "end"; readonly checksums: readonly number[] };

/** What a copy is of. */
export interface CopyContent {
  readonly applied: Position;
  /** Of the content. */
  readonly digest: string;
  readonly files: readonly CopiedFile[];
}

/** Files of a database lie in one directory. */
const FILE_NAME = /^[A-Za-z0-9._-]+$/;

/**
 * Receives all data into directories of its own, beside those in use: which are in use, a file beside them says. So a crash at
 * any point leaves the old copy whole, and what is half received is removed at the next start.
 */
export class CopyReceiver<Context extends CopyContext> {
  protected readonly context: Context;
  protected readonly generation: number;
  private readonly data: DataDirectory;

  /** @param generation of the new copy; nothing of it is in use */
  constructor(context: Context, data: DataDirectory, generation: number) {
    this.context = context;
    this.data = data;
    this.generation = generation;
  }

  /** Removes what is there of the generation. */
  async clear(): Promise<void> {
    await this.data.removeCopy(this.context.host.fs("local"), this.generation);
  }

  /**
   * Receives and verifies; durable when it resolves.
   *
   * @param receive the next part; undefined when there is none
   * @returns whether all of it came
   * @throws SnapshotError, FileSystemError, and whatever opening the copy throws
   */
  protected async receive(content: CopyContent, receive: () => Promise<CopyPart | undefined>): Promise<boolean> {
    const { data, generation } = this;
    const { host } = this.context;
    const fs = host.fs("local");
    const directory = data.store(generation);
    await this.clear();
    await fs.mkdir(directory);
    if (!(await this.receiveFiles(content.files, receive))) return false;
    // Without it a file could be missing after a power loss, although the directory is in use.
    await fs.syncDirectory(directory);
    await this.verify(content);
    await makeEmptyLog(this.context, data, generation, content.applied);
    host.trace({ kind: "full-sync-received", lsn: content.applied.lsn, generation });
    return true;
  }

  /** Whether a file came as it was sent. */
  protected isSound(checksum: number, sent: number): boolean {
    return checksum === sent;
  }

  private async receiveFiles(
    files: readonly CopiedFile[],
    receive: () => Promise<CopyPart | undefined>,
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
    const create = async (file: number): Promise<FileHandle> => {
      const name = files[file]?.name;
      if (name === undefined || !FILE_NAME.test(name)) throw new SnapshotError(`file ${file} has no sound name`);
      const path = joinPath(this.data.store(this.generation), name);
      return fs.open(path, OpenFlag.WRITE | OpenFlag.CREATE | OpenFlag.EXCLUSIVE);
    };
    const put = async ({ file, offset, bytes }: CopyPiece): Promise<void> => {
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
        const part = await receive();
        if (part === undefined) return false;
        if (part.kind === "piece") {
          await put(part);
          continue;
        }
        await finish();
        for (const [file, { name, bytes }] of files.entries()) {
          // A file without content has no pieces.
          if (bytes === 0) open = { file, handle: await create(file) };
          await finish();
          if (sizes[file] === bytes && this.isSound(checksums[file] as number, part.checksums[file] as number))
            continue;
          throw new SnapshotError(`file ${name} did not come as it was sent`);
        }
        return true;
      }
    } finally {
      await open?.handle.close();
    }
  }

  /** Opens the copy and reads it all: what cannot be read here must not replace what can. */
  private async verify({ applied, digest }: CopyContent): Promise<void> {
    const { host, config, parts } = this.context;
    const store = await parts.ReplicatedStore.open({
      host,
      fs: host.fs("local"),
      directory: this.data.store(this.generation),
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
