import { test } from "vitest";
import { NodeDrain } from "../host/nodejs/drain.ts";
import { scenarios } from "../scenarios/catalogue.ts";
import { drawPlan } from "../scenarios/draw-plan.ts";
import { runPlan } from "../scenarios/run-plan.ts";
import { RetainedTrace } from "../sim/trace.ts";
test("probe", async () => {
  const [name = "", topology = "", seeds = "1", pattern = ""] = (process.env["PROBE"] ?? "").split(" ");
  for (let seed = 1; seed <= Number(seeds); seed++) {
    const trace = new RetainedTrace();
    const plan = drawPlan(scenarios.get(name)!, topology, seed);
    await runPlan(plan, { drain: new NodeDrain(), trace });
    for (const r of trace.records) {
      const line = JSON.stringify(r.data);
      if (new RegExp(pattern).test(line)) console.log(seed, (r.time / 1e6).toFixed(3), r.host, line);
    }
  }
}, 100000);
