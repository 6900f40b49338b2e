/** The folders of floors 0 to 4: what decides how a run goes. */
export const SIMULATED_FOLDERS = ["host", "engine", "sim", "topologies", "checkers", "scenarios"];

/**
 * Within them, what runs on a real machine or in a browser only; formats of other people's histories, which no run reads; and
 * cases, which are data that a run is asked to repeat.
 */
export const NOT_SIMULATED = ["host/nodejs", "host/browser", "checkers/formats", "scenarios/cases"];

/** All that the command line's bundle is made of. */
export const BUNDLED_FOLDERS = [...SIMULATED_FOLDERS, "report", "cli"];

/** Files beside them that the bundle depends on; the second is npm's note of what it has installed. */
export const BUNDLE_SETTINGS = [
  "package-lock.json",
  "node_modules/.package-lock.json",
  "vite.config.ts",
  "tooling/build-cli.js",
  "tooling/build-hash.js",
  "tooling/replace-folder.js",
];
