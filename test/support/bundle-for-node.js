import { join } from "node:path";
import { build } from "vite";
import { computeBuildHash } from "../../tooling/build-hash.js";

const root = join(import.meta.dirname, "../..");

/**
 * Bundles a TypeScript program for Node, packages included.
 *
 * @param {string} entry the program, absolute
 * @param {string} outDir where its bundle goes
 * @returns {Promise<string>} the bundle's path
 */
export async function bundleForNode(entry, outDir) {
  await build({
    configFile: false,
    root,
    logLevel: "error",
    define: { __FAULTLINE_BUILD__: JSON.stringify(computeBuildHash(root)) },
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: { output: { entryFileNames: "program.mjs" } },
    },
  });
  return join(outDir, "program.mjs");
}
