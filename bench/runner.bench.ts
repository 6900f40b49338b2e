import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { chooseAny } from "../cli/commands/choose.ts";
import { requestScenario } from "../cli/run-options.ts";
import { SuiteRun } from "../cli/suite-run.ts";
import { medians, print } from "./measure.ts";

const [name = "compaction-race", topology = "single", count = "400", rounds = "5"] = process.argv.slice(2);
// The launcher bundles what the threads run, when it has changed.
spawnSync(process.execPath, ["cli/faultline.js", "--version"], { stdio: ["ignore", "ignore", "inherit"] });
const program = pathToFileURL(join(process.cwd(), "dist/cli/worker.js"));
const choice = await chooseAny("bench", name, topology);
const options = { seeds: Number(count), firstSeed: 1, time: null, bail: false, topology };
const busy: number[] = [];
const cpu = new Map<number, number[]>();

/** Seeds a second with so many workers, their start included, as a user sees it. */
async function measured(workers: number): Promise<number> {
  const request = { ...(await requestScenario(choice, options, undefined)), workers };
  const before = performance.eventLoopUtilization();
  const used = process.cpuUsage();
  const { timings } = await new SuiteRun(request, { program, interrupted: new AbortController().signal }).run();
  const { user, system } = process.cpuUsage(used);
  cpu.set(workers, [...(cpu.get(workers) ?? []), (user + system) / 1000 / Number(count)]);
  busy.push(performance.eventLoopUtilization(before).utilization);
  return Number(count) / timings.seconds;
}

function least(workers: number): string {
  return Math.min(...(cpu.get(workers) ?? [])).toFixed(1);
}

const { one, two } = await medians({ one: () => measured(1), two: () => measured(2) }, Number(rounds));
console.log(`${name} on ${topology}, ${count} seeds, median of ${rounds} rounds`);
print([
  ["one worker", `${one.toFixed(1)} seeds/s`],
  ["two workers", `${two.toFixed(1)} seeds/s`],
  ["ratio", (two / one).toFixed(2)],
  // On a machine with other work to do these say more: they are equal when workers do not get in each other's way.
  ["processor time a seed", `${least(1)} ms with one worker, ${least(2)} ms with two`],
  ["main thread busy", `${(Math.max(...busy) * 100).toFixed(1)} % at most`],
]);
