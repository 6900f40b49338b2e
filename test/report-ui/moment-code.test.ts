import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatMomentCode,
  MomentCodeError,
  parseMomentCode,
  RUN_SCREENS,
  type MomentCode,
} from "../../report-ui/shell/moment-code.ts";
import { formatRoute, parseRoute } from "../../report-ui/shell/route.ts";

const CODE: MomentCode = {
  build: "4f2c9a1",
  scenario: "compaction-race",
  topology: "shared-disk:as-written+leases",
  seed: 3,
  screen: "moment",
  time: 312_684_000,
  selected: 118,
};

const codes = fc.record({
  build: fc.stringMatching(/^[0-9a-f]{7}$/),
  scenario: fc.string({ minLength: 1, maxLength: 60, unit: "grapheme" }),
  topology: fc.string({ minLength: 1, maxLength: 60, unit: "grapheme" }),
  seed: fc.nat(),
  screen: fc.constantFrom(...RUN_SCREENS),
  time: fc.option(fc.nat(), { nil: undefined }),
  selected: fc.option(fc.nat(), { nil: undefined }),
});

function refusal(text: string): string {
  try {
    parseMomentCode(text);
  } catch (error) {
    if (error instanceof MomentCodeError) return `${error.reason} ${error.part}`;
    throw error;
  }
  return "";
}

describe("the code of a moment", () => {
  test("can be read by a person", () => {
    expect(formatMomentCode(CODE)).toBe(
      "m1/4f2c9a1/compaction-race/shared-disk:as-written+leases/3/moment/312684000/118",
    );
  });

  test("is read back as it was, whatever names it has", () => {
    fc.assert(
      fc.property(codes, (code) => {
        expect(parseMomentCode(formatMomentCode(code))).toEqual(code);
      }),
    );
  });

  test("is found in the link that carries it", () => {
    expect(parseMomentCode(` file:///tmp/out/report.html#${formatMomentCode(CODE)}\n`)).toEqual(CODE);
  });

  test("may end with the seed", () => {
    expect(parseMomentCode("m1/4f2c9a1/failover/single/12")).toEqual({
      build: "4f2c9a1",
      scenario: "failover",
      topology: "single",
      seed: 12,
      screen: "timeline",
      time: undefined,
      selected: undefined,
    });
  });

  test("is refused with the part that makes no sense", () => {
    expect(refusal("")).toBe("code-none ");
    expect(refusal("hello")).toBe("code-none hello");
    expect(refusal("m2/4f2c9a1/failover/single/12")).toBe("code-newer m2");
    expect(refusal("m0/4f2c9a1/failover/single/12")).toBe("code-none m0");
    expect(refusal("m1/<b>/failover/single/12")).toBe("code-part <b>");
    expect(refusal("m1/4f2c9a1//single/12")).toBe("code-part ");
    expect(refusal("m1/4f2c9a1/failover/single/1e9")).toBe("code-part 1e9");
    expect(refusal("m1/4f2c9a1/failover/single/-1")).toBe("code-part -1");
    expect(refusal("m1/4f2c9a1/failover/single/99999999999999999")).toContain("code-part");
    expect(refusal("m1/4f2c9a1/failover/%E0%A4%A/1")).toBe("code-part %E0%A4%A");
    expect(refusal("m1/4f2c9a1/failover/single/1/films")).toBe("code-part films");
    expect(refusal("x".repeat(5000)).length).toBeLessThan(100);
  });

  test("any text is a code or is refused", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => refusal(`m1/${text}`)).not.toThrow();
      }),
    );
  });
});

describe("the page's address", () => {
  test("leads to screens, to runs by their code, and to the run of an opened file", () => {
    expect(parseRoute("")).toEqual({ at: "comparison" });
    expect(parseRoute("#verdicts")).toEqual({ at: "verdicts" });
    expect(parseRoute("#run/events")).toEqual({ at: "open-run", screen: "events" });
    expect(parseRoute(`#${formatMomentCode(CODE)}`)).toEqual({ at: "moment-code", code: CODE });
  });

  test("that leads nowhere says why", () => {
    for (const fragment of ["#nowhere", "#run/films", "#__proto__", "#m9/a/b/c/1"]) {
      expect(parseRoute(fragment), fragment).toMatchObject({ at: "nowhere" });
    }
  });

  test("is formatted as it is read", () => {
    for (const fragment of ["#comparison", "#playground", "#lesson", "#run/moment", `#${formatMomentCode(CODE)}`]) {
      const route = parseRoute(fragment);
      if (route.at === "nowhere") throw route.error;
      expect(formatRoute(route)).toBe(fragment);
    }
  });
});
