import { joinPath } from "../../engine/index.ts";
import type { FileSystem } from "../../host/file-system.ts";
import { isFileSystemError } from "../../host/file-system-error.ts";

/** Where nodes keep everything, on their local disk. */
export const DIRECTORY = "/wal-stream";
/** What is of a copy, in use or not. The metadata is not. */
const OF_A_COPY = /^(store|log|checkpoint)-/;

/** Where the database of a copy is. */
export function storeDirectory(generation: number): string {
  return joinPath(DIRECTORY, `store-${generation}`);
}

/** Where the log of a copy is. */
export function logDirectory(generation: number): string {
  return joinPath(DIRECTORY, `log-${generation}`);
}

/** Makes the directory if it is not there; durable when it resolves. */
export async function makeDirectory(fs: FileSystem): Promise<void> {
  try {
    await fs.mkdir(DIRECTORY);
  } catch (error) {
    if (!isFileSystemError(error, "EEXIST")) throw error;
  }
  // Without it all that is made durable below could be gone after a loss of power.
  await fs.syncDirectory("/");
}

/** Removes what copies have left behind that were interrupted or replaced. @param generation of the copy in use; 0 for none */
export async function removeUnused(fs: FileSystem, generation: number): Promise<void> {
  const used = new Set([logDirectory(generation), storeDirectory(generation)]);
  for (const name of await fs.readdir(DIRECTORY)) {
    const path = joinPath(DIRECTORY, name);
    if (OF_A_COPY.test(name) && !used.has(path)) await removeDirectory(fs, path);
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
