import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { buildLibrary } from "../../tooling/build-library.js";

const ROOT = join(import.meta.dirname, "../..");

beforeAll(() => buildLibrary(), 120_000);

/** A program within the package, which may import it by its name as others do. */
function program(name: string, text: string): string {
  const folder = mkdtempSync(join(ROOT, "dist/.consumer-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("the library", () => {
  const PROGRAM = `
    import { judge, models, parseHistory } from "faultline/checkers";
    import { render } from "faultline/messages";
    const history = parseHistory(
      [
        { process: 0, type: "invoke", f: "write", value: 1 },
        { process: 0, type: "ok", f: "write", value: 1 },
        { process: 0, type: "invoke", f: "read", value: null },
        { process: 0, type: "ok", f: "read", value: 2 },
      ]
        .map((entry) => JSON.stringify(entry))
        .join("\\n"),
    );
    const model = models.get("register");
    if (model === undefined) throw new Error("there is no register");
    const { verdict, violations } = judge(model, history.operations);
    const sentences = violations.map(({ message }) => render(message));
    console.log(JSON.stringify({ verdict, kinds: violations.map(({ kind }) => kind), sentences }));`;

  test("is imported by its name", () => {
    const answer = JSON.parse(
      execFileSync(process.execPath, [program("program.mjs", PROGRAM)], { encoding: "utf8" }),
    ) as unknown;
    expect(answer).toMatchObject({ verdict: "invalid", sentences: [expect.stringContaining("2")] });
  });

  test("is declared to TypeScript, strictly", () => {
    const path = program("program.mts", `${PROGRAM}\n    const wrong: number = verdict;\n    export { wrong };`);
    const checked = ts.createProgram([path], {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: false,
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
      types: [],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
    });
    const problems = ts
      .getPreEmitDiagnostics(checked)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    // The one that was put there: without declarations there would be others, or none.
    expect(problems).toEqual([expect.stringContaining("is not assignable to type 'number'")]);
  });
});
