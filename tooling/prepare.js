import { chmodSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildCommandLine } from "./build-cli.js";
import { buildLibrary } from "./build-library.js";
import { buildPage } from "./build-page.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Puts `faultline` where npm's scripts and old versions of npx look for commands: they know only those of the packages
 * installed, not the one that they are in. Recent versions of npx find it in package.json.
 */
function linkCommand() {
  const launcher = join(root, "cli/faultline.js");
  chmodSync(launcher, 0o755);
  // Windows needs shims in place of links; there, recent versions of npx do without.
  if (process.platform === "win32") return;
  const folder = join(root, "node_modules/.bin");
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, "faultline"), { force: true });
  symlinkSync("../../cli/faultline.js", join(folder, "faultline"));
}

linkCommand();
// npx prepares a checkout before its first command there, even one without packages; were that to fail, npx would not work
// there again. The launcher makes the bundle, or says what it lacks.
if (process.env["npm_command"] !== "exec") {
  await buildCommandLine();
  await buildLibrary();
  await buildPage();
}
