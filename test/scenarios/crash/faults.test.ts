import { describe, expect, it } from "vitest";
import { defaultEngineParts, type EngineParts } from "../../../engine/index.ts";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { CALL_FAULTS, type FaultName } from "../../../scenarios/crash/call-faults.ts";
import { ErrorExplorer, type ErrorReport } from "../../../scenarios/crash/explore-errors.ts";
import { crashWorkloads } from "../../../scenarios/crash/library.ts";
import { recordWorkload } from "../../../scenarios/crash/record-workload.ts";
import { sharedMemory } from "../../../scenarios/crash/still-disk.ts";
import type { CrashWorkload } from "../../../scenarios/crash/workload.ts";

const { LogReader, Recovery, Table } = defaultEngineParts;

function workloadOf(name: string): CrashWorkload {
  return crashWorkloads.get(name) as CrashWorkload;
}

/** Strikes each call that matches, with one fault. */
async function strikeAll(
  name: string,
  fault: FaultName,
  calls: RegExp,
  parts: EngineParts = defaultEngineParts,
): Promise<ErrorReport> {
  const workload = workloadOf(name);
  const options = { drain: new NodeDrain(), seed: 1, parts };
  const recording = await recordWorkload(workload, {
    ...options,
    model: "strict",
    memory: sharedMemory(),
    points: false,
  });
  const explorer = new ErrorExplorer(workload, { ...options, every: 1, bound: 8, mostFailures: Infinity });
  const struck = recording.calls.filter(({ text }) => calls.test(text));
  let report: ErrorReport | undefined;
  for (const { index: call, text } of struck) report = await explorer.strike({ call, text, fault });
  if (report === undefined) throw new TypeError(`${name} makes no such call`);
  return report;
}

describe("faults of the disk", () => {
  it("all strike, and the engine does what it can be held to", async () => {
    const explorer = new ErrorExplorer(workloadOf("syncs-beside"), {
      drain: new NodeDrain(),
      seed: 1,
      every: 3,
      bound: 3,
    });
    const { failures, byFault } = await explorer.explore();
    expect(failures).toEqual([]);
    expect(new Set(byFault.keys())).toEqual(new Set(CALL_FAULTS.keys()));
    expect(byFault.get("EIO:before")).toMatchObject({ noticed: 0, excused: 0 });
    expect(byFault.get("misdirected-write")?.noticed).toBeGreaterThan(0);
  });

  const parts = { ...defaultEngineParts };
  const believesChecksums = {
    ...parts,
    LogReader: class extends LogReader {
      protected override acceptsChecksum = () => true;
    },
    Table: class extends Table {
      protected override acceptsChecksum = () => true;
    },
  };
  const takesHolesForEnds = {
    ...parts,
    Recovery: class extends Recovery {
      protected override tailOf = () => "torn" as const;
      protected override checkContinuity = () => undefined;
    },
  };

  it.each([
    ["a lost write shows as wrong data", "sectors", "lost-write", /^pwrite .*log/, believesChecksums],
    ["a misdirected write shows as wrong data", "sectors", "misdirected-write", /^pwrite .*log/, believesChecksums],
    ["a lying sync of a log leaves a hole", "rotation", "lying-sync", /^fdatasync .*log/, takesHolesForEnds],
  ] as const)("in an engine that looks away, %s", async (_what, name, fault, calls, careless) => {
    expect((await strikeAll(name, fault, calls, careless)).failures).not.toEqual([]);
    expect((await strikeAll(name, fault, calls)).failures).toEqual([]);
  });
});
