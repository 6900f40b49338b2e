import { MILLISECOND, SECOND } from "../../host/time.ts";
import type { RetainedTrace } from "../../sim/trace.ts";
import type { Expectation, Scenario, Shown } from "../scenario.ts";
import { reader, writer } from "../workloads/register.ts";
import { foresees } from "./foreseen.ts";

/**
 * Problem 2 of the document: a replica reads the MANIFEST while the primary appends to it. A server may take a part of what it
 * is sent, so that the rest follows in a request of its own; whoever reads in between finds an edit without its end.
 */
export const tornManifest: Scenario = {
  name: "torn-manifest",
  summary: "replicas read the manifest while the disk has taken only a part of its newest edit",
  claims: ["SD-4"],
  expectations: new Map<string, Expectation>([
    ["shared-disk:as-written", foresees("table-vanished", "SD-2", 100)],
    ["single", { kind: "holds" }],
  ]),

  plan(random) {
    const limits = random("limits");
    const keys = limits.between(8, 24);
    return {
      cluster: {
        replicas: 2,
        engine: {
          writeBufferBytes: limits.pick([256, 512, 1024]),
          tableBytes: 2048,
          level0CompactionTrigger: limits.pick([2, 4]),
          level1Bytes: 8192,
          manifestBytes: limits.pick([4096, 65_536]),
        },
      },
      disks: { local: "ssd", shared: "network" },
      // From one request to the next takes a millisecond here: the time in which the edit is torn.
      network: "region",
      mount: { attributeCacheMin: 0, attributeCacheMax: 0 },
      clients: [
        writer("writer", random("writer"), {
          keys,
          steps: limits.between(40, 80),
          pause: [0, 10 * MILLISECOND],
          bytes: [40, 120],
          deleteOneIn: 0,
        }),
        ...["reader-1", "reader-2", "reader-3", "reader-4"].map((name) =>
          reader(name, random(name), { keys, steps: 60, pause: [0, limits.pick([0, 5]) * MILLISECOND] }),
        ),
      ],
      faults: [
        {
          at: 0,
          lasts: 10 * SECOND,
          duringWrite: false,
          on: { role: "disk", choice: 0 },
          fault: { kind: "short-transfer", perMillion: limits.pick([100_000, 500_000]) },
        },
      ],
      limit: 300 * SECOND,
    };
  },

  illustrate: tornEdit,
};

/** The first time that a replica found the manifest torn, and the edit when it was whole. */
function tornEdit({ records }: RetainedTrace): Shown | undefined {
  const torn = records.find(({ data }) => data.kind === "manifest-incomplete");
  if (torn === undefined) return undefined;
  const { version } = torn.data;
  const installed = records.find(
    ({ time, data }) =>
      data.kind === "version-installed" && time >= torn.time && Number(data["version"]) > Number(version),
  );
  const read = records.find(
    ({ host, time, data }) => host === torn.host && data.kind === "manifest-read" && time > torn.time,
  );
  const context = [installed, read].flatMap((record) => record ?? []);
  const params = {
    host: torn.host,
    manifest: String(torn.data["manifest"]),
    offset: Number(torn.data["offset"]),
    version: Number(version),
    next: Number(installed?.data["version"] ?? 0),
    wait: (read?.time ?? torn.time) - torn.time,
  };
  return {
    claim: "SD-4",
    record: read ?? torn,
    context: [torn, ...context],
    message: { id: "explain-torn-edit", params },
  };
}
