import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { checkBoundaries } from "../../tooling/check-boundaries.js";

/** A small house in which all imports are as they should be. */
const SOUND: Readonly<Record<string, string>> = {
  "host/clock.ts": "",
  "host/nodejs/clock.ts": "../clock.ts node:fs",
  "host/browser/drain.ts": "../clock.ts",
  "engine/engine.ts": "../host/clock.ts ./part.ts",
  "engine/part.ts": "",
  "sim/kernel.ts": "../host/clock.ts",
  "topologies/single/node.ts": "../../engine/engine.ts ../../host/clock.ts",
  "checkers/judge.ts": "",
  "checkers/formats/edn.ts": "../judge.ts",
  "scenarios/run.ts": "../checkers/judge.ts ../topologies/single/node.ts ../sim/kernel.ts ../engine/part.ts",
  "report/report.ts": "../scenarios/run.ts",
  "cli/main.ts": "../report/report.ts ../host/nodejs/clock.ts node:fs",
  "test/engine/engine.test.ts": "../../engine/engine.ts ../../sim/kernel.ts ../../host/nodejs/clock.ts",
};

/** Writes modules that import what is listed for each, and tells what the check makes of them. */
async function check(house: Readonly<Record<string, string>>): ReturnType<typeof checkBoundaries> {
  const root = mkdtempSync(join(tmpdir(), "faultline-house-"));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
  for (const [path, imports] of Object.entries(house)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    const names = imports.split(" ").filter((name) => name !== "");
    const lines = names.map((name, index) => `import * as m${index} from "${name}";\nconsole.log(m${index});\n`);
    writeFileSync(join(root, path), `${lines.join("")}export const here: string = "${path}";\n`);
  }
  writeFileSync(join(root, "package.json"), JSON.stringify({ name: "house", type: "module" }));
  return checkBoundaries(root);
}

describe("the boundaries between floors", () => {
  it("are kept by a sound house, every module of which is read", async () => {
    const { violations, modules } = await check(SOUND);
    expect(violations).toEqual([]);
    expect(Object.fromEntries(modules)).toEqual({
      host: 3,
      engine: 2,
      sim: 1,
      topologies: 1,
      checkers: 2,
      scenarios: 1,
      report: 1,
      cli: 1,
      test: 1,
    });
  });

  it.each([
    ["engine/part.ts", "../sim/kernel.ts", "floor-engine"],
    ["topologies/single/node.ts", "../../sim/kernel.ts", "floor-topologies"],
    ["topologies/single/node.ts", "../../checkers/judge.ts", "floor-topologies"],
    ["scenarios/run.ts", "../checkers/formats/edn.ts", "no-formats-in-runs"],
    ["sim/kernel.ts", "../engine/part.ts", "floor-sim"],
    ["host/clock.ts", "../engine/part.ts", "floor-host"],
    ["checkers/judge.ts", "../host/clock.ts", "floor-checkers"],
    ["scenarios/run.ts", "../report/report.ts", "floor-scenarios"],
    ["report/report.ts", "../cli/main.ts", "floor-report"],
    ["engine/part.ts", "../host/nodejs/clock.ts", "platform-host-nodejs"],
    ["report/report.ts", "../host/nodejs/clock.ts", "platform-host-nodejs"],
    ["engine/part.ts", "../host/browser/drain.ts", "platform-host-browser"],
    ["engine/part.ts", "node:fs", "no-node-on-floors"],
    ["report/report.ts", "node:path", "no-node-on-floors"],
    ["engine/part.ts", "../test/engine/engine.test.ts", "no-test-in-code"],
    ["engine/part.ts", "./missing.ts", "resolvable"],
    ["engine/part.ts", "./engine.ts", "no-cycle"],
  ])("are broken when %s imports %s", async (path, name, rule) => {
    const { violations } = await check({ ...SOUND, [path]: `${SOUND[path] ?? ""} ${name}` });
    expect(violations.map((violation) => violation.split(":")[0])).toContain(rule);
    expect(violations.find((violation) => violation.startsWith(`${rule}:`))).toContain(path);
  });

  it("are not kept by a house in which nothing is read", async () => {
    expect((await check({ "engine/notes/engine.md": "" })).violations).toEqual(["nothing was read at all"]);
  });
});
