/** Runs the drain's checks and seeds in headless Chromium, and compares the seeds' fingerprints with Node's. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { BROWSER_ALIASES } from "../../tooling/browser-packages.js";
import { computeBuildHash } from "../../tooling/build-hash.js";
import { bundleForNode } from "../support/bundle-for-node.js";
import { compareFingerprints } from "../support/compare-fingerprints.js";
import { launchChromium } from "./chromium.js";

const SEEDS = 300;

/** What the page does, as text: its names are a browser's, not Node's. */
const RUN_WORKER = `new Promise((resolve, reject) => {
  const worker = new Worker("/worker.js", { type: "module" });
  worker.onerror = (event) => reject(new Error(event.message));
  worker.onmessage = ({ data }) => ("error" in data ? reject(new Error(data.error)) : resolve(data.value));
  worker.postMessage(${SEEDS});
})`;

const root = join(import.meta.dirname, "../..");

/**
 * @param {string} folder
 * @returns {Promise<string>} the bundled worker's source
 */
async function bundleWorker(folder) {
  await build({
    configFile: false,
    root,
    logLevel: "error",
    define: { __FAULTLINE_BUILD__: JSON.stringify(computeBuildHash(root)) },
    resolve: { alias: BROWSER_ALIASES },
    build: {
      target: "es2022",
      outDir: join(folder, "page"),
      minify: false,
      modulePreload: false,
      rolldownOptions: {
        input: join(import.meta.dirname, "page/worker.ts"),
        output: { entryFileNames: "worker.js", codeSplitting: false },
      },
    },
  });
  return readFileSync(join(folder, "page/worker.js"), "utf8");
}

/**
 * Serves the page and its worker on this machine only.
 *
 * @param {string} worker
 * @returns {Promise<{ url: string, close: () => void }>}
 */
function serve(worker) {
  const server = createServer((request, response) => {
    const isWorker = request.url === "/worker.js";
    response.setHeader("content-type", isWorker ? "text/javascript" : "text/html");
    response.end(isWorker ? worker : "<!doctype html><title>Faultline</title>");
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("no port to serve on");
      resolve({ url: `http://127.0.0.1:${address.port}/`, close: () => server.close() });
    });
  });
}

/**
 * @param {string} worker
 * @returns {Promise<import("./browser-answer.ts").BrowserAnswer>}
 */
async function runInBrowser(worker) {
  const server = await serve(worker);
  const browser = await launchChromium();
  try {
    process.stdout.write(`Chromium ${browser.version()}\n`);
    const page = await browser.newPage();
    await page.goto(server.url);
    return await page.evaluate(RUN_WORKER);
  } finally {
    await browser.close();
    server.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), "faultline-browser-"));
try {
  const program = await bundleForNode(join(import.meta.dirname, "../node-versions/main.ts"), folder);
  const answer = await runInBrowser(await bundleWorker(folder));
  const { status, stdout } = spawnSync(process.execPath, [program, String(SEEDS)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`the same seeds in Node ended with ${status}`);
  for (const fault of answer.faults) process.stdout.write(`drain: ${fault}\n`);
  process.stdout.write(
    `drain: ${answer.faults.length} faults, ${(answer.stepsPerSecond / 1e6).toFixed(1)} M steps/s\n`,
  );
  const equal = compareFingerprints(
    `Node ${process.versions.node}`,
    JSON.parse(stdout),
    "Chromium",
    answer.fingerprints,
  );
  if (!equal || answer.faults.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
