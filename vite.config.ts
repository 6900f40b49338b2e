import { existsSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vite";
import { computeBuildHash } from "./tooling/build-hash.js";

const root = import.meta.dirname;

/** The program, and what its threads and processes run. */
const entries = ["main", "worker", "crash-worker", "check-program"].filter((name) =>
  existsSync(join(root, "cli", `${name}.ts`)),
);

/** The command line's bundle: one file a thread, packages included, names kept. */
export default defineConfig({
  root,
  define: { __FAULTLINE_BUILD__: JSON.stringify(computeBuildHash(root)) },
  ssr: { noExternal: true },
  build: {
    ssr: true,
    target: "node20.19",
    outDir: "dist/cli",
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: Object.fromEntries(entries.map((name): [string, string] => [name, join(root, "cli", `${name}.ts`)])),
      // All in one folder: a chunk that names the worker by its place beside itself is right wherever it went.
      output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
    },
  },
});
