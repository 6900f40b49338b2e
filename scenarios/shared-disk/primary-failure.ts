import { SECOND, type Duration } from "../../host/time.ts";
import type { Expectation, Scenario } from "../scenario.ts";
import { foresees } from "./foreseen.ts";
import { lastingFailure, underFailure } from "./machine-failures.ts";

/** From the first sign until a person acts: somebody who sits there and knows what to do. */
const REACTION: Duration = 2 * SECOND;

/**
 * Problem 6 of the document, failure 2: the primary is gone. Replicas can read on; who is to write is for a person to say,
 * and the proposal has no way of saying it.
 */
export const primaryFailure: readonly Scenario[] = [
  primaryDown("primary-down", "the primary's process is down, and nobody is on call", false),
  primaryDown("primary-down-on-call", "the primary's process is down, and a person is on call", true),
];

function primaryDown(name: string, summary: string, attended: boolean): Scenario {
  return {
    name,
    summary,
    claims: ["SD-17", "SD-19"],
    expectations: new Map<string, Expectation>([
      // What was in the primary's memtable alone is in no file until it is back.
      ["shared-disk:as-written", foresees("unflushed-read", "SD-6", 10)],
      ["shared-disk:careful", { kind: "holds" }],
      ["single", { kind: "holds" }],
    ]),
    plan: (random) => ({
      ...underFailure(random, [lastingFailure(random("faults"), { kind: "kill" }, "primary")]),
      ...(attended ? { onCall: { reaction: REACTION } } : {}),
    }),
  };
}
