/**
 * How long the timeline's frames take while one pans and zooms, in headless Chromium: `node bench/timeline-frames.js`, with the
 * number of events if not 100,000. The browser does not wait for a screen, so that a frame takes as long as its work does.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { build } from "vite";

const DEFAULT_EVENTS = 100_000;
const BROWSER = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-frame-rate-limit", "--disable-gpu-vsync"].concat([
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
]);
const root = join(import.meta.dirname, "..");

/** @typedef {import("./timeline/frame-times.ts").FrameTimes} FrameTimes */

/**
 * @param {number} events
 * @returns {Promise<Record<string, FrameTimes>>} by what is done; times are in milliseconds
 */
export async function measureTimelineFrames(events = DEFAULT_EVENTS) {
  const { script, style } = await bundlePage(events);
  const browser = await chromium.launch({ executablePath: BROWSER, args: FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    await page.setContent("<!doctype html><title>Timeline</title><body></body>");
    await page.addStyleTag({ content: style });
    await page.addScriptTag({ content: script });
    await page.waitForFunction("globalThis.runView !== undefined");
    return await page.evaluate("measureFrames()");
  } finally {
    await browser.close();
  }
}

/** @param {number} events */
async function bundlePage(events) {
  const built = await build({
    configFile: false,
    root,
    logLevel: "silent",
    define: { "process.env.NODE_ENV": JSON.stringify("production"), __TIMELINE_EVENTS__: String(events) },
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      cssCodeSplit: false,
      rolldownOptions: {
        input: join(root, "bench/timeline/page.tsx"),
        output: { format: "iife", entryFileNames: "program.js", codeSplitting: false },
      },
    },
  });
  const [{ output }] = /** @type {[import("vite").Rolldown.RolldownOutput]} */ (Array.isArray(built) ? built : [built]);
  const script = output.map((part) => (part.type === "chunk" ? part.code : "")).join("");
  const style = output.map((part) => (part.type === "asset" ? String(part.source) : "")).join("");
  return { script, style };
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url) {
  const results = await measureTimelineFrames(Number(process.argv[2] ?? DEFAULT_EVENTS));
  console.log("frame times in ms".padEnd(32), "p50".padStart(7), "p95".padStart(7), "worst".padStart(7));
  for (const [what, { p50, p95, worst }] of Object.entries(results)) {
    console.log(what.padEnd(32), ...[p50, p95, worst].map((time) => time.toFixed(1).padStart(7)));
  }
}
