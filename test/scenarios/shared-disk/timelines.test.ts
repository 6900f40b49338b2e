import { expect, test } from "vitest";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { languages, render } from "../../../report/messages/render.ts";
import { timeline } from "../../../report/timeline.ts";
import { scenarios } from "../../../scenarios/catalogue.ts";
import { drawPlan } from "../../../scenarios/draw-plan.ts";
import { explain } from "../../../scenarios/explain.ts";
import { runPlan } from "../../../scenarios/run-plan.ts";
import type { FindingKind, Scenario, Shown } from "../../../scenarios/scenario.ts";
import { RetainedTrace } from "../../../sim/trace.ts";

const AS_WRITTEN = "shared-disk:as-written";
const MOST_SEEDS = 30;

/** What the first seed shows that has a finding of the kind, or, without one, that illustrates what its scenario is about. */
async function shownBy(
  name: string,
  topology: string,
  kind?: FindingKind,
  seeds = MOST_SEEDS,
): Promise<Shown & { trace: RetainedTrace }> {
  const scenario = scenarios.get(name) as Scenario;
  for (let seed = 1; seed <= seeds; seed++) {
    const trace = new RetainedTrace();
    const plan = drawPlan(scenario, topology, seed);
    const { findings, history } = await runPlan(plan, { drain: new NodeDrain(), trace });
    const finding = findings.find((each) => each.kind === kind);
    const shown = kind === undefined ? scenario.illustrate?.(trace) : finding && explain(finding, history, trace);
    if (shown !== undefined) return { ...shown, trace };
  }
  throw new Error(`${name} on ${topology} shows nothing in ${seeds} seeds`);
}

/** The lines of what is shown, without what led to it: "replica-1: read(k00)". */
function linesOf({ record, context, labels, trace }: Shown & { trace: RetainedTrace }): string[] {
  const hosts = [...new Set(trace.records.map(({ host }) => host))];
  const { rows } = timeline(trace.records, {
    hosts,
    disks: ["disk"],
    within: new Set(),
    context,
    ...(record === undefined ? {} : { violation: record }),
    ...(labels === undefined ? {} : { labels }),
  });
  return rows.map(({ host, message, label }) => `${host}: ${label === undefined ? "" : `${label} `}${render(message)}`);
}

function expectTold({ message }: Shown, id: string): void {
  expect(message.id).toBe(id);
  for (const language of languages) expect(render(message, language)).not.toMatch(/[{}]|undefined|NaN/);
}

test("the printed timeline is shown as it is printed, T1 to T5, and the open succeeds (SD-26)", async () => {
  const shown = await shownBy("printed-timeline", `${AS_WRITTEN}+deferred-deletion`);
  expectTold(shown, "explain-printed-order");
  expect(shown.claim).toBe("SD-26");
  expect(linesOf(shown)).toEqual([
    expect.stringMatching(/^primary: T1 compacts [\d,]+$/),
    expect.stringMatching(/^primary: T2 version edit \d+, synced$/),
    expect.stringMatching(/^replica-\d: T3 believes MANIFEST-\d+ is as .* ago$/),
    expect.stringMatching(/^replica-\d: T4 opens \d+\.sst$/),
    expect.stringMatching(/^disk: T5 −\d+\.sst$/),
  ]);
});

test("the same five steps with T5 before T4 are the vanished table's (SD-2)", async () => {
  const shown = await shownBy("printed-timeline", AS_WRITTEN, "table-vanished");
  expectTold(shown, "explain-table-vanished");
  const labels = linesOf(shown).flatMap((line) => /T\d/.exec(line) ?? []);
  expect(labels).toEqual(["T1", "T2", "T5", "T3", "T4"]);
});

test("no table is missing before its deletion: what fails to open had been unlinked", async () => {
  for (let seed = 1; seed <= 6; seed++) {
    const trace = new RetainedTrace();
    const plan = drawPlan(scenarios.get("printed-timeline") as Scenario, AS_WRITTEN, seed);
    await runPlan(plan, { drain: new NodeDrain(), trace });
    for (const { data, index } of trace.records) {
      if (data.kind !== "table-missing") continue;
      const unlinked = trace.records.find(
        (record) => record.data.kind === "file-unlinked" && String(record.data["path"]).endsWith(String(data["file"])),
      );
      expect(unlinked?.index).toBeLessThan(index);
    }
  }
});

test("a torn edit is kept waiting for, and read when it is whole (SD-4)", async () => {
  const shown = await shownBy("torn-manifest", AS_WRITTEN);
  expectTold(shown, "explain-torn-edit");
  expect(linesOf(shown)).toEqual([
    expect.stringMatching(/^disk: MANIFEST-\d+: \d+ of \d+ bytes$/),
    expect.stringMatching(/^replica-\d: MANIFEST-\d+ ends inside an edit at \d+$/),
    expect.stringMatching(/^replica-\d: read\(k\d+\) ← version \d+$/),
    expect.stringMatching(/^replica-\d: version \d+: [\d,]+$/),
  ]);
});

test.each([
  ["invisible-memtable", AS_WRITTEN, "SD-6", /^explain-(unflushed-read|flushed-later)$/],
  ["invisible-memtable", `${AS_WRITTEN}+wal-tailing`, "SD-7", /^explain-unproven-log$/],
  ["reader-cache", `${AS_WRITTEN}+unsynced-tailing`, "SD-9", /^explain-cached-log$/],
  ["writer-cache", `${AS_WRITTEN}+unsynced-tailing+unsynced-writes`, "SD-9", /^explain-unwritten-log$/],
])("%s on %s says why the write was invisible", async (name, topology, claim, id) => {
  const shown = await shownBy(name, topology, "unflushed-read");
  expect(shown.message.id).toMatch(id);
  expectTold(shown, shown.message.id);
  expect(shown.claim).toBe(claim);
  const lines = linesOf(shown);
  expect(lines).toContainEqual(expect.stringMatching(/^writer: write k\d+ ok$/));
  expect(lines.at(-1)).toMatch(/^replica-\d: read\(k\d+\) ← version \d+$/);
});

test("a replica that opens as the primary does meets its LOCK (SD-10)", async () => {
  const shown = await shownBy("lock-held", `${AS_WRITTEN}+exclusive-open`, "read-refused");
  expectTold(shown, "explain-locked");
  expect(linesOf(shown)[0]).toBe("primary: locks LOCK");
});

test("a write that a second writer took is told with who took it (SD-11)", async () => {
  const shown = await shownBy("two-writers", `${AS_WRITTEN}+exclusive-open+no-lock`, "lost-write");
  expect(shown.claim).toBe("SD-11");
  expect(shown.message.id).toMatch(/^explain-foreign-(deletion|manifest)$/);
  expectTold(shown, shown.message.id);
});

test("an open table's deletion is met as ESTALE through a network mount, and never on a disk of one's own (SD-25)", async () => {
  const shown = await shownBy("open-table", AS_WRITTEN, "table-stale");
  expectTold(shown, "explain-table-stale");
  await expect(shownBy("open-table", `${AS_WRITTEN}+posix-disk`, "table-stale", 6)).rejects.toThrow("shows nothing");
});
