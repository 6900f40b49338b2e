import { spawnSync } from "node:child_process";
import { join } from "node:path";
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

/** Each worker's first seeds run while the engine still compiles: half of them are not measured. */
const WARM_UP = 0.5;

/** Of the measured part: milliseconds of processor time for each seed, by the number of workers. */
const costs = new Map<number, number[]>([
  [1, []],
  [2, []],
]);
const fromStart = new Map<number, number[]>([
  [1, []],
  [2, []],
]);

/** Seeds a second once warm, with so many workers, each of which runs `count` seeds. */
async function measured(workers: number): Promise<number> {
  const seeds = Number(count) * workers;
  const options = { seeds, firstSeed: 1, time: null, bail: false, topology };
  const request = { ...(await requestScenario(choice, options, undefined)), workers };
  let done = 0;
  let warm = { at: 0, cpu: process.cpuUsage() };
  const onResult = (): void => {
    if (++done === Math.ceil(seeds * WARM_UP)) warm = { at: performance.now(), cpu: process.cpuUsage() };
  };
  const begun = performance.now();
  await new SuiteRun(request, { program, interrupted: new AbortController().signal, onResult }).run();
  const rest = seeds - Math.ceil(seeds * WARM_UP);
  const { user, system } = process.cpuUsage(warm.cpu);
  costs.get(workers)?.push((user + system) / 1000 / rest);
  fromStart.get(workers)?.push((seeds / (performance.now() - begun)) * 1000);
  return (rest / (performance.now() - warm.at)) * 1000;
}

const { one, two } = await medians({ one: () => measured(1), two: () => measured(2) }, Number(rounds));
const best = (values: readonly number[] | undefined, pick: (...all: number[]) => number): number =>
  pick(...(values ?? []));
console.log(`${name} on ${topology}, ${count} seeds a worker, median of ${rounds} rounds`);
print([
  ["one worker", `${one.toFixed(1)} seeds/s once warm, ${best(fromStart.get(1), Math.max).toFixed(1)} from the start`],
  ["two workers", `${two.toFixed(1)} seeds/s once warm, ${best(fromStart.get(2), Math.max).toFixed(1)} from the start`],
  ["ratio", (two / one).toFixed(2)],
  // On a machine that has other work this says more: equal when workers do not get in each other's way.
  [
    "processor time a seed",
    `${best(costs.get(1), Math.min).toFixed(1)} ms with one worker, ${best(costs.get(2), Math.min).toFixed(1)} ms with two`,
  ],
]);
