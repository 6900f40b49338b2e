/** Compares the fingerprints of seeds under this version of Node with those under the others that are supported. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleForNode } from "../support/bundle-for-node.js";
import { compareFingerprints } from "../support/compare-fingerprints.js";

const VERSIONS = ["22.23.3", "24.21.0"];
const SEEDS = 300;

/** Holds the program `node` and no install script; the package `node` is a wrapper that fetches it. */
const PACKAGE = `node-${process.platform}-${process.arch}`;

/**
 * @param {string} command
 * @param {readonly string[]} parameters
 * @returns {string} what it printed
 */
function run(command, parameters) {
  const { status, stdout, error } = spawnSync(command, parameters, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 26,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${parameters.join(" ")} ended with ${status}`);
  return stdout;
}

const folder = mkdtempSync(join(tmpdir(), "faultline-node-versions-"));
try {
  const program = await bundleForNode(join(import.meta.dirname, "main.ts"), folder);
  /** @type {string[]} */
  const expected = JSON.parse(run(process.execPath, [program, String(SEEDS)]));
  for (const version of VERSIONS) {
    const npx = ["--yes", `--package=${PACKAGE}@${version}`, "--", "node"];
    // Without this, a version that was not fetched would pass as whichever is installed.
    const actualVersion = run("npx", [...npx, "--print", "process.versions.node"]).trim();
    if (actualVersion !== version) throw new Error(`asked for Node ${version} and got ${actualVersion}`);
    const actual = JSON.parse(run("npx", [...npx, program, String(SEEDS)]));
    const equal = compareFingerprints(`Node ${process.versions.node}`, expected, `Node ${version}`, actual);
    if (!equal) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
