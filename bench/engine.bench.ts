import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { EngineProcess, type EngineRequest } from "./engine/engine-process.ts";
import { installPeers } from "./engine/peers.ts";
import { BASELINE, CONTENDERS, ROWS, Runner, type Footprint } from "./engine/runner.ts";
import { WORKLOADS, type Outcome } from "./engine/workloads.ts";
import { rate } from "./measure.ts";

/**
 * This engine on a real disk, beside classic-level and lmdb: db_bench's workloads, row by row, the engines in turn, each in
 * a process of its own.
 */

const USAGE = `usage: npm run bench:engine -- [--keys 100000,1000000] [--rounds N] [--only ROWS] [--engines NAMES] [--directory PATH]

  --keys       entries to load; several sizes, separated by commas
  --rounds     how often all is done anew; medians are printed (default: 3, above 200000 keys 1)
  --only       a regular expression: only rows whose "name, mode" it matches are timed
  --engines    which of ${Object.keys(CONTENDERS).join(", ")}
  --directory  where the databases go (default: under dist/)`;

const script = fileURLToPath(import.meta.url);
const root = join(dirname(script), "..", "..", "..", "..");
const benchFolder = join(root, "bench");
const DURABLE_WRITES = 200;
/** Rows that only read, or walk one entry at a time, do not need more operations than this. */
const MOST_READS = 200_000;

if (process.argv[2] === "engine-process") await serve(process.argv.slice(3));
else await compare();

