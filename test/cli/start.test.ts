import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { displayWidth } from "../../cli/terminal.ts";
import { COLUMN_IDS } from "../../report/comparison/columns.ts";
import { readSuiteReport } from "../../report/suite-report.ts";
import { topologies } from "../../scenarios/catalogue.ts";
import { faultline } from "./support/faultline.ts";

const folder = mkdtempSync(join(tmpdir(), "faultline-start-"));
const json = join(folder, "report.json");
const html = join(folder, "report.html");
let printed = "";

beforeAll(async () => {
  const { out } = await faultline(`start --seeds 1 --out ${folder}`);
  printed = out;
}, 300_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("faultline start", () => {
  test("prints a line for every mode, none wider than 100 columns, and the next command last", () => {
    const lines = printed.trimEnd().split("\n");
    for (const id of topologies.keys()) {
      const mode = id.slice(id.indexOf(":") + 1);
      expect(lines.filter((line) => line.trimStart().startsWith(`${mode} `)).length, id).toBeGreaterThan(0);
    }
    // Commands stand whole on their lines, so that they can be taken from there.
    for (const line of lines.filter((each) => !each.includes("npx ") && !each.includes(folder))) {
      expect(displayWidth(line), line).toBeLessThanOrEqual(100);
    }
    expect(lines.at(-1)).toContain(html);
  });

  test("leaves a report that lists every run, each with its fingerprint", () => {
    const report = readSuiteReport(JSON.parse(readFileSync(json, "utf8")));
    expect(new Set(report.entries.map(({ topology }) => topology))).toEqual(new Set(topologies.keys()));
    for (const { runs, scenario, topology } of report.entries) {
      expect(
        runs?.map(({ seed }) => seed),
        `${scenario} on ${topology}`,
      ).toEqual([1]);
      expect(runs?.[0]?.fingerprint).toMatch(/^[0-9a-f]{4}( [0-9a-f]{4}){3}$/);
    }
  });

  test("leaves a page within two megabytes, with a policy that lets nothing in", () => {
    const page = readFileSync(html, "utf8");
    expect(page.length).toBeLessThan(2_000_000);
    const [, policy = ""] = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(page) ?? [];
    expect(policy.split("; ").map((rule) => rule.replace(/'sha256-[^']+'/, "HASH"))).toEqual([
      "default-src 'none'",
      "script-src HASH",
      "style-src HASH",
      "worker-src blob:",
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });
});

describe("faultline report", () => {
  test("makes a page of the saved report, and of the same report the same page", async () => {
    const pages = [join(folder, "one.html"), join(folder, "other.html")];
    for (const page of pages) {
      const { code, out } = await faultline(`report ${json} --out ${page}`);
      expect(code).toBe(0);
      expect(out).toContain(page);
    }
    const [one = "", other = ""] = pages.map((page) => readFileSync(page, "utf8"));
    expect(one === other).toBe(true);
    const templateOf = (page: string): string => page.replace(/(<template id="report">)[^<]+/, "$1");
    expect(templateOf(one) === templateOf(readFileSync(html, "utf8"))).toBe(true);
  });

  test("refuses what is no report, by name", async () => {
    const other = join(folder, "other.json");
    writeFileSync(other, '{"format":"something"}');
    const refused = async (words: string) => (await faultline(words)).err.split("\n")[0];
    expect(await refused(`report ${other}`)).toBe(`error: report ${other}: it is no report of faultline`);
    expect(await refused(`report ${folder}/none.json`)).toBe(
      `error: report ${folder}/none.json cannot be read: there is no such file`,
    );
    writeFileSync(other, "{");
    expect(await refused(`report ${other}`)).toContain(`error: report ${other} is not JSON`);
  });
});

describe("faultline why", () => {
  test("says of every cell what it rests on, and how to look at it", async () => {
    for (const metric of ["consistency", ...COLUMN_IDS]) {
      const { code, out } = await faultline(`why raft:as-written ${metric} --report ${json}`);
      expect(code, metric).toBe(0);
      expect(out).toMatch(/rests on +1 run, seeds 1 to 1\n/);
      expect(out).toMatch(/means +\w/);
      expect(out).toContain("npx faultline replay failover --topology raft:as-written --seed 1 --build ");
      for (const line of out.split("\n").slice(0, -3)) expect(displayWidth(line), line).toBeLessThanOrEqual(100);
    }
  });

  test("lists what there is when it does not know a word", async () => {
    const { code, err } = await faultline(`why raft:leas recovery --report ${json}`);
    expect([code, err.split("\n").slice(0, 2)]).toEqual([
      254,
      ["error: unknown mode 'raft:leas'", "  did you mean 'raft:lease' or 'raft:leader'?"],
    ]);
    const { err: other } = await faultline(`why raft:lease rto --report ${json}`);
    expect(other).toContain("error: unknown metric 'rto'");
  });
});

test("faultline ui serves the page on this machine only, until it is told to end", async () => {
  const launcher = join(import.meta.dirname, "../../cli/faultline.js");
  const child = spawn(process.execPath, [launcher, "ui", json, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const address = await new Promise<string>((resolve) => {
    let out = "";
    child.stdout.on("data", (data: Buffer) => {
      out += data.toString();
      const [found] = /http:\/\/\S+/.exec(out) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(await (await fetch(address)).text()).toMatch(/<template id="report">[^<]{1000}/);
  expect((await fetch(`${address}../etc/passwd`)).status).toBe(404);
  const ended = new Promise((resolve) => child.on("close", resolve));
  child.kill("SIGINT");
  expect(await ended).toBe(0);
});
