import { MILLISECOND, SECOND } from "../../host/time.ts";
import { machines } from "../machines.ts";
import type { Expectation, Scenario } from "../scenario.ts";
import { reader, writer } from "../workloads/register.ts";
import { foresees } from "./foreseen.ts";

/**
 * Problem 4 of the document: the LOCK. A replica that opens the database as the primary does is refused for as long as the
 * primary has it; one that opens it for reading only takes no lock, and needs none.
 */
export const lockHeld: Scenario = {
  name: "lock-held",
  summary: "replicas open the database that the primary has open and locked",
  claims: ["SD-10", "SD-28"],
  expectations: new Map<string, Expectation>([
    [
      "shared-disk:as-written+exclusive-open",
      { kind: "violates", finding: "read-refused", claim: "SD-10", withinSeeds: 1, also: [] },
    ],
    ["shared-disk:as-written", foresees("unflushed-read", "SD-6", 20)],
    ["single", { kind: "holds" }],
  ]),

  plan(random) {
    const limits = random("limits");
    const keys = limits.between(3, 8);
    return {
      cluster: { replicas: 2, engine: { writeBufferBytes: limits.pick([512, 2048]) } },
      ...machines("ssd"),
      clients: [
        writer("writer", random("writer"), {
          keys,
          steps: 20,
          pause: [0, 100 * MILLISECOND],
          bytes: [40, 120],
          deleteOneIn: 0,
        }),
        reader("reader", random("reader"), { keys, steps: 40, pause: [0, 100 * MILLISECOND] }),
      ],
      limit: 300 * SECOND,
    };
  },
};
