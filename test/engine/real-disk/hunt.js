#!/usr/bin/env node
/** Kills a writing process for many rounds: `npm run hunt:kill -- 2000`. Stops, and ends with 1, at the first wrong one. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundleForNode } from "../../support/bundle-for-node.js";

const rounds = Number(process.argv[2] ?? 500);
if (!Number.isSafeInteger(rounds) || rounds < 1) {
  console.error("usage: npm run hunt:kill -- [ROUNDS]");
  process.exit(254);
}
const folder = mkdtempSync(join(tmpdir(), "faultline-hunt-"));
const victim = await bundleForNode(fileURLToPath(new URL("./victim.ts", import.meta.url)), join(folder, "victim"));
const ordealModule = await bundleForNode(join(import.meta.dirname, "kill-ordeal.ts"), join(folder, "ordeal"));
const { KillOrdeal } = await import(pathToFileURL(ordealModule).href);
const ordeal = new KillOrdeal(victim, mkdtempSync(join(folder, "database-")), Math.random);
const begin = performance.now();
try {
  for (let round = 1; round <= rounds; round++) {
    await ordeal.round();
    if (round % 100 === 0 || round === rounds) {
      const { beforeOpen, keptInFlight, lostInFlight, writes } = ordeal.toll;
      console.log(
        `${round} kills in ${((performance.now() - begin) / 1_000).toFixed(0)} s, ${beforeOpen} of them before the database was open; ` +
          `${writes} writes; of those under way at a death ${keptInFlight} are there, ${lostInFlight} not; none promised is missing`,
      );
    }
  }
  rmSync(folder, { recursive: true, force: true });
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  console.error(`the database is kept in ${folder}`);
  process.exitCode = 1;
}
