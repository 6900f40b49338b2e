import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleForNode } from "../../support/bundle-for-node.js";
import { judge, KillOrdeal } from "./kill-ordeal.ts";
import { applyTo, operation } from "./operations.ts";

const ROUNDS = 12;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-kill-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function contentAfter(n: number): Map<string, string> {
  const content = new Map<string, string>();
  for (let i = 1; i <= n; i++) applyTo(content, operation(i));
  return content;
}

describe("a process killed at random moments", () => {
  it("leaves every acknowledged write, of the rest a prefix, and batches whole", async () => {
    const program = await bundleForNode(fileURLToPath(new URL("./victim.ts", import.meta.url)), folder);
    const ordeal = new KillOrdeal(program, mkdtempSync(join(folder, "ordeal-")), Math.random);
    // A machine under load may kill some before they begin: rounds count that wrote something.
    while (ordeal.toll.rounds - ordeal.toll.beforeOpen < ROUNDS) await ordeal.round();
    expect(ordeal.toll.writes).toBeGreaterThan(ROUNDS);
  });

  it("would be told of a write that is missing, and of half a batch", () => {
    const start = { number: 0, content: new Map<string, string>() };
    expect(judge(contentAfter(50), start, 45, 55)).toEqual({ kept: 50 });
    expect(judge(contentAfter(44), start, 45, 55)).toEqual({
      wrong: "writes up to 45 were acknowledged, those up to 44 are there",
    });
    let batch = 45;
    while (operation(batch).changes.length < 3) batch++;
    const half = contentAfter(batch - 1);
    applyTo(half, { sync: false, changes: operation(batch).changes.slice(0, -1) });
    expect(judge(half, start, 40, batch)).toHaveProperty("wrong");
  });
});
