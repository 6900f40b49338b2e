/** How small violating seeds get: `npm run bench shrink [SCENARIO] [TOPOLOGY] [FINDING] [SEEDS]`. */
import { NodeDrain } from "../host/nodejs/drain.ts";
import { scenarios } from "../scenarios/catalogue.ts";
import { drawPlan } from "../scenarios/draw-plan.ts";
import type { Plan } from "../scenarios/plan.ts";
import { runPlan } from "../scenarios/run-plan.ts";
import { paceOf } from "../scenarios/shrink/pace.ts";
import { planSize } from "../scenarios/shrink/plan-size.ts";
import { shrink } from "../scenarios/shrink/shrink.ts";

const [name = "compaction-race", topology = "shared-disk:as-written", kind = "table-vanished", count = "20"] =
  process.argv.slice(2);
const scenario = scenarios.get(name);
if (scenario === undefined) throw new Error(`no scenario ${name}`);

/** Salts under which a shrunk plan is run again: how often it fails by chance alone. */
const SALTS = 20;

async function failing(plan: Plan): Promise<Awaited<ReturnType<typeof runPlan>> | undefined> {
  const report = await runPlan(plan, { drain: new NodeDrain() });
  return report.findings.some((finding) => finding.kind === kind) ? report : undefined;
}

const sizes: number[] = [];
console.log(`${name} · ${topology} · ${kind}`);
console.log("    seed   from     to   tries   minimal   steady   seconds");
for (let seed = 1; sizes.length < Number(count); seed++) {
  const plan = drawPlan(scenario, topology, seed);
  const first = await failing(plan);
  if (first === undefined) continue;
  const begun = performance.now();
  const small = await shrink(plan, {
    fails: async (candidate) => (await failing(candidate)) !== undefined,
    pace: paceOf(plan, first.history),
  });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  let steady = 0;
  for (let salt = 1000; salt < 1000 + SALTS; salt++) {
    if ((await failing({ ...small.plan, salt })) !== undefined) steady++;
  }
  sizes.push(planSize(small.plan));
  const cells = [
    seed,
    planSize(plan),
    planSize(small.plan),
    small.tries,
    small.minimal ? "yes" : "no",
    `${steady}/${SALTS}`,
  ];
  const [a, b, c, d, e, f] = cells.map(String);
  console.log(
    `${a?.padStart(8)}${b?.padStart(7)}${c?.padStart(7)}${d?.padStart(8)}${e?.padStart(10)}${f?.padStart(9)}${seconds.padStart(10)}`,
  );
}
sizes.sort((a, b) => a - b);
const middle = Math.floor(sizes.length / 2);
const median = sizes.length % 2 === 1 ? sizes[middle] : ((sizes[middle - 1] ?? 0) + (sizes[middle] ?? 0)) / 2;
console.log(`median size: ${median} operations and faults, of ${sizes.length} seeds (at most 8 is wanted)`);
