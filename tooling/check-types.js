import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const compiler = createRequire(import.meta.url).resolve("typescript/lib/tsc.js");
const state = join(root, "node_modules/.cache/typescript");

/** Each project sees the types of the platform that its code runs on, and no others. */
const PROJECTS = ["tsconfig.floors.json", "tsconfig.json", "tsconfig.browser.json", "tsconfig.page.json"];

/**
 * @param {string} project
 * @returns {Promise<boolean>} whether no error was found; those found are printed
 */
function check(project) {
  const parameters = ["-p", project, "--incremental", "--tsBuildInfoFile", join(state, `${project}.tsbuildinfo`)];
  const child = spawn(process.execPath, [compiler, ...parameters], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (printed += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      if (status !== 0) process.stdout.write(`${project}:\n${printed}`);
      resolve(status === 0);
    });
  });
}

const outcomes = await Promise.all(PROJECTS.map(check));
process.exitCode = outcomes.every(Boolean) ? 0 : 1;
