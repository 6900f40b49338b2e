import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ledger } from "../../../scenarios/claims/ledger.ts";
import { TAKES } from "../../../scenarios/claims/measure.ts";
import { metricNames } from "../../../scenarios/metrics/catalogue.ts";

const DOCUMENT = readFileSync(join(import.meta.dirname, "../../../docs/claims.md"), "utf8");

test("docs/claims.md names every metric and ratio, and none that there is not", () => {
  const [, measured = ""] = DOCUMENT.split("## What is measured");
  const [tables = ""] = measured.split("A metric of one's own");
  const rows = tables.split("\n").filter((line) => line.startsWith("| `"));
  const named = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name));
  expect(named.sort()).toEqual([...metricNames].sort());
});

test("docs/claims.md shows a claim as it is, and every way to take a metric", () => {
  const [first] = ledger.get("SD-2")?.observations ?? [];
  for (const text of [first?.condition.id.replace("condition-", ""), first?.scenario, first?.topology]) {
    expect(DOCUMENT).toContain(`"${text ?? ""}"`);
  }
  for (const take of TAKES) expect(DOCUMENT).toContain(`\`${take}\``);
});
