import type { FaultActivation } from "../tally.ts";
import type { FaultReport } from "./strike.ts";

/**
 * How often the faults of each class were planned, and how often they made a difference. What means nothing on a topology,
 * or was withheld as beyond its fault model, was not planned for it.
 */
export function activationsOf(reports: readonly FaultReport[]): FaultActivation[] {
  const classes = new Map<string, { planned: number; fired: number }>();
  for (const { planned, fate } of reports) {
    if (fate === "inapplicable" || fate === "withheld") continue;
    const known = classes.get(planned.fault.kind) ?? { planned: 0, fired: 0 };
    classes.set(planned.fault.kind, known);
    known.planned++;
    if (fate === "fired") known.fired++;
  }
  return [...classes].map(([name, counts]) => ({ class: name, ...counts }));
}
