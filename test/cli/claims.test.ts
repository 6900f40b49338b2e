import { beforeAll, expect, test } from "vitest";
import { displayWidth } from "../../cli/terminal.ts";
import { ledger } from "../../scenarios/claims/ledger.ts";
import { faultline } from "./support/faultline.ts";

beforeAll(async () => {
  // The first start after a change bundles the program.
  await faultline("--version");
}, 120_000);

test("faultline claims shows what every claim rests on, in either language", async () => {
  for (const words of ["claims", "claims --lang zh-CN"]) {
    const { code, out } = await faultline(words);
    expect(code).toBe(0);
    for (const { id, words: own } of ledger.values()) {
      expect(out).toContain(`  ${id} `);
      expect(out).toContain(own);
    }
    for (const line of out.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(100);
  }
  const { out } = await faultline("claims SD-2");
  expect(out).toMatch(/in compaction-race on shared-disk:as-written,\s+50 runs; more than on single supports\s+it/);
  expect(out).not.toContain("SD-3");
});

test("--run runs what a claim rests on and prints its verdict, which too few seeds leave open", async () => {
  const few = await faultline("claims SD-2 --run --seeds 2 --workers 1");
  expect(few.out).toMatch(/SD-2 +undecided · expected: confirmed\n/);
  expect(few.out).toMatch(/too few\s+runs: 50 are needed/);
  // The scenarios' own expectations need more seeds too.
  expect(few.code).toBe(2);
});

test("what makes no sense is refused in one line", async () => {
  const refused = async (words: string, complaint: string) => {
    const { code, err } = await faultline(words);
    expect([code, err.split("\n")[0]]).toEqual([254, `error: ${complaint}`]);
  };
  await refused("claims SD-99", "unknown claim 'SD-99'");
  await refused("claims SD-2 --seeds 5", "faultline claims: --seeds says nothing without --run");
  await refused("claims --lang fr", "--lang: no language 'fr'");
});
