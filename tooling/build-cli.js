import { utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { computeBuildHash } from "./build-hash.js";
import { replaceFolder } from "./replace-folder.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The sources could not be bundled. The message is one plain line; the cause has all that the bundler said. */
export class BundleError extends Error {
  /** @override */
  name = "BundleError";

  /** @param {unknown} cause */
  constructor(cause) {
    super(summarize(cause), { cause });
  }
}

/**
 * The first thing that the bundler complained of, on a line of its own.
 *
 * @param {unknown} cause
 */
function summarize(cause) {
  const { errors = [] } = /** @type {{ errors?: readonly unknown[] }} */ (cause);
  const [first = cause] = errors;
  const text = stripVTControlCharacters(first instanceof Error ? first.message : String(first));
  const what = (text.split("\n").find((line) => line.trim() !== "") ?? "no reason given")
    .replace(/^\[[^\]]*\] /, "")
    .trim();
  // The bundler names the place above its picture of it.
  const [, place] = /\[ (\S+:\d+:\d+) \]/.exec(text) ?? [];
  const others = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return `${place === undefined ? "" : `${place}: `}${what}${others}`;
}

/**
 * Bundles the command line into dist/cli.
 *
 * @throws {BundleError} when the bundler fails
 * @throws {import("./build-hash.js").PackageMismatchError} when the packages that would go into the bundle are not those of package-lock.json
 */
export async function buildCommandLine() {
  const { build } = await import("vite");
  // Vite asks for the hash too, but wraps what it throws.
  computeBuildHash(root);
  const start = new Date();
  await replaceFolder(join(root, "dist/cli"), async (folder) => {
    await bundle(build, folder);
    // Sources changed while the bundle was made are newer than it.
    utimesSync(join(folder, "main.js"), start, start);
  });
}

/**
 * @param {typeof import("vite").build} build
 * @param {string} outDir
 */
async function bundle(build, outDir) {
  try {
    // What it would print is what it throws.
    await build({ configFile: join(root, "vite.config.ts"), logLevel: "silent", build: { outDir } });
  } catch (error) {
    throw new BundleError(error);
  }
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url) await buildCommandLine();
