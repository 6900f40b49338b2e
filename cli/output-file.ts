import { mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** A file that was asked for could not be written. */
export class OutputError extends Error {
  override readonly name = "OutputError";

  constructor(path: string, cause: unknown) {
    super(`cannot write ${path}: ${reason(cause)}`, { cause });
  }
}

/**
 * Writes a file whole or not at all, and makes the folders that it lies in.
 *
 * @throws OutputError
 */
export function writeOutput(path: string, content: string): void {
  try {
    const target = followLink(resolve(path));
    const found = statSync(target, { throwIfNoEntry: false });
    if (found !== undefined && !found.isFile()) {
      // A device or a pipe: nothing may be put in its place.
      writeFileSync(target, content);
      return;
    }
    makeFolder(dirname(target));
    const fresh = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
    try {
      writeFileSync(fresh, content, { flush: true });
      renameSync(fresh, target);
    } catch (error) {
      rmSync(fresh, { force: true });
      throw error;
    }
  } catch (error) {
    throw new OutputError(path, error);
  }
}

/**
 * One folder after the other: Node's own way of making several never ends where a folder that is there answers ENOENT, as
 * /proc does.
 */
function makeFolder(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) makeFolder(dirname(path));
  try {
    if (found?.isDirectory() !== true) mkdirSync(path);
  } catch (error) {
    // Another process may have made it just now.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** The file that a link leads to: it is that which is to change, not the link. */
function followLink(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ENOSPC", "no space is left on the device"],
  ["EDQUOT", "the quota of disk space is used up"],
  ["EACCES", "permission is denied"],
  ["EPERM", "the operation is not permitted"],
  ["EROFS", "the file system is read-only"],
  ["ENOTDIR", "a part of the path is no folder"],
  ["EEXIST", "a part of the path is no folder"],
  ["EISDIR", "it is a folder"],
  ["ENOENT", "its folder cannot be made"],
]);

function reason(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return REASONS.get(code) ?? message;
}
