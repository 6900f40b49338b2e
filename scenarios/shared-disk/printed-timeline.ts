import { MILLISECOND, SECOND } from "../../host/time.ts";
import type { RetainedTrace } from "../../sim/trace.ts";
import type { Expectation, Scenario, Shown } from "../scenario.ts";
import { reader, writer } from "../workloads/register.ts";
import { foresees } from "./foreseen.ts";
import { printedLabels, printedSteps } from "./printed-steps.ts";

/**
 * Problem 2 of the document, step by step: T1 a compaction begins, T2 the manifest is updated, T3 a replica reads an older
 * manifest, T4 it opens a table that the newer one has given up, T5 the table is deleted. The deletion is drawn late, where a
 * mode lets it wait, and mounts believe the manifest that they know for longer: so replicas open given-up tables both before
 * T5, as printed, and after it.
 */
export const printedTimeline: Scenario = {
  name: "printed-timeline",
  summary: "replicas with an older manifest open tables before and after their deletion: the document's T1 to T5",
  claims: ["SD-26"],
  expectations: new Map<string, Expectation>([
    ["shared-disk:as-written", foresees("table-vanished", "SD-2", 20)],
    ["shared-disk:as-written+deferred-deletion", foresees("table-vanished", "SD-2", 20)],
    ["single", { kind: "holds" }],
  ]),

  plan(random) {
    const limits = random("limits");
    const keys = limits.between(8, 16);
    const attributes = limits.pick([400, 800]) * MILLISECOND;
    return {
      cluster: {
        replicas: 2,
        engine: {
          writeBufferBytes: 512,
          tableBytes: 2048,
          blockBytes: 512,
          bloomBitsPerKey: 0,
          // Every look into a table opens it.
          maxOpenTables: 1,
          blockCacheBytes: 0,
          level0CompactionTrigger: 2,
          level1Bytes: 4096,
        },
        settings: { deletionDelay: limits.pick([100, 200, 400]) * MILLISECOND },
      },
      disks: { local: "ssd", shared: "network" },
      network: "rack",
      mount: { attributeCacheMin: attributes, attributeCacheMax: attributes },
      clients: [
        writer("writer", random("writer"), {
          keys,
          steps: limits.between(60, 100),
          pause: [0, 30 * MILLISECOND],
          bytes: [40, 120],
          deleteOneIn: 0,
        }),
        ...["reader-1", "reader-2"].map((name) =>
          reader(name, random(name), { keys, steps: 60, pause: [0, 30 * MILLISECOND] }),
        ),
      ],
      limit: 300 * SECOND,
    };
  },

  illustrate: asPrinted,
};

/** The first opening in the printed order: the table was there still. */
function asPrinted({ records }: RetainedTrace): Shown | undefined {
  for (const record of records) {
    if (record.data.kind !== "table-opened") continue;
    const steps = printedSteps(records, record);
    if (steps === undefined || steps.deleted.time < record.time) continue;
    const { opened, installed, deleted } = steps;
    const params = {
      host: opened.host,
      file: String(opened.data["file"]),
      version: Number(installed.data["version"]),
      since: opened.time - installed.time,
      until: deleted.time - opened.time,
    };
    return {
      claim: "SD-26",
      record: deleted,
      context: [steps.compaction, installed, steps.manifest, opened],
      labels: printedLabels(steps),
      alone: true,
      message: { id: "explain-printed-order", params },
    };
  }
  return undefined;
}
