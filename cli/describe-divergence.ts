import { NodeDrain } from "../host/nodejs/drain.ts";
import { formatMoment } from "../report/format.ts";
import type { Plan } from "../scenarios/plan.ts";
import { runPlan } from "../scenarios/run-plan.ts";
import { firstDivergence } from "../sim/divergence.ts";
import { StepLog, type Step } from "../sim/step-log.ts";

/** Runs a plan twice and says, in one line, where the two runs part. @param draw gives the plan, anew for each run */
export async function describeDivergence(draw: () => Plan): Promise<string> {
  const [left, right] = [new StepLog(), new StepLog()];
  const plans = [draw(), draw()] as const;
  if (JSON.stringify(plans[0]) !== JSON.stringify(plans[1])) {
    return "the scenario draws another plan each time: it must use nothing but its random streams";
  }
  await runPlan(plans[0], { drain: new NodeDrain(), steps: left });
  await runPlan(plans[1], { drain: new NodeDrain(), steps: right });
  const divergence = firstDivergence(left, right);
  if (divergence === undefined) {
    return "two more runs on one thread were the same: look for what differs between threads";
  }
  return `two runs part at event ${divergence.event}: ${tell(divergence.left)} | ${tell(divergence.right)}`;
}

function tell(step: Step | undefined): string {
  if (step === undefined) return "nothing";
  return `${step.kind}, ${step.host === "" ? "world" : `${step.host} (${step.task})`}, ${formatMoment(step.time)}`;
}
