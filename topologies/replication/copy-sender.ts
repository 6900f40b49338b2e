import { joinPath } from "../../engine/index.ts";
import { crc32c } from "../../engine/crc32c.ts";
import { readFully } from "../../engine/file-io.ts";
import { type FileSystem, OpenFlag } from "../../host/file-system.ts";

/** A file of a copy. */
export interface CopiedFile {
  readonly name: string;
  readonly bytes: number;
}

/** A piece of the files, in order. */
export interface CopyPiece {
  /** Its place in the list of files. */
  readonly file: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** The engine's lock is its own. */
const NOT_SENT: ReadonlySet<string> = new Set(["LOCK"]);

/** The files of a checkpoint that are to be sent. */
export async function filesToSend(fs: FileSystem, directory: string): Promise<readonly CopiedFile[]> {
  const files: CopiedFile[] = [];
  for (const name of await fs.readdir(directory)) {
    if (!NOT_SENT.has(name)) files.push({ name, bytes: (await fs.stat(joinPath(directory, name))).size });
  }
  return files;
}

/**
 * Sends files by pieces of `chunkBytes` at most.
 *
 * @param send resolves when there is room for more; the bytes are a view, which the next piece overwrites
 * @returns the CRC-32C of each
 */
export async function sendFiles(
  fs: FileSystem,
  directory: string,
  files: readonly CopiedFile[],
  chunkBytes: number,
  send: (piece: CopyPiece) => Promise<void>,
): Promise<number[]> {
  const checksums: number[] = [];
  for (const [file, { name }] of files.entries()) {
    const handle = await fs.open(joinPath(directory, name), OpenFlag.READ);
    try {
      const buffer = new Uint8Array(chunkBytes);
      let checksum = 0;
      for (let offset = 0; ;) {
        const count = await readFully(handle, buffer, 0, buffer.length, offset);
        if (count === 0) break;
        checksum = crc32c(buffer, 0, count, checksum);
        await send({ file, offset, bytes: buffer.subarray(0, count) });
        offset += count;
      }
      checksums.push(checksum);
    } finally {
      await handle.close();
    }
  }
  return checksums;
}
