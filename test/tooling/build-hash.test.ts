import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { computeBuildHash, listSources } from "../../tooling/build-hash.js";

const LOCK = {
  packages: {
    "": { dependencies: { codec: "1" }, devDependencies: { linter: "1" } },
    "node_modules/codec": { version: "1.0.0", integrity: "sha512-c", dependencies: { bits: "1" } },
    "node_modules/codec/node_modules/bits": { version: "1.0.0", integrity: "sha512-b1" },
    "node_modules/bits": { version: "2.0.0", integrity: "sha512-b2" },
    "node_modules/@scope/disk": { version: "3.0.0", integrity: "sha512-d" },
    "node_modules/linter": { version: "1.0.0", integrity: "sha512-l" },
  },
};

const FILES: Readonly<Record<string, string>> = {
  "package-lock.json": JSON.stringify(LOCK),
  "host/clock.ts": "export const tick = 1;\n",
  "host/nodejs/clock.ts": 'import "linter";\n',
  "engine/engine.ts": 'import { encode } from "codec";\nexport const put = encode;\n',
  "sim/fs/disk.ts": 'import type { Disk } from "@scope/disk/lib/disk.js";\nexport type { Disk };\n',
  "scenarios/cases/race.json": "{}\n",
  "report/report.ts": "export const report = 1;\n",
};

function write(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "faultline-hash-"));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** The hash after the lock file's entry for the package at `place` changed. */
function withPackage(place: string, change: object): string {
  const packages: Record<string, object> = { ...LOCK.packages };
  packages[place] = { ...packages[place], ...change };
  return computeBuildHash(write({ ...FILES, "package-lock.json": JSON.stringify({ packages }) }));
}

describe("the build's hash", () => {
  const original = (): string => computeBuildHash(write(FILES));

  it("is the same wherever the sources lie and however their lines end", () => {
    const windows = Object.entries(FILES).map(([path, content]) => [path, content.replaceAll("\n", "\r\n")]);
    expect(original()).toMatch(/^[0-9a-f]{12}$/);
    expect(original()).toBe(original());
    expect(computeBuildHash(write(Object.fromEntries(windows) as Record<string, string>))).toBe(original());
  });

  it("changes with a source's content or name, with one more and one less", () => {
    const { "host/clock.ts": clock = "", ...others } = FILES;
    const hashes = [
      original(),
      computeBuildHash(write({ ...FILES, "host/clock.ts": `${clock} ` })),
      computeBuildHash(write({ ...others, "host/clocks.ts": clock })),
      computeBuildHash(write({ ...FILES, "checkers/judge.ts": "" })),
      computeBuildHash(write(others)),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it("changes with the packages that are used, directly or not, as installed", () => {
    const hashes = [
      original(),
      withPackage("node_modules/codec", { version: "1.0.1" }),
      withPackage("node_modules/codec", { integrity: "sha512-other" }),
      withPackage("node_modules/codec/node_modules/bits", { version: "1.0.1" }),
      withPackage("node_modules/@scope/disk", { version: "3.0.1" }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it("does not change with packages, platforms, faces and cases that a run does not rest on", () => {
    expect(withPackage("node_modules/linter", { version: "2.0.0" })).toBe(original());
    expect(withPackage("node_modules/bits", { version: "3.0.0" })).toBe(original());
    for (const path of ["host/nodejs/clock.ts", "scenarios/cases/race.json", "report/report.ts"]) {
      expect(computeBuildHash(write({ ...FILES, [path]: "changed" }))).toBe(original());
    }
  });

  it("refuses a package that is not locked", () => {
    const root = write({ ...FILES, "engine/engine.ts": 'export * from "unknown";\n' });
    expect(() => computeBuildHash(root)).toThrow("package 'unknown', used by the sources, is not in package-lock.json");
  });

  it("covers this repository's floors, and is given to what is built", () => {
    const root = join(import.meta.dirname, "../..");
    const sources = listSources(root);
    expect(sources).toContain("host/host.ts");
    expect(sources.filter((path) => path.startsWith("host/nodejs/"))).toEqual([]);
    // Not compared with the sources as they are now: somebody may be editing them while the tests run.
    expect(__FAULTLINE_BUILD__).toMatch(/^[0-9a-f]{12}$/);
    expect(computeBuildHash(root)).toMatch(/^[0-9a-f]{12}$/);
    const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as { packages: object };
    expect(Object.keys(lock.packages)).toContain("node_modules/memfs");
  });
});
