import { describe, expect, test } from "vitest";
import { chinese } from "../../report/messages/chinese.ts";
import { english } from "../../report/messages/english.ts";
import { render } from "../../report/messages/render.ts";

const parameters = (template: string): string[] => [...template.matchAll(/\{[^}]*\}/g)].map(([name]) => name).sort();

describe("message catalogues", () => {
  test("have the same messages, each with the same parameters in the same formats", () => {
    expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort());
    for (const [id, template] of Object.entries(english)) {
      expect(parameters(chinese[id as keyof typeof english]), id).toEqual(parameters(template));
    }
  });

  test("print parameters by their format", () => {
    const params = {
      host: "replica-1",
      version: 9,
      held: 608_000,
      deleter: "primary",
      file: "000005.sst",
      gap: 117_000,
    };
    expect(render({ id: "explain-table-vanished", params })).toBe(
      "replica-1 held version 9 for 0.608 ms; primary deleted 000005.sst 0.117 ms before a read of it failed.",
    );
    expect(render({ id: "event-flush-finished", params: { file: 7 } }, "zh-CN")).toBe("刷写 → 000007.sst");
    expect(render({ id: "event-more", params: { count: 12_345 } })).toBe("… 12,345 more");
    expect(render({ id: "event-file-created", params: { path: "/db/000001.log, /db/000002.sst" } })).toBe(
      "+000001.log, 000002.sst",
    );
  });

  test("have words of their own for kinds of faults, and for no value", () => {
    const began = { id: "event-fault-began", params: { fault: "packet-loss" } };
    expect(render(began)).toBe("⚡ packet-loss begins");
    expect(render(began, "zh-CN")).toBe("⚡ 丢包开始");
    expect(render({ id: "event-fault-began", params: { fault: "frost" } }, "zh-CN")).toBe("⚡ frost开始");
    const read = {
      id: "finding-stale-read",
      params: { host: "n1", f: "read", key: "k", value: "nothing", newer: "2", age: 1 },
    };
    expect(render(read)).toContain("with nothing, ");
    expect(render(read, "zh-CN")).toContain("返回 空值，");
  });

  test("lose nothing of a message that they do not know", () => {
    expect(render({ id: "event-unheard-of", params: { a: 1, b: "x" } })).toBe("event-unheard-of a=1 b=x");
    expect(render({ id: "event-flush-finished", params: {} })).toContain("{file}");
  });
});
