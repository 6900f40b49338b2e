#!/usr/bin/env node
/**
 * Bundles a benchmark and runs it in a fresh Node process, so that what is measured is what ships:
 * `node bench/run.js kernel`; further arguments before `--` go to the benchmark, those after it to Node.
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const names = readdirSync(here)
  .filter((file) => file.endsWith(".bench.ts"))
  .map((file) => file.slice(0, -".bench.ts".length));
const separator = process.argv.indexOf("--");
const own = process.argv.slice(2, separator === -1 ? undefined : separator);
const nodeArguments = separator === -1 ? [] : process.argv.slice(separator + 1);
const [name, ...rest] = own;
if (name === undefined || !names.includes(name)) {
  console.error(`usage: npm run bench NAME\nbenchmarks: ${names.join(", ")}`);
  process.exit(254);
}
// A folder each: two that run at the same time must not bundle over each other.
const outDir = join(here, "..", "dist", "bench", name);
await build({
  configFile: false,
  logLevel: "warn",
  root: join(here, ".."),
  define: { __FAULTLINE_BUILD__: JSON.stringify("bench") },
  build: {
    ssr: join(here, `${name}.bench.ts`),
    outDir,
    emptyOutDir: false,
    minify: false,
    sourcemap: true,
    target: "node20",
    rollupOptions: {
      // A file a module, so that a profile tells the parts of the house apart.
      output: { preserveModules: true, entryFileNames: "[name].js" },
    },
  },
});
const { status } = spawnSync(process.execPath, [...nodeArguments, join(outDir, "bench", `${name}.bench.js`), ...rest], {
  stdio: "inherit",
});
process.exit(status ?? 1);
