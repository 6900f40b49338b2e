import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { build } from "./build.ts";
import type { CrashJob } from "./crash-messages.ts";
import type { SavedTally } from "./crash-tally.ts";
import { UsageError } from "./usage-error.ts";

/** The jobs of a crash exploration that are done, and what they came to. */
export interface SavedExploration {
  readonly done: readonly string[];
  readonly tally: SavedTally;
}

/** In the file, beside what is saved: what it is about. */
interface Header {
  readonly format: "faultline-crash-1";
  readonly build: string;
  /** What decides which jobs there are, as text. */
  readonly settings: string;
}

const FORMAT = "faultline-crash-1";

/** A job by a name that no other job of its exploration has. */
export function jobName(job: CrashJob): string {
  return "model" in job ? `${job.kind} ${job.workload} ${job.model}` : `${job.kind} ${job.workload}`;
}

/**
 * What was saved in a file; undefined when there is none.
 *
 * @throws UsageError when it is none of this build's, or of another exploration: its states would be counted with others
 */
export function loadExploration(path: string, settings: string): SavedExploration | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new UsageError(`--resume: ${path} cannot be read: ${(error as Error).message}`);
  }
  let saved: (Header & SavedExploration) | undefined;
  try {
    saved = JSON.parse(text) as Header & SavedExploration;
  } catch {
    // Told below, with whatever else is no such file.
  }
  if (saved?.format !== FORMAT) throw new UsageError(`--resume: ${path} is no saved exploration`);
  if (saved.build !== build) {
    throw new UsageError(`--resume: ${path} was saved by build ${saved.build}`, `this is build ${build}`);
  }
  if (saved.settings !== settings) throw new UsageError(`--resume: ${path} is of an exploration with other options`);
  return saved;
}

/** Saves an exploration in a file: whenever the machine fails, the file holds what was saved last, or before. */
export function saveExploration(path: string, settings: string, saved: SavedExploration): void {
  const header: Header = { format: FORMAT, build, settings };
  const temporary = `${path}.tmp`;
  const file = openSync(temporary, "w");
  try {
    writeSync(file, JSON.stringify({ ...header, ...saved }));
    // Without it the rename could be durable before the content, and the file come back empty.
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}
