import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { OutputError, writeOutput } from "../../cli/output-file.ts";

const folder = mkdtempSync(join(tmpdir(), "faultline-output-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("an output file", () => {
  test("is written into folders that are made for it", () => {
    const path = join(folder, "a", "b", "c.json");
    writeOutput(path, "1");
    writeOutput(path, "2");
    expect(readFileSync(path, "utf8")).toBe("2");
  });

  test("under a file is refused", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => writeOutput(join(folder, "file", "x", "y.json"), "")).toThrow(/a part of the path is no folder$/);
  });

  test.runIf(existsSync("/proc/self"))("where no folder can be made is refused, and does not try for ever", () => {
    expect(() => writeOutput("/proc/no-such/folder/x.json", "")).toThrow(OutputError);
    expect(() => writeOutput("/proc/x.json", "")).toThrow(OutputError);
  });
});
