import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { computeBuildHash, listSources, PackageMismatchError } from "../../tooling/build-hash.js";

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

type Packages = Readonly<Record<string, object>>;

/** Files as npm installs them. */
function install(packages: Packages): Record<string, string> {
  const files: Record<string, string> = {};
  const { "": _, ...installed } = packages;
  files["node_modules/.package-lock.json"] = JSON.stringify({ packages: installed });
  for (const [place, { version }] of Object.entries(installed) as [string, { version?: string }][]) {
    files[`${place}/package.json`] = JSON.stringify({ version });
  }
  return files;
}

const FILES: Readonly<Record<string, string>> = {
  ...install(LOCK.packages),
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
  return computeBuildHash(write({ ...FILES, ...install(packages), "package-lock.json": JSON.stringify({ packages }) }));
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

  const mismatch = (files: Readonly<Record<string, string>>): unknown => {
    try {
      return computeBuildHash(write({ ...FILES, ...files }));
    } catch (error) {
      return error instanceof PackageMismatchError ? error.message : error;
    }
  };
  const refusal = (difference: string): string => `packages do not match package-lock.json: run npm ci (${difference})`;

  it.each<[string, string, Packages]>([
    [
      "of another version",
      "node_modules/codec/node_modules/bits is 1.0.1, not 1.0.0",
      { "node_modules/codec/node_modules/bits": { version: "1.0.1", integrity: "sha512-b1" } },
    ],
    [
      "from another archive",
      "node_modules/codec 1.0.0 came from another archive",
      { "node_modules/codec": { version: "1.0.0", integrity: "sha512-other", dependencies: { bits: "1" } } },
    ],
    [
      "found elsewhere",
      "node_modules/codec/node_modules/@scope/disk is in the way of node_modules/@scope/disk",
      { "node_modules/codec/node_modules/@scope/disk": { version: "3.0.0", integrity: "sha512-d" } },
    ],
  ])("refuses packages that are installed otherwise than locked: %s", (_, difference, installed) => {
    const codec = { ...LOCK.packages["node_modules/codec"], dependencies: { bits: "1", "@scope/disk": "3" } };
    const packages = { ...LOCK.packages, "node_modules/codec": codec };
    const lock = { "package-lock.json": JSON.stringify({ packages }) };
    expect(mismatch({ ...install(packages), ...lock })).toMatch(/^[0-9a-f]{12}$/);
    expect(mismatch({ ...install({ ...packages, ...installed }), ...lock })).toBe(refusal(difference));
  });

  it("refuses packages that are not installed, or replaced by hand; those it does not rest on may be anything", () => {
    const { "node_modules/codec/node_modules/bits": _, ...others } = LOCK.packages;
    const { "node_modules/bits": __, ...fewer } = others;
    const note = (packages: Packages) => ({ "node_modules/.package-lock.json": JSON.stringify({ packages }) });
    expect(mismatch(note(fewer))).toBe(refusal("node_modules/codec/node_modules/bits is missing"));
    expect(mismatch(note(others))).toBe(
      refusal("node_modules/bits is in the way of node_modules/codec/node_modules/bits"),
    );
    expect(mismatch({ "node_modules/codec/package.json": '{"version":"1.0.5"}' })).toBe(
      refusal("node_modules/codec is 1.0.5, not 1.0.0"),
    );
    const linter = { "node_modules/linter": { version: "2.0.0" } };
    expect(mismatch(install({ ...LOCK.packages, ...linter }))).toBe(original());
    const root = write(FILES);
    rmSync(join(root, "node_modules"), { recursive: true });
    expect(() => computeBuildHash(root)).toThrow(refusal("node_modules/.package-lock.json is missing"));
  });

  it("lets optional packages be absent, but not be others", () => {
    const codec = { ...LOCK.packages["node_modules/codec"], optionalDependencies: { fast: "1" } };
    const without = { ...LOCK.packages, "node_modules/codec": codec };
    const packages = { ...without, "node_modules/fast": { version: "1.0.0", optional: true } };
    const lock = { "package-lock.json": JSON.stringify({ packages }) };
    const whole = mismatch({ ...install(packages), ...lock });
    expect(whole).toMatch(/^[0-9a-f]{12}$/);
    expect(mismatch({ ...install(without), ...lock })).toBe(whole);
    const other = { ...packages, "node_modules/fast": { version: "1.1.0" } };
    expect(mismatch({ ...install(other), ...lock })).toBe(refusal("node_modules/fast is 1.1.0, not 1.0.0"));
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
