#!/usr/bin/env node
// Starts the bundled command line; in a checkout, makes the bundle anew when a source is newer. Its own syntax stays within
// what old versions of Node read, so that they get as far as the message.
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const NEEDED_MAJOR = 20;
const NEEDED_MINOR = 19;
/** What every command uses for input that it cannot make sense of. */
const USAGE_ERROR = 254;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bundle = join(root, "dist/cli/main.js");

/** @param {string} message */
function refuse(message) {
  process.stderr.write(`faultline: ${message}\n`);
  process.exit(USAGE_ERROR);
}

function checkVersion() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > NEEDED_MAJOR || (major === NEEDED_MAJOR && minor >= NEEDED_MINOR)) return;
  const found = `this is Node ${process.versions.node} (${process.execPath})`;
  refuse(`needs Node ${NEEDED_MAJOR}.${NEEDED_MINOR} or newer, and ${found}`);
}

/**
 * Whether anything at `path` changed after `time`. A removed file shows as a change of its folder.
 *
 * @param {string} path
 * @param {number} time milliseconds since the Unix epoch
 * @returns {boolean}
 */
function changedSince(path, time) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (stat.mtimeMs > time) return true;
  return stat.isDirectory() && readdirSync(path).some((name) => changedSince(join(path, name), time));
}

async function refreshBundle() {
  const inCheckout = existsSync(join(root, "tooling/build-cli.js"));
  if (!inCheckout) {
    if (!existsSync(bundle)) refuse(`this package is incomplete: ${bundle} is missing; install it anew`);
    return;
  }
  const built = statSync(bundle, { throwIfNoEntry: false });
  const { BUNDLED_FOLDERS, BUNDLE_SETTINGS } = await import("../tooling/source-folders.js");
  const parts = [...BUNDLED_FOLDERS, ...BUNDLE_SETTINGS];
  if (built !== undefined && !parts.some((part) => changedSince(join(root, part), built.mtimeMs))) return;
  process.stderr.write("faultline: bundling the sources\n");
  try {
    const { buildCommandLine } = await import("../tooling/build-cli.js");
    await buildCommandLine();
  } catch (error) {
    refuse(bundlingFailure(error));
  }
}

/** @param {unknown} error */
function bundlingFailure(error) {
  if (!(error instanceof Error)) return `the sources could not be bundled: ${error}`;
  if (error.name === "PackageMismatchError") return error.message;
  if (/** @type {NodeJS.ErrnoException} */ (error).code === "ERR_MODULE_NOT_FOUND") {
    return "packages are missing: run npm ci";
  }
  // A person gets the bundler's own words, with a picture of the place.
  const { cause } = error;
  const reason = process.stderr.isTTY && cause instanceof Error ? cause.message : error.message;
  return `the sources could not be bundled: ${reason}`;
}

checkVersion();
await refreshBundle();
await import(pathToFileURL(bundle).href);
