/**
 * The page of a report, measured in headless Chromium: its size, the time to its first screen, how fast its worker runs seeds
 * beside Node, and how long frames take: `npm run bench:ui`, with the path of a report's page, or that of an empty one.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launchChromium } from "../test/browser/chromium.js";
import { bundleForNode } from "../test/support/bundle-for-node.js";
import { buildPage } from "../tooling/build-page.js";
import { measureTimelineFrames } from "./timeline-frames.js";

const LOADS = 7;
/** The first paint that shows something, since the file was asked for. */
const FIRST_PAINT = `performance.getEntriesByName("first-contentful-paint")[0].startTime`;
/** Runs of each side, in turns, so that a busy machine is busy for both. */
const ROUNDS = 5;
const SUBJECTS = /** @type {const} */ ([
  { scenario: "compaction-race", topology: "shared-disk:as-written", seed: 3 },
  { scenario: "failover", topology: "wal-stream:semi", seed: 5 },
  { scenario: "failover", topology: "raft:read-index", seed: 2 },
]);

/** What the page does, as text: its names are a browser's, not Node's. The worker is the page's own, and kept. */
const RUN_IN_WORKER = `(async (subject) => {
  const unpack = async () => {
    const packed = Uint8Array.from(atob(document.getElementById("engine-room").content.textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Worker(URL.createObjectURL(new Blob([await new Response(stream).text()])));
  };
  const worker = (globalThis.measured ??= await unpack());
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }) => {
      if (data.type === "done") resolve({ elapsed: data.outcome.elapsed, fingerprint: data.outcome.fingerprint });
      if (data.type === "refused") reject(new Error(data.reason));
    };
    worker.postMessage({ subject, wanted: "verdict" });
  });
})`;

/** @typedef {import("playwright-core").Browser} Browser */
/** @typedef {import("./ui/run-in-node.ts").Timed} Timed */

/** @param {readonly number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/**
 * @param {string} what
 * @param {string} figure
 * @param {string} target
 */
function print(what, figure, target) {
  process.stdout.write(`${what.padEnd(46)} ${figure.padStart(12)}   target ${target}\n`);
}

/**
 * @param {Browser} browser
 * @param {string} address
 * @returns {Promise<number>} milliseconds until the first screen is painted, median
 */
async function timeToFirstScreen(browser, address) {
  /** @type {number[]} */
  const times = [];
  for (let load = 0; load < LOADS; load++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(address);
    await page.waitForSelector("h1");
    times.push(Number(await page.evaluate(FIRST_PAINT)));
    await context.close();
  }
  return median(times);
}

/**
 * The same runs in the worker of the page and in Node.
 *
 * @param {Browser} browser
 * @param {string} address
 * @param {string} folder
 */
async function compareRuns(browser, address, folder) {
  const { runInNode } = await import(
    pathToFileURL(await bundleForNode(join(import.meta.dirname, "ui/run-in-node.ts"), folder)).href
  );
  const page = await browser.newPage();
  await page.goto(address);
  await page.waitForSelector("h1");
  /** @type {number[]} */
  const ratios = [];
  for (const subject of SUBJECTS) {
    /** @type {Timed[]} */
    const here = [];
    /** @type {Timed[]} */
    const there = [];
    for (let round = 0; round < ROUNDS; round++) {
      here.push(await runInNode(subject));
      there.push(await runInWorker(page, subject));
    }
    const fingerprints = new Set([...here, ...there].map(({ fingerprint }) => fingerprint));
    if (fingerprints.size !== 1) throw new Error(`${subject.scenario}: the page and Node disagree`);
    const [node, worker] = [here, there].map((runs) => median(runs.map(({ elapsed }) => elapsed)));
    const ratio = (node ?? NaN) / (worker ?? NaN);
    ratios.push(ratio);
    process.stdout.write(
      `  ${subject.scenario} on ${subject.topology}: Node ${node?.toFixed(0)} ms, page ${worker?.toFixed(0)} ms\n`,
    );
  }
  return Math.min(...ratios);
}

/**
 * @param {import("playwright-core").Page} page
 * @param {(typeof SUBJECTS)[number]} subject
 * @returns {Promise<Timed>}
 */
async function runInWorker(page, subject) {
  return page.evaluate(`${RUN_IN_WORKER}(${JSON.stringify(subject)})`);
}

const folder = mkdtempSync(join(tmpdir(), "faultline-ui-"));
const [given] = process.argv.slice(2);
await buildPage();
const file = given ?? join(import.meta.dirname, "../dist/page/report.html");
const browser = await launchChromium();
try {
  const address = pathToFileURL(file).href;
  print("size of the file", `${(statSync(file).size / 1e6).toFixed(2)} MB`, "below 2 MB");
  print("time to the first screen", `${(await timeToFirstScreen(browser, address)).toFixed(0)} ms`, "below 1,000 ms");
  print(
    "speed of runs in the page, beside Node",
    (await compareRuns(browser, address, folder)).toFixed(2),
    "at least 0.33",
  );
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
for (const [what, times] of Object.entries(await measureTimelineFrames())) {
  print(`frame, 100,000 events, ${what}, p95`, `${times.p95.toFixed(1)} ms`, "below 16.6 ms");
}
