import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Makes a folder anew. The old one stays until the new one takes its place whole, so that two who build at once, or one who
 * builds and one who reads, never meet half a folder.
 *
 * @param {string} target
 * @param {(folder: string) => Promise<void>} make fills the folder that it is given
 */
export async function replaceFolder(target, make) {
  const beside = join(dirname(target), `.${basename(target)}-${process.pid}`);
  const [fresh, old] = [`${beside}-new`, `${beside}-old`];
  mkdirSync(dirname(target), { recursive: true });
  try {
    await make(fresh);
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
  } catch (error) {
    // Somebody else's took the place between the two renames: it is as good.
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}
