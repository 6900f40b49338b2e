import { describe, expect, test } from "vitest";
import { markLabel } from "../../report/mark-label.ts";
import { render, type Language } from "../../report/messages/render.ts";
import { messageOf } from "../../report/record-message.ts";
import { traceOf } from "./support/trace-of.ts";

describe("an event in words", () => {
  test.each([
    [{ kind: "flush-finished", file: 7 }, "flush → 000007.sst"],
    [{ kind: "message-sent", packet: "data", to: "n1", bytes: 92 }, "sends data to n1, 92 bytes"],
    [
      { kind: "message-dropped", packet: "data", from: "n1", to: "n2", number: 3, cause: "rule" },
      "data from n1 to n2 is lost: rule",
    ],
    [{ kind: "message-dropped", from: "n2", reason: "unexpected" }, "ignores a message from n2: unexpected"],
    [{ kind: "stat-failed", path: "/db/x", code: "ENOENT", injected: false, applied: false }, "stat x: ENOENT"],
    [{ kind: "close-failed", path: "/db/x", code: "EBADF", injected: false, applied: false }, "close x: EBADF"],
    [{ kind: "membership-changed", voters: "a b", learners: "" }, "voters: a, b; learners: –"],
    [{ kind: "unheard-of", a: 1, b: true }, "unheard-of a=1 b=true"],
  ])("%o", (event, said) => {
    expect(render(messageOf(event))).toBe(said);
  });

  test("is its own in each language", () => {
    expect(render(messageOf({ kind: "disk-stalled", disk: "n1" }), "zh-CN")).toBe("磁盘停顿");
  });
});

test("bars are labelled with names and numbers, and faults in each language", () => {
  const trace = traceOf([
    ["c1", "client-invoked", { op: "write", key: "k1" }],
    ["n1", "compaction-started", { inputs: "4,6", outputLevel: 1 }],
    ["n1", "fault-began", { fault: "pause" }],
    ["n1", "node-ready", {}],
  ]);
  const labels = (language: Language): string[] => trace.map((record) => markLabel(record, language));
  expect(labels("en")).toEqual(["write k1", "4,6 → L1", "pause · n1", ""]);
  expect(labels("zh-CN")).toEqual(["write k1", "4,6 → L1", "暂停 · n1", ""]);
});
