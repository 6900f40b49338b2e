import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { cruise } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import configuration, { FLOORS } from "../.dependency-cruiser.js";

/** Beside the floors, what may import anything but must not make cycles or lead nowhere. */
const OTHERS = ["test", "bench"];

/**
 * @typedef {object} Boundaries
 * @property {string[]} violations one line each
 * @property {ReadonlyMap<string, number>} modules how many were read, by folder
 */

/**
 * Reads every module under `root` and checks what it imports against the floors.
 *
 * @param {string} root
 * @returns {Promise<Boundaries>}
 */
export async function checkBoundaries(root) {
  const folders = [...Object.keys(FLOORS), ...OTHERS].filter((folder) => existsSync(join(root, folder)));
  const { options, forbidden } = configuration;
  const { output } = await cruise(
    folders,
    { ...options, baseDir: root, ruleSet: { forbidden }, validate: true },
    undefined,
    { tsConfig: extractTSConfig(join(resolve(import.meta.dirname, ".."), "tsconfig.json")) },
  );
  if (typeof output === "string") throw new Error(`dependency-cruiser answered with text: ${output}`);
  const modules = new Map(
    folders.map((folder) => [
      folder,
      output.modules.filter(({ source }) => source.startsWith(`${folder}/`) && /\.tsx?$/.test(source)).length,
    ]),
  );
  // A reader that cannot read TypeScript finds no module and no violation: that is no success.
  const unread = folders.filter((folder) => modules.get(folder) === 0 && hasSources(join(root, folder)));
  const violations = [
    ...output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`),
    ...unread.map((folder) => `nothing was read in ${folder}/, although there are sources`),
    ...([...modules.values()].every((count) => count === 0) ? ["nothing was read at all"] : []),
  ];
  return { violations, modules };
}

/** @param {string} folder */
function hasSources(folder) {
  return readdirSync(folder, { recursive: true }).some((name) => /\.tsx?$/.test(String(name)));
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url) {
  const { violations, modules } = await checkBoundaries(join(import.meta.dirname, ".."));
  const comments = new Map(configuration.forbidden?.map(({ name, comment }) => [name, comment]));
  for (const violation of violations) {
    process.stderr.write(`${violation}\n`);
    const comment = comments.get(violation.slice(0, violation.indexOf(":")));
    if (comment !== undefined) process.stderr.write(`  ${comment}\n`);
  }
  const counts = [...modules].map(([folder, count]) => `${folder} ${count}`).join(", ");
  process.stdout.write(`boundaries: ${violations.length} violations; modules read: ${counts}\n`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
