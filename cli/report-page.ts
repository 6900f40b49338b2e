import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import type { SuiteReport } from "../report/suite-report.ts";
import { build } from "./build.ts";

/** Beside the command line's own bundle, wherever that is. */
const TEMPLATE = new URL("../page/report.html", import.meta.url);
/** In a checkout, what makes it, and what it is made of beside the sources that a build's hash covers. */
const BUILDER = new URL("../../tooling/build-page.js", import.meta.url);
const SOURCES = ["../../report-ui", "../../report", "../../tooling/build-page.js"].map(
  (path) => new URL(path, import.meta.url),
);

const PLACE = '<template id="report"></template>';

/** The page of a report cannot be made. */
export class PageError extends Error {
  override readonly name = "PageError";
}

/**
 * The page of a report: one file with all that it needs within itself.
 *
 * @throws PageError when the page's program is not there, or cannot be made anew in a checkout where its sources have changed
 */
export function reportPage(report: SuiteReport): string {
  const template = readTemplate();
  const at = template.indexOf(PLACE);
  if (at === -1) throw new PageError("the page's program is damaged: run npm run build");
  // Base64 has no character that HTML knows.
  const packed = deflateRawSync(JSON.stringify(report), { level: 9 }).toString("base64");
  return `${template.slice(0, at)}<template id="report">${packed}</template>${template.slice(at + PLACE.length)}`;
}

function readTemplate(): string {
  const inCheckout = existsSync(BUILDER);
  const known = existsSync(TEMPLATE) ? readFileSync(TEMPLATE, "utf8") : undefined;
  // A page of another build would run seeds to other fingerprints.
  const fits = known?.includes(`data-build="${build}"`) === true;
  if (known !== undefined && fits && !(inCheckout && sourcesChanged())) return known;
  if (!inCheckout) throw new PageError("this package is incomplete: its page is missing; install it anew");
  try {
    execFileSync(process.execPath, [fileURLToPath(BUILDER)], { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    throw new PageError(`the page could not be bundled: ${error instanceof Error ? error.message : String(error)}`);
  }
  return readFileSync(TEMPLATE, "utf8");
}

function sourcesChanged(): boolean {
  const { mtimeMs } = statSync(TEMPLATE);
  return SOURCES.some((source) => changedSince(fileURLToPath(source), mtimeMs));
}

function changedSince(path: string, time: number): boolean {
  const stat = statSync(path);
  if (stat.mtimeMs > time) return true;
  return stat.isDirectory() && readdirSync(path).some((name) => changedSince(join(path, name), time));
}
