import { describe, expect, test } from "vitest";
import type { HistoryValue } from "../../../checkers/history.ts";
import { checkLinearizable } from "../../../checkers/linearizability/check-linearizable.ts";
import type { LinearizabilityModel } from "../../../checkers/linearizability/model.ts";
import { render } from "../../../report/messages/render.ts";
import { done, history, type Line } from "./histories.ts";

function sentences(model: LinearizabilityModel, lines: readonly Line[]): readonly [string, string] {
  const { violations } = checkLinearizable(history(...lines), model);
  expect(violations).toHaveLength(1);
  const message = violations[0]?.message ?? { id: "", params: {} };
  for (const language of ["en", "zh-CN"] as const) expect(render(message, language)).not.toMatch(/[{}]|undefined|NaN/);
  return [render(message), render(message, "zh-CN")];
}

describe("a violation says which operation cannot be placed, and why", () => {
  test("what it read had been overwritten", () => {
    const lines = [...done(0, "write", 2), ...done(1, "write", 4), ...done(3, "read", 2)];
    expect(sentences("register", lines)).toEqual([
      "op 2 (process 3, read → 2, 4.000 ms–5.000 ms) cannot be placed: by then 2 had been overwritten by op 1 (process 1, write 4), acknowledged at 3.000 ms, and no write of 2 was open.",
      "操作 2（进程 3，read → 2，4.000 ms–5.000 ms）无法排入：此时 2 已被操作 1（进程 1，write 4）覆盖，后者在 3.000 ms 得到确认，且没有未完成的 2 写入。",
    ]);
  });

  test("somebody had seen its replacement, which was still open", () => {
    const lines: Line[] = [
      ...done(0, "write", 2),
      [1, "invoke", "write", 4],
      ...done(2, "read", 4),
      ...done(3, "read", 2),
    ];
    expect(sentences("register", lines)).toEqual([
      "op 3 (process 3, read → 2, 5.000 ms–6.000 ms) cannot be placed: op 2 (process 2, read → 4) had already found 4 there at 4.000 ms, and no write of 2 was open since it began.",
      "操作 3（进程 3，read → 2，5.000 ms–6.000 ms）无法排入：操作 2（进程 2，read → 4）在 4.000 ms 之前已看到 4，且自它开始以来没有未完成的 2 写入。",
    ]);
  });

  test("what it read was never written, by nobody who succeeded, or later", () => {
    expect(sentences("register", done(0, "read", 5))[0]).toBe(
      "op 0 (process 0, read → 5, 0 ns–1.000 ms) cannot be placed: nobody had brought 5.",
    );
    const failed: Line[] = [[1, "invoke", "write", 5], [1, "fail", "write", 5], ...done(0, "read", 5)];
    expect(sentences("register", failed)[0]).toContain("5 came from op 0 (process 1, write 5) only, which failed.");
    const later = [...done(0, "read", 5), ...done(1, "write", 5)];
    expect(sentences("register", later)[0]).toContain(
      "5 was first brought by op 1 (process 1, write 5), invoked at 2.000 ms.",
    );
  });

  test("what it took had been taken", () => {
    const take = (process: number, value: HistoryValue) => done(process, "dequeue", value, null);
    const lines = [...done(0, "enqueue", 1), ...take(1, 1), ...take(2, 1)];
    expect(sentences("queue", lines)).toEqual([
      "op 2 (process 2, dequeue → 1, 4.000 ms–5.000 ms) cannot be placed: 1 had been taken by op 1 (process 1, dequeue → 1), acknowledged at 3.000 ms.",
      "操作 2（进程 2，dequeue → 1，4.000 ms–5.000 ms）无法排入：1 已被操作 1（进程 1，dequeue → 1）取走，后者在 3.000 ms 得到确认。",
    ]);
  });

  test("what it missed had been added, or seen", () => {
    expect(sentences("set", [...done(0, "add", 7), ...done(1, "read", [])])[0]).toContain(
      "it does not hold 7, which op 0 (process 0, add 7) had brought, acknowledged at 1.000 ms.",
    );
    const seen: Line[] = [[0, "invoke", "add", 7], ...done(1, "read", [7]), ...done(2, "read", [])];
    expect(sentences("set", seen)[0]).toContain(
      "it does not hold 7, which op 1 (process 1, read → [7]) had seen by 2.000 ms.",
    );
  });

  test("without a cause of that kind: how far an order gets, and what it leaves", () => {
    const lines: Line[] = [[0, "invoke", "add", 5], ...done(1, "add", 2), ...done(2, "read", 4)];
    expect(sentences("counter", lines)).toEqual([
      "op 2 (process 2, read → 4, 3.000 ms–4.000 ms) cannot be placed: without it there is an order (operations placed: 1, which leave 2), with it there is none.",
      "操作 2（进程 2，read → 4，3.000 ms–4.000 ms）无法排入：不含它时有 1 个操作可以排成顺序，结果为 2；加上它则没有任何顺序。",
    ]);
  });

  test("of a keyed history the key is named, and the longest order kept", () => {
    const keyed = done(0, "write", 1).map(([process, type, f, value]): Line => [process, type, f, value, "x"]);
    const read: Line[] = [
      [1, "invoke", "read", undefined, "x"],
      [1, "ok", "read", 9, "x"],
    ];
    const result = checkLinearizable(history(...keyed, ...read), "register");
    expect(render(result.violations[0]?.message ?? { id: "", params: {} })).toContain("op 1 (process 1, read x → 9,");
    expect(result.longest).toEqual([
      { key: "x", verdict: "invalid", operations: 2, order: [0], unplaced: [1], state: 1 },
    ]);
  });
});
