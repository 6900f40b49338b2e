import { NodeDrain } from "../host/nodejs/drain.ts";
import { scenarios } from "../scenarios/catalogue.ts";
import { drawPlan } from "../scenarios/draw-plan.ts";
import { runPlan } from "../scenarios/run-plan.ts";
import { print, rate, seconds } from "./measure.ts";

const [name = "compaction-race", topology, count = "200"] = process.argv.slice(2);
const scenario = scenarios.get(name);
if (scenario === undefined) throw new Error(`unknown scenario ${name}`);
for (const id of topology === undefined ? scenario.expectations.keys() : [topology]) {
  let events = 0;
  let virtual = 0;
  let operations = 0;
  // The first seeds run in an engine that has not been optimised yet, as they do for a user.
  const time = await seconds(async () => {
    for (let seed = 1; seed <= Number(count); seed++) {
      const report = await runPlan(drawPlan(scenario, id, seed), { drain: new NodeDrain() });
      events += report.events;
      virtual += report.time / 1e9;
      operations += report.history.length / 2;
    }
  });
  console.log(`${name} on ${id}, ${count} seeds, one thread`);
  print([
    ["seeds", `${(Number(count) / time).toFixed(1)} /s`],
    ["events", `${rate(events / time)}, ${((time / events) * 1e6).toFixed(2)} µs each`],
    ["client operations", `${rate(operations / time)}, ${(events / operations).toFixed(1)} events each`],
    ["virtual seconds per wall second", (virtual / time).toFixed(0)],
  ]);
}
