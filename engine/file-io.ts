import type { FileHandle, FileSystem } from "../host/file-system.ts";
import { OpenFlag } from "../host/file-system.ts";
import { isFileSystemError } from "../host/file-system-error.ts";
import { joinPath } from "./file-names.ts";

/** Whole reads and writes over a file system that may do less than it was asked. */

/**
 * Reads until `length` bytes are there or the file ends. A short read is no end of file: only a read of nothing is.
 *
 * @returns bytes read; fewer than `length` only at the end of the file
 */
export async function readFully(
  handle: FileHandle,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number,
): Promise<number> {
  let done = 0;
  while (done < length) {
    const count = await handle.read(buffer, offset + done, length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** Writes all of `buffer[offset, offset + length)`, however many calls it takes. */
export async function writeFully(
  handle: FileHandle,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number,
): Promise<void> {
  let done = await handle.write(buffer, offset, length, position);
  while (done < length) {
    done += await handle.write(buffer, offset + done, length - done, position + done);
  }
}

/** A small file's whole content. */
export async function readSmallFile(fs: FileSystem, path: string, limit: number): Promise<Uint8Array> {
  const handle = await fs.open(path, OpenFlag.READ);
  try {
    const buffer = new Uint8Array(limit);
    return buffer.slice(0, await readFully(handle, buffer, 0, limit, 0));
  } finally {
    await handle.close();
  }
}

/** Copies a file's bytes into a new file, durably; the new name is the caller's to sync. @param chunk bytes at once */
export async function copyFile(fs: FileSystem, from: string, to: string, chunk: number): Promise<void> {
  const source = await fs.open(from, OpenFlag.READ);
  try {
    const target = await fs.open(to, OpenFlag.WRITE | OpenFlag.CREATE | OpenFlag.EXCLUSIVE);
    try {
      const buffer = new Uint8Array(chunk);
      for (let position = 0; ;) {
        const count = await readFully(source, buffer, 0, chunk, position);
        if (count === 0) break;
        await writeFully(target, buffer, 0, count, position);
        position += count;
      }
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Removes a directory with the files in it, if it is there. */
export async function removeDirectory(fs: FileSystem, directory: string): Promise<void> {
  let names: string[];
  try {
    names = await fs.readdir(directory);
  } catch (error) {
    if (isFileSystemError(error, "ENOENT")) return;
    throw error;
  }
  for (const name of names) await fs.unlink(joinPath(directory, name));
  await fs.rmdir(directory);
}
