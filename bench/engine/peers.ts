import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Installs the packages that only this benchmark needs, unless they are there. */
export function installPeers(benchFolder: string): void {
  if (
    existsSync(join(benchFolder, "node_modules", "lmdb")) &&
    existsSync(join(benchFolder, "node_modules", "classic-level"))
  )
    return;
  console.log("installing the peers of bench/package.json, once...");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: benchFolder, stdio: "inherit" });
  if (status !== 0) throw new Error(`npm ci in ${benchFolder} failed; the benchmark needs its packages`);
}

/** A package of bench/package.json. The bundle that asks for it lies in another folder, so it is looked up by path. */
export async function importPeer(benchFolder: string, name: string): Promise<unknown> {
  const path = createRequire(join(benchFolder, "package.json")).resolve(name);
  return import(/* @vite-ignore */ pathToFileURL(path).href);
}
