import { describe, expect, test } from "vitest";
import { printTimeline } from "../../cli/print-timeline.ts";
import { displayWidth, fit, MAX_WIDTH, type Terminal } from "../../cli/terminal.ts";
import { timeline } from "../../report/timeline.ts";
import type { TraceRecord } from "../../sim/trace.ts";

const record = (index: number, host: string, data: TraceRecord["data"]): TraceRecord => ({
  index,
  time: index * 1_000_000,
  host,
  incarnation: 1,
  event: index,
  data,
});

const RECORDS: readonly TraceRecord[] = [
  record(0, "primary", { kind: "flush-finished", file: 7, entries: 3, bytes: 100 }),
  record(1, "replica-1", { kind: "manifest-read", manifest: "MANIFEST-000002", version: 9, files: "4,5,6,7" }),
  record(2, "primary", { kind: "something-nobody-has-words-for" }),
  record(3, "primary", { kind: "file-deleted", file: "000004.sst" }),
  record(4, "primary", { kind: "file-deleted", file: "000005.sst" }),
  record(5, "disk", { kind: "file-unlinked", path: "/db/000004.sst" }),
  record(6, "replica-1", { kind: "get-failed", key: "k17", file: "000005.sst", code: "ENOENT", version: 9 }),
  record(7, "primary", { kind: "wal-created", log: 12 }),
];

const HOSTS = ["primary", "replica-1", "disk"];
const DISKS = ["disk"];
const VIOLATION = RECORDS[6] as TraceRecord;

function printed(shown: ReturnType<typeof timeline>, language: "en" | "zh-CN" = "en"): string[] {
  const lines: string[] = [];
  const plain = (text: string): string => text;
  const out: Terminal = {
    colours: false,
    interactive: false,
    write: (text) => lines.push(text.trimEnd()),
    bold: plain,
    dim: plain,
    red: plain,
    green: plain,
    yellow: plain,
    cyan: plain,
  };
  printTimeline(out, shown, HOSTS, language);
  return lines;
}

describe("a timeline", () => {
  test("reads as columns, a lane a machine, and ends at the violation", () => {
    expect(printed(timeline(RECORDS, { hosts: HOSTS, disks: DISKS, violation: VIOLATION }))).toEqual([
      "      time  primary                       replica-1                     disk",
      "  0.000 ms  flush → 000007.sst",
      "  1.000 ms                                version 9: 4,5,6,7",
      "  3.000 ms  deletes 000004.sst, 000005.sst",
      "  5.000 ms                                                              −000004.sst",
      "  6.000 ms                                000005.sst ENOENT ✘",
    ]);
  });

  test("shows one machine, a span of time, chosen events, or the last lines only", () => {
    const shown = (options: Partial<Parameters<typeof timeline>[1]>): string[] =>
      timeline(RECORDS, { hosts: HOSTS, disks: DISKS, ...options }).rows.map((row) => row.message.id);
    expect(shown({ hosts: ["disk"] })).toEqual(["event-file-unlinked"]);
    expect(shown({ from: 4_500_000, to: 6_500_000 })).toEqual(["event-file-unlinked", "event-get-failed"]);
    expect(shown({ within: new Set([0, 5]), violation: VIOLATION })).toEqual([
      "event-flush-finished",
      "event-file-unlinked",
      "event-get-failed",
    ]);
    expect(shown({ violation: VIOLATION, pastViolation: true }).at(-1)).toBe("event-wal-created");
    const last = timeline(RECORDS, { hosts: HOSTS, disks: DISKS, limit: 2 });
    expect(last.rows).toHaveLength(2);
    expect(last.omitted).toBe(4);
  });

  test("fits the terminal in both languages, however long the texts are", () => {
    const long = record(8, "replica-1", { kind: "manifest-read", version: 10, files: "1234,".repeat(40) });
    for (const language of ["en", "zh-CN"] as const) {
      const lines = printed(timeline([...RECORDS, long], { hosts: HOSTS, disks: DISKS }), language);
      expect(lines.some((line) => line.includes("…"))).toBe(true);
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(MAX_WIDTH);
    }
  });

  test("wide characters count for two columns", () => {
    expect(displayWidth("版本 9")).toBe(6);
    expect(fit("版本变更", 6)).toBe("版本… ");
    expect(fit("ab", 4)).toBe("ab  ");
  });
});
