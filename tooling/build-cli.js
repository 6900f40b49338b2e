import { existsSync, mkdirSync, renameSync, rmSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Bundles the command line into dist/cli. The old bundle stays until the new one takes its place whole, so that two who
 * build at once, or one who builds and one who starts, never meet half a bundle.
 */
export async function buildCommandLine() {
  const { build } = await import("vite");
  const start = new Date();
  const target = join(root, "dist/cli");
  const fresh = join(root, `dist/.cli-${process.pid}-new`);
  const old = join(root, `dist/.cli-${process.pid}-old`);
  mkdirSync(join(root, "dist"), { recursive: true });
  try {
    await build({ configFile: join(root, "vite.config.ts"), logLevel: "error", build: { outDir: fresh } });
    // Sources changed while the bundle was made are newer than it.
    utimesSync(join(fresh, "main.js"), start, start);
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
  } catch (error) {
    // Somebody else's bundle took the place between the two renames: it is as good.
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url) await buildCommandLine();
