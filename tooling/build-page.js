import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { deflateRawSync } from "node:zlib";
import { BROWSER_ALIASES } from "./browser-packages.js";
import { computeBuildHash } from "./build-hash.js";
import { replaceFolder } from "./replace-folder.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The first browsers that unpack what the page carries (DecompressionStream). */
const TARGET = ["chrome105", "firefox113", "safari16.4"];

/**
 * Bundles the page of a report into dist/page/report.html: one file with its style, program and worker within it, and a place for
 * a report's data.
 */
export async function buildPage() {
  const start = new Date();
  const hash = computeBuildHash(root);
  const worker = await bundle("report-ui/engine-room/worker.ts", hash);
  const page = await bundle("report-ui/main.tsx", hash);
  const html = assemble(readFileSync(join(root, "report-ui/page.html"), "utf8"), hash, page, worker.script);
  await replaceFolder(join(root, "dist/page"), async (folder) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "report.html"), html);
    // Sources changed while it was made are newer than it.
    utimesSync(join(folder, "report.html"), start, start);
  });
}

/**
 * @typedef {object} Bundle
 * @property {string} script
 * @property {string} style
 */

/**
 * @param {string} entry
 * @param {string} hash of the build
 * @returns {Promise<Bundle>} one classic script, and the style sheets that it imports
 */
async function bundle(entry, hash) {
  const { build } = await import("vite");
  const built = await build({
    configFile: false,
    root,
    logLevel: "silent",
    define: {
      __FAULTLINE_BUILD__: JSON.stringify(hash),
      "process.env.NODE_ENV": JSON.stringify("production"),
    },
    resolve: { alias: BROWSER_ALIASES },
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      write: false,
      target: TARGET,
      modulePreload: false,
      cssCodeSplit: false,
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: join(root, entry),
        output: { format: "iife", entryFileNames: "program.js", codeSplitting: false },
      },
    },
  });
  const [{ output }] = /** @type {[import("vite").Rolldown.RolldownOutput]} */ (Array.isArray(built) ? built : [built]);
  const script = output.flatMap((part) => (part.type === "chunk" ? [part.code] : []));
  const styles = output.flatMap((part) =>
    part.type === "asset" && part.fileName.endsWith(".css") ? [String(part.source)] : [],
  );
  if (script.length !== 1) throw new Error(`${entry} became ${script.length} scripts rather than one`);
  return { script: /** @type {string} */ (script[0]), style: styles.join("\n") };
}

/**
 * @param {string} html
 * @param {string} hash of the build
 * @param {Bundle} page
 * @param {string} worker
 */
function assemble(html, hash, { script, style }, worker) {
  // An HTML parser looks for these within a script, whatever quotes stand around them.
  const program = script.replaceAll(/<(?=\/script|!--)/gi, "\\x3C");
  const sheet = style.trim();
  const parts = {
    "{{build}}": hash.slice(0, 7),
    "{{script-hash}}": hashOf(program),
    "{{style-hash}}": hashOf(sheet),
    "{{style}}": sheet,
    "{{program}}": program,
    "{{engine-room}}": deflateRawSync(worker, { level: 9 }).toString("base64"),
  };
  // One pass: what is put in is not looked at again.
  return html.replaceAll(/\{\{[a-z-]+\}\}/g, (name) => parts[/** @type {keyof typeof parts} */ (name)] ?? name);
}

/** @param {string} text */
function hashOf(text) {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url) await buildPage();
