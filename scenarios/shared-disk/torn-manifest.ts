import { MILLISECOND, SECOND } from "../../host/time.ts";
import type { RetainedTrace, TraceRecord } from "../../sim/trace.ts";
import type { Fault, FaultSubject, PlannedFault } from "../faults/fault.ts";
import { machines } from "../machines.ts";
import type { Expectation, Scenario, Shown } from "../scenario.ts";
import { reader, writer } from "../workloads/register.ts";

/**
 * Problem 2 of the document: a replica reads the MANIFEST while the primary appends to it. A server may take a part of what it
 * is sent, so that the rest follows in a request of its own; whoever reads in between finds an edit without its end.
 */
export const tornManifest: Scenario = {
  name: "torn-manifest",
  summary: "replicas read the manifest while the disk has taken only a part of its newest edit",
  claims: ["SD-4"],
  expectations: new Map<string, Expectation>([
    // Replicas wait for the rest of a torn edit; and what a new version gives up is deleted long after it can be read.
    ["shared-disk:as-written", { kind: "holds" }],
    ["single", { kind: "holds" }],
  ]),

  plan(random) {
    const limits = random("limits");
    const keys = limits.between(8, 24);
    return {
      cluster: {
        replicas: 2,
        engine: {
          writeBufferBytes: limits.pick([256, 512]),
          tableBytes: 2048,
          level0CompactionTrigger: limits.pick([2, 4]),
          level1Bytes: 8192,
          manifestBytes: limits.pick([4096, 65_536]),
        },
      },
      ...machines("ssd"),
      clients: [
        writer("writer", random("writer"), {
          keys,
          steps: limits.between(40, 80),
          pause: [0, 10 * MILLISECOND],
          bytes: [40, 120],
          deleteOneIn: 0,
        }),
        ...["reader-1", "reader-2", "reader-3", "reader-4"].map((name) =>
          reader(name, random(name), { keys, steps: 50, pause: [0, limits.pick([20, 40]) * MILLISECOND] }),
        ),
      ],
      faults: [
        // A part of a write is taken now and then...
        during({ role: "disk", choice: 0 }, { kind: "short-transfer", perMillion: limits.pick([200_000, 500_000]) }),
        // ...and the rest takes its time on the way: as long as that, the edit is torn.
        during({ role: "primary", choice: 0 }, { kind: "slow-link", latency: limits.pick([4, 8]) * MILLISECOND }),
      ],
      limit: 300 * SECOND,
    };
  },

  illustrate: tornEdit,
};

/** A fault that is there from the beginning to the end. */
function during(on: FaultSubject, fault: Fault): PlannedFault {
  return { at: 0, lasts: 100 * SECOND, duringWrite: false, on, fault };
}

/** The first time that a replica found an edit torn: who took a part of it, what was served meanwhile, and when it was whole. */
function tornEdit({ records }: RetainedTrace): Shown | undefined {
  const torn = records.find(({ data }) => data.kind === "manifest-incomplete");
  if (torn === undefined) return undefined;
  const { manifest, offset, version } = torn.data;
  const taken = records.findLast(
    ({ index, data }) =>
      index < torn.index &&
      data.kind === "transfer-short" &&
      data["call"] === "pwrite" &&
      endsWith(data["path"], manifest),
  );
  const after = (kind: string): TraceRecord | undefined =>
    records.find(({ host, index, data }) => index > torn.index && host === torn.host && data.kind === kind);
  const whole = after("manifest-read");
  const params = {
    host: torn.host,
    manifest: String(manifest),
    offset: Number(offset),
    version: Number(version),
    wait: (whole ?? torn).time - torn.time,
  };
  return {
    claim: "SD-4",
    record: whole ?? torn,
    context: [taken, torn, after("get-served")].flatMap((record) => record ?? []),
    alone: true,
    message: { id: "explain-torn-edit", params },
  };
}

function endsWith(path: unknown, name: unknown): boolean {
  return String(path).endsWith(`/${String(name)}`);
}
