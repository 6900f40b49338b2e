import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NOT_SIMULATED, SIMULATED_FOLDERS } from "./source-folders.js";

/** Hexadecimal digits that a build's hash is cut to: 48 bits. */
const DIGITS = 12;

/** Package names in `import ... from "name"`, `export ... from "name"`, `import "name"` and `import("name")`. */
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*["']([^"'.][^"']*)["']/g;

const LOCK = "package-lock.json";

/** Where npm notes what it has installed. */
const INSTALLED = "node_modules/.package-lock.json";

/** What is installed, and would be bundled, is not what package-lock.json says, and the hash would. */
export class PackageMismatchError extends Error {
  /** @override */
  name = "PackageMismatchError";

  /** @param {string} difference */
  constructor(difference) {
    super(`packages do not match package-lock.json: run npm ci (${difference})`);
  }
}

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {Record<string, string>} [peerDependencies]
 */

/**
 * The hash that names a build: the same for the same sources of floors 0 to 4 and the same versions of the packages that
 * they use, directly or not, wherever they lie.
 *
 * @param {string} root the repository's directory
 * @returns {string} 12 hexadecimal digits
 * @throws {PackageMismatchError} when one of those packages is installed otherwise than package-lock.json says
 * @throws {Error} when a package that is used is not in package-lock.json
 */
export function computeBuildHash(root) {
  const hash = createHash("sha256");
  /** @type {Set<string>} */
  const packages = new Set();
  for (const path of listSources(root)) {
    // A checkout may have given the lines another ending.
    const content = readFileSync(join(root, path), "utf8").replaceAll("\r\n", "\n");
    for (const [, specifier] of content.matchAll(IMPORT)) packages.add(packageOf(/** @type {string} */ (specifier)));
    hash.update(`${path}\0${content.length}\0${content}\0`);
  }
  for (const line of lockedClosure(root, packages)) hash.update(`${line}\0`);
  return hash.digest("hex").slice(0, DIGITS);
}

/**
 * The sources that a build's hash covers, sorted, with "/" between folders.
 *
 * @param {string} root
 * @returns {string[]}
 */
export function listSources(root) {
  /** @type {string[]} */
  const found = [];
  /** @param {string} folder */
  const walk = (folder) => {
    if (NOT_SIMULATED.includes(folder)) return;
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (/\.(ts|json)$/.test(entry.name)) found.push(path);
    }
  };
  for (const folder of SIMULATED_FOLDERS) if (existsSync(join(root, folder))) walk(folder);
  return found.sort();
}

/**
 * One line for each package that is reached from `names`: where it is installed, its version and the hash of its archive.
 *
 * @param {string} root
 * @param {Iterable<string>} names
 * @returns {string[]}
 */
function lockedClosure(root, names) {
  const locked = readPackages(root, LOCK);
  /** @type {Record<string, LockedPackage> | undefined} */
  let installed;
  /** @type {Map<string, string>} */
  const lines = new Map();
  /**
   * @param {string} name
   * @param {string} from where the package that needs it is installed
   * @param {boolean} required
   */
  const visit = (name, from, required) => {
    const place = resolvePlace(locked, name, from);
    if (place === undefined) {
      if (!required) return;
      throw new Error(`package '${name}', used by ${from || "the sources"}, is not in ${LOCK}: run npm install`);
    }
    installed ??= readPackages(root, INSTALLED);
    const found = resolvePlace(installed, name, from);
    // An optional one may be for another platform.
    if (found !== place && (required || found !== undefined)) {
      throw new PackageMismatchError(
        found === undefined ? `${place} is missing` : `${found} is in the way of ${place}`,
      );
    }
    if (lines.has(place)) return;
    const entry = /** @type {LockedPackage} */ (locked[place]);
    if (found !== undefined) checkInstalled(root, place, entry, /** @type {LockedPackage} */ (installed[place]));
    lines.set(place, `${place} ${entry.version} ${entry.integrity}`);
    for (const dependency of Object.keys(entry.dependencies ?? {})) visit(dependency, place, true);
    for (const dependency of Object.keys(entry.optionalDependencies ?? {})) visit(dependency, place, false);
    for (const dependency of Object.keys(entry.peerDependencies ?? {})) visit(dependency, place, false);
  };
  for (const name of names) visit(name, "", true);
  return [...lines.values()].sort();
}

/**
 * @param {string} root
 * @param {string} file a lock file
 * @returns {Record<string, LockedPackage>} the packages by the place where each is installed
 */
function readPackages(root, file) {
  const path = join(root, file);
  if (file === INSTALLED && !existsSync(path)) throw new PackageMismatchError(`${file} is missing`);
  return JSON.parse(readFileSync(path, "utf8")).packages;
}

/**
 * npm's note and the package itself: somebody else than npm may have put another in its place.
 *
 * @param {string} root
 * @param {string} place
 * @param {LockedPackage} locked
 * @param {LockedPackage} installed
 */
function checkInstalled(root, place, locked, installed) {
  const manifest = join(root, place, "package.json");
  if (!existsSync(manifest)) throw new PackageMismatchError(`${place} is missing`);
  const { version } = JSON.parse(readFileSync(manifest, "utf8"));
  for (const found of [version, installed.version]) {
    if (found !== locked.version) throw new PackageMismatchError(`${place} is ${found}, not ${locked.version}`);
  }
  if (installed.integrity !== locked.integrity) {
    throw new PackageMismatchError(`${place} ${version} came from another archive`);
  }
}

/**
 * Where Node finds package `name` from a package installed at `from`: the nearest node_modules going up.
 *
 * @param {Record<string, LockedPackage>} locked
 * @param {string} name
 * @param {string} from
 * @returns {string | undefined}
 */
function resolvePlace(locked, name, from) {
  for (
    let base = from;
    ;
    base = base.includes("/node_modules/") ? base.slice(0, base.lastIndexOf("/node_modules/")) : ""
  ) {
    const place = base === "" ? `node_modules/${name}` : `${base}/node_modules/${name}`;
    if (Object.hasOwn(locked, place)) return place;
    if (base === "") return undefined;
  }
}

/** @param {string} specifier */
function packageOf(specifier) {
  const [first = "", second = ""] = specifier.split("/");
  return first.startsWith("@") ? `${first}/${second}` : first;
}
