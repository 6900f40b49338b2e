/**
 * Packs the package, installs it into an empty folder under each supported version of Node, and runs a suite and a user's
 * own scenario there, as the README has it.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** In the order of their age; the first is the one that runs this. */
const VERSIONS = [process.versions.node, "22.23.3", "24.21.0"];

/** Holds the program `node` and no install script; the package `node` is a wrapper that fetches it. */
const NODE_PACKAGE = `node-${process.platform}-${process.arch}`;

/**
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {{ status: number | null, stdout: string }}
 */
function run(command, parameters, cwd, environment = process.env) {
  const { status, stdout, error } = spawnSync(command, parameters, {
    cwd,
    env: environment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 26,
  });
  if (error !== undefined) throw error;
  return { status, stdout };
}

/**
 * @param {string} what
 * @param {boolean} holds
 * @param {string} [seen]
 */
function check(what, holds, seen = "") {
  if (!holds) throw new Error(`${what}: not so\n${seen}`);
  process.stdout.write(`  ${what}\n`);
}

/**
 * The README's example of a scenario, which is thereby kept true.
 *
 * @returns {string}
 */
function exampleScenario() {
  const [, source] =
    /```js\n(\/\/ my-scenario\.mjs\n[\s\S]*?)```/.exec(readFileSync(join(root, "README.md"), "utf8")) ?? [];
  if (source === undefined) throw new Error("README.md has no example that begins with // my-scenario.mjs");
  return source;
}

/** The same in TypeScript. */
function typedExample() {
  return exampleScenario()
    .replace(/(from "faultline\/scenarios";\n)/, '$1import type { Scenario } from "faultline/scenarios";\n')
    .replace("export default {", "const scenario: Scenario = {")
    .replace(/\};\s*$/, "};\nexport default scenario;\n");
}

/**
 * @param {string} version
 * @param {string} folder
 * @returns {string} the program
 */
function nodeOf(version, folder) {
  if (version === process.versions.node) return process.execPath;
  const place = join(folder, `node-${version}`);
  mkdirSync(place);
  writeFileSync(join(place, "package.json"), "{}");
  run("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--silent", `${NODE_PACKAGE}@${version}`], place);
  return join(place, "node_modules", NODE_PACKAGE, "bin/node");
}

const folder = mkdtempSync(join(tmpdir(), "faultline-package-"));
try {
  // As npm pack does on a fresh clone: what is packed is bundled first.
  const packed = run("npm", ["pack", "--silent", "--pack-destination", folder], root);
  const archive = join(folder, packed.stdout.trim().split("\n").at(-1) ?? "");
  const npm = realpathSync(run("sh", ["-c", "command -v npm"], root).stdout.trim());
  for (const version of VERSIONS) {
    const node = nodeOf(version, folder);
    const home = join(folder, `on-${version}`);
    mkdirSync(home);
    writeFileSync(join(home, "package.json"), JSON.stringify({ private: true, type: "module" }));
    // npm and all that it starts find this version first.
    const environment = {
      ...process.env,
      PATH: `${dirname(node)}${delimiter}${process.env["PATH"] ?? ""}`,
      NO_COLOR: "1",
    };
    const actual = run(node, ["--print", "process.versions.node"], home, environment).stdout.trim();
    if (actual !== version) throw new Error(`asked for Node ${version} and got ${actual}`);
    process.stdout.write(`Node ${version}\n`);
    const installed = run(node, [npm, "install", "--no-audit", "--no-fund", "--silent", archive], home, environment);
    check("npm install of the packed archive into an empty folder", installed.status === 0);
    const faultline = join(home, "node_modules/.bin/faultline");

    const suite = run(faultline, ["run", "--suite", "ci", "--topology", "single", "--seeds", "3"], home, environment);
    check("faultline run --suite ci", suite.status === 0 && suite.stdout.includes("as expected"), suite.stdout);

    writeFileSync(join(home, "my-scenario.mjs"), exampleScenario());
    const own = run(faultline, ["run", "./my-scenario.mjs", "--seeds", "20"], home, environment);
    check("faultline run ./my-scenario.mjs", own.status === 0 && own.stdout.includes("✔"), own.stdout);

    if (Number.parseInt(version, 10) >= 24) {
      writeFileSync(join(home, "my-scenario.ts"), typedExample());
      const typed = run(faultline, ["run", "./my-scenario.ts", "--seeds", "20"], home, environment);
      check("faultline run ./my-scenario.ts", typed.status === 0, typed.stdout);
    }

    const other = run(
      faultline,
      ["run", "./my-scenario.mjs", "--topology", "single", "--seeds", "5"],
      home,
      environment,
    );
    check("the same on another topology", other.status === 0 && other.stdout.includes("· single ·"), other.stdout);
  }

  // Once is enough: types do not depend on the version of Node.
  const home = join(folder, `on-${process.versions.node}`);
  writeFileSync(join(home, "my-scenario.ts"), typedExample());
  const compilerOptions = { noEmit: true, strict: true, module: "nodenext", target: "es2022", types: [] };
  writeFileSync(join(home, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["my-scenario.ts"] }));
  const compiler = createRequire(import.meta.url).resolve("typescript/lib/tsc.js");
  const compiled = run(process.execPath, [compiler, "-p", "tsconfig.json"], home);
  check("the same scenario in TypeScript has types", compiled.status === 0, compiled.stdout);
} finally {
  rmSync(folder, { recursive: true });
}
