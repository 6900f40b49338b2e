import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";
import { describe, expect, it } from "vitest";
import { EXCEPTIONS, RESTRICTED_GLOBALS, RESTRICTED_PROPERTIES } from "../../tooling/determinism-bans.js";

const root = join(import.meta.dirname, "../..");

/** The repository's own configuration, without the rules that need types. */
const untyped = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked] });

/** The rules that the source breaks, one entry each time. */
async function brokenRules(source: string, file = "engine/example.ts"): Promise<string[]> {
  const [result] = await untyped.lintText(source, { filePath: join(root, file) });
  const messages = result?.messages ?? [];
  for (const { message, ruleId } of messages) {
    if (ruleId === null) throw new Error(`not linted: ${message}`);
    // Every ban says what to do in its place.
    if (ruleId.startsWith("no-restricted"))
      expect(message).toMatch(/: [a-z]+ .*\.$|run in no settled order\.$|where they are used\.$/i);
  }
  return messages.map(({ ruleId }) => String(ruleId)).filter((rule) => rule.startsWith("no-restricted"));
}

describe("bans on floors 0 to 4", () => {
  it("let ordinary code through", async () => {
    const source = `
      import { MILLISECOND } from "../host/time.ts";
      import tychei from "seedrandom/lib/tychei.js";
      export const LEVELS = [1, 10, 100] as const;
      export const NOTHING = new Uint8Array(0);
      const KNOWN: ReadonlySet<string> = new Set(["a"]);
      export const NAMES: ReadonlyMap<number, string> = new Map([[1, "one"]]);
      const table = makeTable();
      function makeTable(): Uint32Array {
        const filled = new Uint32Array(256);
        for (let index = 0; index < 256; index++) filled[index] = Math.imul(index, 3) >>> 0;
        return filled;
      }
      export class Store {
        static readonly version = 1;
        private readonly files = new Map<string, Uint8Array>();
        private count = 0;
        size(): number {
          this.count += Math.floor(Math.sqrt(this.files.size)) + 2 ** 32 + MILLISECOND + table.length;
          for (const name of Object.keys({ a: 1 })) if (KNOWN.has(name)) queueMicrotask(() => undefined);
          return this.count + tychei("seed").int32();
        }
      }
    `;
    expect(await brokenRules(source)).toEqual([]);
  });

  it.each(RESTRICTED_GLOBALS.map(({ name }) => name))("forbid the global %s", async (name) => {
    expect(await brokenRules(`export const used = () => ${name};`)).toEqual(["no-restricted-globals"]);
  });

  it("forbid, of all that differs between engines, at least this", () => {
    const names = [
      ...RESTRICTED_GLOBALS.map(({ name }) => name),
      ...RESTRICTED_PROPERTIES.map((p) => `${p.object}.${p.property}`),
    ];
    for (const name of [
      ..."Date performance setTimeout setInterval setImmediate crypto Intl WeakRef FinalizationRegistry process Buffer".split(
        " ",
      ),
      ..."Math.random Math.sin Math.cos Math.exp Math.log Math.pow Math.hypot Error.captureStackTrace".split(" "),
    ]) {
      expect(names).toContain(name);
    }
  });

  it.each(RESTRICTED_PROPERTIES.map(({ object, property }) => `${object}.${property}`))("forbid %s", async (name) => {
    expect(await brokenRules(`export const used = () => ${name};`)).toEqual(["no-restricted-properties"]);
  });

  it("forbid what is taken out of Math", async () => {
    const source = "export function f(): number { const { sin } = Math; return sin(1); }";
    expect(await brokenRules(source)).toEqual(["no-restricted-properties"]);
  });

  it.each([
    ["a variable of a module", "let count = 0; export const next = () => ++count;"],
    ["an exported variable of a module", "export let count = 0; export const next = () => ++count;"],
    ["var", "var count = 0; export const next = () => ++count;"],
    ["a map of a module", "const cache = new Map<string, number>(); export const get = () => cache;"],
    ["an exported set of a module", "export const seen = new Set<string>();"],
    ["a typed array of a module", "export const scratch = new Uint8Array(64);"],
    ["a list of a module", "const pending: number[] = []; export const push = () => pending.push(1);"],
    ["an object of a module", "const cache: Record<string, number> = {}; export const get = () => cache;"],
    ["a static field that changes", "export class Store { static opened = 0; }"],
    ["a static collection", "export class Store { static readonly open = new Set<string>(); }"],
    ["for..in", "export function walk(object: object): void { for (const name in object) void name; }"],
    ["a private name", "export class Store { #count = 0; }"],
    ["a power with any exponent", "export const power = (x: number) => 2 ** x;"],
    ["a power with a fraction", "export const root = (x: number) => x ** 0.5;"],
    ["a power in place", "export const raise = (x: number, y: number) => { x **= y; return x; };"],
    ["localeCompare", 'export const order = (a: string) => a.localeCompare("b");'],
    ["toLocaleString", "export const print = (n: number) => n.toLocaleString();"],
    ["toLocaleUpperCase", "export const shout = (s: string) => s.toLocaleUpperCase();"],
    ["the stack of an error", "export const where = (error: Error) => error.stack;"],
    ["the name of a class", "export const kind = (value: object) => value.constructor.name;"],
    ["Math by computed name", "export const call = (name: 'sin') => Math[name](1);"],
    ["an import named at run time", "export const load = (name: string) => import(name);"],
    ["the module's own address", "export const here = () => import.meta.url;"],
  ])("forbid %s", async (_what, source) => {
    expect(await brokenRules(source)).toEqual(["no-restricted-syntax"]);
  });

  it.each(["node:fs", "node:crypto", "node:fs/promises", "fs", "crypto", "worker_threads"])(
    "forbid the import of %s",
    async (name) => {
      expect(await brokenRules(`import * as all from "${name}"; export const used = () => all;`)).toEqual([
        "no-restricted-imports",
      ]);
    },
  );

  it.each(["host", "engine", "sim", "sim/fs", "topologies/raft", "checkers", "scenarios/bugs"])(
    "hold in %s/",
    async (folder) => {
      const source = "export const now = () => Date.now();";
      expect(await brokenRules(source, `${folder}/example.ts`)).toEqual(["no-restricted-globals"]);
    },
  );

  it.each(["host/nodejs", "host/browser", "cli", "test/engine", "bench", "tooling"])(
    "do not hold in %s/",
    async (folder) => {
      const source = 'import * as fs from "node:fs"; export const now = () => [Date.now(), Math.random(), fs];';
      expect(await brokenRules(source, `${folder}/example.ts`)).toEqual([]);
    },
  );

  it("are lifted for files that exist and need it only", async () => {
    for (const { file, lifted } of EXCEPTIONS) {
      const source = readFileSync(join(root, file), "utf8");
      expect(await brokenRules(source, file)).toEqual([]);
      const held = await brokenRules(source, file.replace(/[^/]+$/, "other.ts"));
      expect([...new Set(held)].sort()).toEqual([...lifted].sort());
    }
  });
});

describe("rules on promises and sorting", () => {
  it("catch what is forgotten, misused and sorted as text", async () => {
    const folder = join(import.meta.dirname, "fixtures/promises");
    const typed = new ESLint({
      cwd: root,
      ignore: false,
      overrideConfig: [
        { languageOptions: { parserOptions: { project: join(folder, "tsconfig.json"), tsconfigRootDir: folder } } },
      ],
    });
    const [result] = await typed.lintFiles(join(folder, "promises.ts"));
    expect(result?.messages.map(({ line, ruleId }) => `${line} ${ruleId}`)).toEqual([
      "5 @typescript-eslint/no-floating-promises",
      "9 @typescript-eslint/no-misused-promises",
      "10 @typescript-eslint/no-misused-promises",
      "10 @typescript-eslint/no-unnecessary-condition",
      "14 @typescript-eslint/require-array-sort-compare",
    ]);
  });
});
