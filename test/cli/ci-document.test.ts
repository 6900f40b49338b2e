import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { readSuiteReport } from "../../report/suite-report.ts";
import { faultline } from "./support/faultline.ts";

const ROOT = join(import.meta.dirname, "../..");
const DOCUMENT = readFileSync(join(ROOT, "docs/ci.md"), "utf8");

/** The commands of a kind of block, one a line, in order. */
function commandsIn(kind: "sh" | "yaml"): string[] {
  const blocks = [...DOCUMENT.matchAll(new RegExp(`\`\`\`${kind}\n([\\s\\S]*?)\`\`\``, "g"))];
  const lines = blocks.flatMap(([, block = ""]) => block.split("\n")).filter((line) => line !== "");
  if (kind === "sh") return lines;
  return lines.flatMap((line) => /^\s*- run: (.*)$/.exec(line)?.[1] ?? []).filter((line) => line !== "npm ci");
}

/** The same command with a share of the work, which is all that differs from what the document says. */
function lightened(command: string): string {
  return command
    .replace(" run --suite ci", " run --suite ci --seeds 1")
    .replace("--time 10m", "--time 1s")
    .replace("--suite raft --seeds 1000", "--suite raft --time 1s");
}

/** A folder in which `npx faultline` is this checkout's. */
function folderWithNpx(): string {
  const folder = mkdtempSync(join(tmpdir(), "faultline-ci-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  mkdirSync(join(folder, "bin"));
  const npx = join(folder, "bin/npx");
  writeFileSync(npx, `#!/bin/sh\nshift\nexec "${process.execPath}" "${join(ROOT, "cli/faultline.js")}" "$@"\n`);
  chmodSync(npx, 0o755);
  return folder;
}

function shell(command: string, folder: string): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const env = {
      ...process.env,
      PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
      NO_COLOR: "1",
      GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
    };
    const child = spawn("bash", ["-e", "-c", command], { cwd: folder, env });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

beforeAll(async () => {
  // The first start after a change bundles the program.
  await faultline("--version");
}, 120_000);

describe("docs/ci.md", () => {
  test("commands do as it says, one after the other", async () => {
    const folder = folderWithNpx();
    const commands = commandsIn("sh");
    expect(commands.length).toBeGreaterThanOrEqual(5);
    for (const command of commands) {
      expect(command).toMatch(/^npx faultline /);
      const { code, output } = await shell(lightened(command), folder);
      // So light, a run may be too short to decide everything.
      expect([0, 2], `${command}\n${output}`).toContain(code);
    }
    const report = (name: string) =>
      readSuiteReport(JSON.parse(readFileSync(join(folder, `out/${name}.json`), "utf8")));
    expect(report("report")).toMatchObject({ suite: "ci", ended: "complete" });
    expect(report("night")).toMatchObject({ suite: "nightly", ended: "time" });
    expect(readFileSync(join(folder, "out/junit.xml"), "utf8")).toContain("<testsuites");
  });

  test("the matrix for GitHub fans out and merges", async () => {
    const folder = folderWithNpx();
    const [shard = "", merge = "", ...more] = commandsIn("yaml");
    expect(more).toEqual([]);
    const [, numbers = ""] = /shard: \[([^\]]*)\]/.exec(DOCUMENT) ?? [];
    for (const number of numbers.split(", ")) {
      const command = shard.replaceAll("${{ matrix.shard }}", number);
      const { code, output } = await shell(lightened(command), folder);
      expect([command, code, output]).toEqual([command, 0, output]);
    }
    const { code, output } = await shell(merge, folder);
    expect(output).toMatch(/suite ci · \d+ cases, \d+ modes · 4 shards/);
    expect([0, 2], output).toContain(code);
    expect(readFileSync(join(folder, "summary.md"), "utf8")).toContain("### Faultline: ci ");
  });
});
