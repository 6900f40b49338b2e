import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";

const repository = join(import.meta.dirname, "../..");
const BUNDLING = "faultline: bundling the sources\n";

let root: string;

/** Writes a source, with a time that no bundle made before can have. */
function write(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  touch(path);
}

function touch(path: string): void {
  const soon = new Date(Date.now() + 60_000);
  utimesSync(join(root, path), soon, soon);
}

/** Gives all sources a time before any bundle's. */
function settle(): void {
  const past = new Date(Date.now() - 60_000);
  for (const path of ["cli", "cli/main.ts", "engine", "engine/engine.ts", "engine/part.ts"]) {
    utimesSync(join(root, path), past, past);
  }
}

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function launch(parameters: readonly string[] = [], nodeOptions: readonly string[] = []): Outcome {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...nodeOptions, join(root, "cli/faultline.js"), ...parameters],
    { encoding: "utf8" },
  );
  return { status, stdout, stderr };
}

describe("the launcher", () => {
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "faultline-checkout-"));
    onTestFinished(() => {
      rmSync(root, { recursive: true });
    });
    for (const path of ["tooling", "vite.config.ts", "package.json", "package-lock.json", "cli/faultline.js"]) {
      cpSync(join(repository, path), join(root, path), { recursive: true, preserveTimestamps: true });
    }
    symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
    write("engine/part.ts", "");
    write("engine/engine.ts", 'export const words: string[] = ["one"];\n');
    write(
      "cli/main.ts",
      'import { words } from "../engine/engine.ts";\n' +
        "process.stdout.write(`${words.join()} ${process.argv.slice(2).join()} ${__FAULTLINE_BUILD__.length}\\n`);\n" +
        "process.exitCode = 3;\n",
    );
    settle();
  });

  it("bundles what was never bundled, passes on parameters and exit code, and is quiet the next time", () => {
    expect(launch(["run", "--seeds"])).toEqual({ status: 3, stdout: "one run,--seeds 12\n", stderr: BUNDLING });
    expect(launch(["list"])).toEqual({ status: 3, stdout: "one list 12\n", stderr: "" });
  });

  it("bundles anew when a source was changed, added or removed, and says so in one line", () => {
    launch();
    settle();
    write("engine/engine.ts", 'export const words: string[] = ["two"];\n');
    expect(launch()).toMatchObject({ stdout: "two  12\n", stderr: BUNDLING });
    settle();
    expect(launch()).toMatchObject({ stderr: "" });
    write("engine/more.ts", "");
    expect(launch()).toMatchObject({ stderr: BUNDLING });
    rmSync(join(root, "engine/more.ts"));
    settle();
    expect(launch()).toMatchObject({ stderr: "" });
    rmSync(join(root, "engine/part.ts"));
    touch("engine");
    expect(launch()).toMatchObject({ stderr: BUNDLING });
  });

  it("says in one plain line what keeps it from bundling", () => {
    write("cli/main.ts", "const = ;\n");
    const { status, stdout, stderr } = launch();
    expect([status, stdout]).toEqual([254, ""]);
    expect(stderr).toMatch(
      /^.*\nfaultline: the sources could not be bundled: \S*cli\/main.ts:1:7: Unexpected token\n$/,
    );
    write("cli/main.ts", 'import "./nowhere.ts";\nimport "./elsewhere.ts";\n');
    expect(launch().stderr).toMatch(
      /^.*\nfaultline: the sources could not be bundled: \S*cli\/main.ts:1:8: .*'.\/nowhere.ts'.* \(and 1 more\)\n$/,
    );
    rmSync(join(root, "node_modules"));
    expect(launch()).toEqual({
      status: 254,
      stdout: "",
      stderr: `${BUNDLING}faultline: packages are missing: run npm ci\n`,
    });
  });

  it("refuses to bundle packages other than those that are locked", () => {
    write("engine/part.ts", 'export { Volume } from "memfs";\n');
    expect(launch()).toMatchObject({ status: 3 });
    const path = join(root, "package-lock.json");
    const lock = readFileSync(path, "utf8");
    const changed = JSON.parse(lock) as { packages: Record<string, { version: string }> };
    const entry = changed.packages["node_modules/memfs"] as { version: string };
    const { version } = entry;
    entry.version = "9.9.9";
    write("package-lock.json", JSON.stringify(changed));
    const difference = `node_modules/memfs is ${version}, not 9.9.9`;
    expect(launch()).toEqual({
      status: 254,
      stdout: "",
      stderr: `${BUNDLING}faultline: packages do not match package-lock.json: run npm ci (${difference})\n`,
    });
    writeFileSync(path, lock);
    expect(launch()).toMatchObject({ status: 3 });
  });

  it("bundles anew when packages were installed since", () => {
    launch();
    settle();
    expect(launch()).toMatchObject({ stderr: "" });
    rmSync(join(root, "node_modules"));
    mkdirSync(join(root, "node_modules"));
    for (const name of readdirSync(join(repository, "node_modules"))) {
      if (name === ".package-lock.json")
        cpSync(join(repository, "node_modules", name), join(root, "node_modules", name));
      else symlinkSync(join(repository, "node_modules", name), join(root, "node_modules", name));
    }
    touch("node_modules/.package-lock.json");
    expect(launch()).toMatchObject({ status: 3, stderr: BUNDLING });
  });

  it("needs neither packages nor a lock file where it was installed with its bundle", () => {
    launch();
    for (const path of ["tooling", "vite.config.ts", "package-lock.json", "node_modules", "engine", "cli/main.ts"]) {
      rmSync(join(root, path), { recursive: true });
    }
    expect(launch(["list"])).toEqual({ status: 3, stdout: "one list 12\n", stderr: "" });
  });

  it("refuses a version of Node that is too old", () => {
    const pretend = (version: string): string[] => {
      const code = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`;
      return ["--import", `data:text/javascript,${encodeURIComponent(code)}`];
    };
    for (const version of ["18.20.4", "20.18.9"]) {
      const { status, stderr } = launch([], pretend(version));
      expect(status).toBe(254);
      expect(stderr).toMatch(`faultline: needs Node 20.19 or newer, and this is Node ${version} (`);
    }
    for (const version of ["20.19.0", "22.1.0"]) expect(launch([], pretend(version)).status).toBe(3);
  });
});
