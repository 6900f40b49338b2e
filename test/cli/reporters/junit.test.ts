import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "junit2json";
import { expect, test } from "vitest";
import { validateXML } from "xmllint-wasm";
import { escapeXml, JUnitReporter } from "../../../cli/reporters/junit.ts";
import { textTerminal } from "../../../cli/terminal.ts";
import type { SuiteReport } from "../../../report/suite-report.ts";
import { failing, holding, reportOf, shared, single, violating } from "../../report/support/suite-reports.ts";

const NASTY = `<a href="x">&amp; 'q' ]]> \u0000\u001b[31m\r\n\t\ud800 \ufffe 漢字 😀 &#13;`;

/** Everything that a report can hold, and texts that no XML may hold as they are. */
const report = reportOf([
  [single, [holding(1), failing(2, NASTY), violating(3, { kind: "read-refused", claim: undefined })]],
  [shared, [violating(4, { kind: "table-vanished", claim: "SD-2" })]],
  [{ ...shared, scenario: "stale-manifest" }, [holding(1)]],
  [{ ...single, scenario: "other" }, [holding(1)]],
]);

function xmlOf(content: SuiteReport): string {
  const paper = textTerminal();
  new JUnitReporter(paper).end(content);
  return paper.text;
}

test("the document is well-formed and has the shape that Jenkins and Surefire define", async () => {
  const schema = readFileSync(join(import.meta.dirname, "junit.xsd"), "utf8");
  const problems = async (contents: string) =>
    (await validateXML({ xml: [{ fileName: "junit.xml", contents }], schema: [schema] })).errors;
  expect(await problems(xmlOf(report))).toEqual([]);
  // A reader that finds no fault with anything would have been content too.
  expect(await problems(xmlOf(report).replace("</error>", "\u0001</error>"))).not.toEqual([]);
  expect(await problems(xmlOf(report).replace(' classname="', ' class="'))).not.toEqual([]);
});

test("a JUnit parser finds a case for each mode, one for each unexpected seed, and the replay command", async () => {
  const suites = await parse(xmlOf(report));
  const [suite] = suites !== null && suites !== undefined && "testsuite" in suites ? (suites.testsuite ?? []) : [];
  expect(suite).toMatchObject({ name: "ci", tests: 6, failures: 1, errors: 2, skipped: 1 });
  const cases = suite?.testcase ?? [];
  expect(cases.map(({ classname, name }) => [classname, name])).toEqual([
    ["single", "compaction-race"],
    ["single", "compaction-race seed 2"],
    ["single", "compaction-race seed 3"],
    ["shared-disk:as-written", "compaction-race"],
    ["shared-disk:as-written", "stale-manifest"],
    ["single", "other"],
  ]);
  const [mode, failed, violated, met, undecided, sound] = cases;
  expect(mode?.error).toHaveLength(1);
  expect(failed?.error?.[0]?.message).toContain("漢字 😀");
  expect(violated?.failure?.[0]?.inner).toContain("fingerprint print-3");
  expect(violated?.["system-out"]?.[0]).toMatch(/^npx faultline replay compaction-race --topology single --seed 3/);
  expect([met?.failure, met?.error, met?.skipped]).toEqual([undefined, undefined, undefined]);
  expect(met?.["system-out"]?.[0]).toContain("--seed 4");
  expect(undecided?.skipped).toHaveLength(1);
  expect(Object.keys(sound ?? {}).sort()).toEqual(["classname", "name", "time"]);
});

test("what no XML may hold is shown by its code, everything else arrives as it was", () => {
  expect(escapeXml(NASTY)).toBe(
    "&lt;a href=&quot;x&quot;&gt;&amp;amp; 'q' ]]&gt; \\u0000\\u001b[31m&#13;\n\t\\ud800 \\ufffe 漢字 😀 &amp;#13;",
  );
});
