import { readFileSync } from "node:fs";
import { UsageError } from "./usage-error.ts";

/**
 * Reads a file that a user has named.
 *
 * @param what "report", "blob": for the message
 * @param hints what to do about it, if anything
 * @throws UsageError that names the file and says why it cannot be read
 */
export function readTextFile(what: string, path: string, ...hints: string[]): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `${what} ${path} cannot be read: ${code === "ENOENT" ? "there is no such file" : message}`,
      ...hints,
    );
  }
}