/** The process of one engine: does what it is told. */
async function serve([name = "", directory = "", keys = "", durableWrites]: readonly string[]): Promise<void> {
  const contender = CONTENDERS[name]?.(benchFolder);
  if (contender === undefined) throw new Error(`unknown engine ${name}`);
  const scale = { keys: Number(keys), reads: Math.min(Number(keys), MOST_READS), durableWrites: 1_000 };
  const runner = new Runner(contender, directory, scale);
  if (durableWrites !== undefined) {
    await runner.durableWrites(Number(durableWrites));
    return;
  }
  process.on("message", (request: EngineRequest) => {
    const answer = async (): Promise<unknown> => {
      if (request.kind === "warm-up") return runner.warmUp();
      if (request.kind === "row") return runner.row(request.row);
      if (request.kind === "footprint") return runner.footprint();
      await runner.close();
      return undefined;
    };
    answer().then(
      (result) => {
        process.send?.({ result: result ?? null });
        if (request.kind === "end") process.disconnect();
      },
      (error: unknown) => {
        console.error(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        process.exit(1);
      },
    );
  });
}

async function compare(): Promise<void> {
  const { values } = parseArgs({
    options: {
      keys: { type: "string", default: "100000,1000000" },
      rounds: { type: "string" },
      only: { type: "string", default: "" },
      engines: { type: "string", default: Object.keys(CONTENDERS).join(",") },
      directory: { type: "string", default: join(root, "dist", "bench-databases") },
      help: { type: "boolean", default: false },
    },
  });
  const engines = values.engines.split(",");
  const sizes = values.keys.split(",").map(Number);
  const bad =
    engines.some((name) => !(name in CONTENDERS)) || sizes.some((size) => !Number.isSafeInteger(size) || size < 1_000);
  if (values.help || bad) {
    console.log(USAGE);
    process.exitCode = values.help ? 0 : 254;
    return;
  }
  if (engines.some((name) => name !== "faultline")) installPeers(benchFolder);
  mkdirSync(values.directory, { recursive: true });
  const directory = mkdtempSync(join(values.directory, "run-"));
  try {
    for (const keys of sizes) {
      const rounds = Number(values.rounds ?? (keys > 200_000 ? 1 : 3));
      await compareAt(keys, rounds, engines, new RegExp(values.only), directory);
    }
    if ("fillsync, awaited".match(values.only)) reportSyncs(engines, directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function compareAt(
  keys: number,
  rounds: number,
  engines: readonly string[],
  only: RegExp,
  directory: string,
): Promise<void> {
  const outcomes = new Map<string, number[]>();
  const footprints = new Map<string, Footprint>();
  for (let round = 0; round < rounds; round++) {
    const processes = engines.map((name) => new EngineProcess(script, name, join(directory, name), keys));
    for (const child of processes) await child.ask({ kind: "warm-up" });
    for (const [row, { name, mode, on }] of ROWS.entries()) {
      if (row === WORKLOADS.length) {
        for (const child of processes)
          footprints.set(child.name, (await child.ask({ kind: "footprint" })) as Footprint);
      }
      // What a later row reads must be written, timed or not.
      const needed = only.test(`${name}, ${mode}`) || (on === "new" && name === "fillrandom") || name === "overwrite";
      if (!needed) continue;
      for (const child of processes) {
        const outcome = (await child.ask({ kind: "row", row })) as Outcome | null;
        if (outcome === null) continue;
        const key = `${row} ${child.name}`;
        outcomes.set(key, [...(outcomes.get(key) ?? []), outcome.operations / outcome.seconds]);
      }
    }
    for (const child of processes) await child.ask({ kind: "end" });
  }
  const medianOf = (row: number, engine: string): number | undefined => {
    const rates = outcomes.get(`${row} ${engine}`)?.sort((a, b) => a - b);
    return rates?.[Math.floor(rates.length / 2)];
  };
  console.log(
    `\n${keys.toLocaleString("en")} keys of 16 B, values of 100 B; median of ${rounds}; in brackets, times ${BASELINE}\n`,
  );
  const cells: string[][] = [["", "", ...engines]];
  for (const [row, { name, mode }] of ROWS.entries()) {
    const baseline = medianOf(row, BASELINE);
    const found = engines.map((engine) => medianOf(row, engine));
    if (found.every((value) => value === undefined)) continue;
    cells.push([
      name,
      mode === "batch" ? "batches of 1000" : mode,
      ...engines.map((engine, i) => {
        const value = found[i];
        if (value === undefined) return "-";
        return engine === BASELINE || baseline === undefined
          ? rate(value)
          : `${rate(value)} (${(value / baseline).toFixed(2)})`;
      }),
    ]);
  }
  const footprintRow = (label: string, unit: string, value: (footprint: Footprint) => string): void => {
    cells.push([label, unit, ...engines.map((engine) => value(footprints.get(engine) as Footprint))]);
  };
  footprintRow("resident memory", "largest", ({ residentBytes }) => `${(residentBytes / 1e6).toFixed(0)} MB`);
  footprintRow("space amplification", "compacted", ({ spaceAmplification }) => spaceAmplification.toFixed(2));
  printTable(cells);
}

/** Counts the system calls that flush to the disk, so that the row "fillsync" can be believed. */
function reportSyncs(engines: readonly string[], directory: string): void {
  console.log(`\ncalls of fsync, fdatasync and msync for ${DURABLE_WRITES} writes of the row fillsync`);
  const tracer = "strace";
  if (spawnSync(tracer, ["-V"]).status !== 0) {
    console.log(`  not counted: ${tracer} is not installed`);
    return;
  }
  for (const name of engines) {
    const count = (writes: number): number => {
      const output = join(directory, "strace");
      const traced = ["-f", "-qq", "-o", output, "-e", "trace=fsync,fdatasync,msync", process.execPath, script];
      const { status } = spawnSync(
        tracer,
        [...traced, "engine-process", name, join(directory, name), "1000", String(writes)],
        { stdio: ["ignore", "ignore", "inherit"] },
      );
      if (status !== 0) throw new Error(`${name} failed under ${tracer}; see above`);
      return readFileSync(output, "utf8").match(/(fsync|fdatasync|msync)\(/g)?.length ?? 0;
    };
    const opening = count(0);
    console.log(`  ${name.padEnd(15)} ${count(DURABLE_WRITES) - opening}, and ${opening} to open and close`);
  }
}

function printTable(cells: readonly (readonly string[])[]): void {
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  for (const row of cells) {
    console.log(
      `  ${row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ")}`,
    );
  }
}
