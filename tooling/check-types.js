import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const compiler = createRequire(import.meta.url).resolve("typescript/lib/tsc.js");
const state = join(root, "node_modules/.cache/typescript");

/** Each project sees the types of the platform that its code runs on, and no others. */
const PROJECTS = ["tsconfig.floors.json", "tsconfig.json", "tsconfig.browser.json"];

let failed = false;
for (const project of PROJECTS) {
  const parameters = ["-p", project, "--incremental", "--tsBuildInfoFile", join(state, `${project}.tsbuildinfo`)];
  const { status } = spawnSync(process.execPath, [compiler, ...parameters], { cwd: root, stdio: "inherit" });
  failed ||= status !== 0;
}
process.exitCode = failed ? 1 : 0;
