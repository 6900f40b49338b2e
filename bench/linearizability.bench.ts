import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { operationsOf } from "../checkers/history.ts";
import { checkLinearizable, type LinearizabilityResult } from "../checkers/linearizability/check-linearizable.ts";
import { generateHistory, type Shape } from "./linearizability/histories.ts";
import { print, rate, seconds } from "./measure.ts";

/**
 * The linearizability checker on generated histories: 10, 100 and 1,000 operations a key by few and by many processes, right and
 * wrong; operations judged a second, the best of several runs, with all violations explained.
 */

const USAGE = `usage: npm run bench linearizability -- [--only REGEX] [--rounds N] [--operations N] [--million] [--export DIRECTORY]

  --only        a regular expression: only histories whose name it matches
  --rounds      how often each is judged (default: 5)
  --operations  how many operations each history has (default: 10000)
  --million     judges a million operations on 50,000 keys as well
  --export      writes each history as JSON: a list of [process, type, f, key, value]`;

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "." },
    rounds: { type: "string", default: "5" },
    operations: { type: "string", default: "10000" },
    million: { type: "boolean", default: false },
    export: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}

const OBJECTS = [
  ["register", 0],
  ["register", 5],
  ["cas-register", 5],
  ["kv", 0],
  ["queue", 0],
  ["stack", 0],
  ["set", 0],
  ["counter", 5],
] as const;
/** Operations a key, by how many processes. */
const CROWDS = [
  [10, 3],
  [10, 10],
  [100, 5],
  [100, 20],
  [1_000, 8],
  [1_000, 50],
] as const;
/** So that a history which is too hard ends in time. */
const STEPS = 1_000_000;

const total = Number(options.operations);
const only = new RegExp(options.only);
for (const [model, values] of OBJECTS) {
  const rows: [string, string][] = [];
  for (const [operations, processes] of CROWDS) {
    for (const bad of [false, true]) {
      const name = `${model}-${values}-${operations}x${processes}-${bad ? "bad" : "good"}`;
      if (!only.test(name)) continue;
      const keys = Math.max(1, Math.floor(total / operations));
      rows.push([name, await judge(name, { model, keys, operations, processes, values, unknown: 0.01, bad })]);
    }
  }
  if (rows.length > 0) print(rows);
}
if (options.million) {
  const shape: Shape = {
    model: "cas-register",
    keys: 50_000,
    operations: 20,
    processes: 5,
    values: 5,
    unknown: 0.01,
    bad: false,
  };
  print([["a million operations, cas-register", await judge("million", shape)]]);
}
console.log(`  largest resident memory of all: ${(process.resourceUsage().maxRSS / 1e3).toFixed(0)} MB`);

async function judge(name: string, shape: Shape): Promise<string> {
  const history = generateHistory(shape, 1);
  if (options.export !== undefined) {
    mkdirSync(options.export, { recursive: true });
    const rows = history.map(({ process: who, type, f, key, value }) => [who, type, f, key, value ?? null]);
    writeFileSync(join(options.export, `${name}.json`), JSON.stringify(rows));
  }
  const operations = operationsOf(history);
  let best = Infinity;
  let result: LinearizabilityResult | undefined;
  for (let round = 0; round < Number(options.rounds); round++) {
    const time = await seconds(() => {
      result = checkLinearizable(operations, shape.model, { steps: STEPS });
    });
    best = Math.min(best, time);
    if (time > 2) break;
  }
  const { verdict, violations, partitions, steps } = result ?? {
    verdict: "none",
    violations: [],
    partitions: 0,
    steps: 0,
  };
  return `${rate(operations.length / best).padStart(11)}  ${(best * 1e3).toFixed(1).padStart(8)} ms  ${verdict}, ${violations.length} of ${partitions} keys wrong, ${steps} steps`;
}
