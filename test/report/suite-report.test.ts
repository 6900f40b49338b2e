import { describe, expect, test } from "vitest";
import { LISTED_RUNS } from "../../report/entry-record.ts";
import { readSuiteReport, ReportFormatError } from "../../report/suite-report.ts";
import { failing, holding, reportOf, shared, single, violating } from "./support/suite-reports.ts";

const report = reportOf([
  [single, [holding(1), failing(2, "endless loop"), violating(3, { kind: "read-refused", claim: undefined })]],
  [shared, [violating(1, { kind: "table-vanished", claim: "SD-2" })]],
]);

describe("a report", () => {
  test("that is written is read back the same", () => {
    const text = JSON.stringify(report);
    expect(JSON.stringify(readSuiteReport(JSON.parse(text)))).toBe(text);
  });

  test("of another kind, of a later schema or with a part that is not as it should be is refused, naming the part", () => {
    const refused = (input: unknown) => expect(() => readSuiteReport(input));
    refused(7).toThrow(ReportFormatError);
    refused({ format: "other" }).toThrow("it is no report of faultline");
    refused({ ...report, schema: 99 }).toThrow("it has schema 99, and this build reads 2");
    refused({ ...report, verdict: "fine" }).toThrow(/^verdict: /);
    refused({ ...report, entries: [{ ...report.entries[0], planned: -1 }] }).toThrow(/^entries\.0\.planned: /);
    refused({ ...report, extra: 1 }).toThrow(/extra/);
  });

  test("lists unexpected runs up to a bound, those with the smallest seeds, whatever the order they came in", () => {
    const runs = Array.from({ length: 500 }, (_, index) => failing(((index * 77) % 500) + 1, "failed"));
    const [entry] = reportOf([[single, runs]]).entries;
    expect(entry?.unexpected.map(({ seed }) => seed)).toEqual(Array.from({ length: LISTED_RUNS }, (_, at) => at + 1));
    expect(entry?.counts.verdicts.failed).toBe(500);
  });
});

describe("the verdict of a report", () => {
  const odd = { kind: "read-refused", claim: undefined } as const;
  const vanished = { kind: "table-vanished", claim: "SD-2" } as const;

  test.each([
    ["as-expected", [holding(1)], [violating(1, vanished)]],
    ["unexpected", [violating(1, odd)], [violating(1, vanished)]],
    ["undecided", [holding(1)], [holding(1)]],
    ["failed", [failing(1, "broken")], [holding(1)]],
  ] as const)("is %s", (verdict, onSingle, onShared) => {
    expect(
      reportOf([
        [single, onSingle],
        [shared, onShared],
      ]).verdict,
    ).toBe(verdict);
  });
});
