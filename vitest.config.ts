import { defineConfig } from "vitest/config";
import { computeBuildHash } from "./tooling/build-hash.js";

export default defineConfig({
  define: { __FAULTLINE_BUILD__: JSON.stringify(computeBuildHash(import.meta.dirname)) },
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/property-seed.ts"],
    // By default one processor is left idle: half of what a machine with two has.
    maxWorkers: "100%",
    // A busy machine may be many times slower; what hangs still ends.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
