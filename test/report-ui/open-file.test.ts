import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NodeDrain } from "../../host/nodejs/drain.ts";
import { carryOut } from "../../report-ui/engine-room/carry-out.ts";
import { FileRefusedError, LARGEST_FILE, openFile } from "../../report-ui/playground/open-file.ts";
import { savedFile } from "../../report-ui/playground/saved-file.ts";

const path = join(import.meta.dirname, "../../scenarios/cases/vanishing-table.json");
const text = readFileSync(path, "utf8");

interface Loose {
  schema: unknown;
  plan: { topology: string; schema: unknown; clients: { name: string }[] };
}

/** The case with something in it changed. */
function changed(change: (found: Loose) => void): string {
  const found = JSON.parse(text) as Loose;
  change(found);
  return JSON.stringify(found);
}

function refusal(content: string): string {
  try {
    openFile("x.json", content);
  } catch (error) {
    if (error instanceof FileRefusedError) return `${error.reason}: ${error.detail}`;
    throw error;
  }
  return "";
}

describe("a file that the page is given", () => {
  test("is opened when it is a case, with what is known of it", () => {
    const { file, subject, known } = openFile("vanishing-table.json", text);
    expect(file).toBe("vanishing-table.json");
    expect("plan" in subject && subject.plan.topology).toBe("shared-disk:as-written");
    expect(known?.fingerprint).toMatch(/^[0-9a-f]{4} /);
  });

  test("is opened when it is a plan", () => {
    const { plan } = JSON.parse(text) as Loose;
    expect(openFile("plan.json", JSON.stringify(plan)).known).toBeUndefined();
  });

  test("is refused in words when it is anything else", () => {
    expect(refusal("")).toContain("no-json");
    expect(refusal("<script>alert(1)</script>")).toContain("no-json");
    for (const content of ["null", "[]", "{}", "3", '"text"', '{"clients":{}}']) {
      expect(refusal(content), content).toContain("no-case");
    }
    expect(refusal(" ".repeat(LARGEST_FILE + 1))).toContain("too-large");
  });

  test("of another build, or tampered with, is refused with the place in it", () => {
    expect(refusal(changed((found) => (found.schema = 99)))).toContain("schema 99");
    expect(refusal(changed((found) => (found.plan.schema = 1)))).toContain("schema 1");
    expect(refusal(changed((found) => (found.plan.topology = "raft<img src=x>")))).toContain("no-topology");
    expect(refusal(changed((found) => (found.plan.topology = "shared-disk:as-written+magic")))).toContain(
      "no-topology",
    );
    expect(refusal(changed((found) => ((found.plan.clients[0] as { name: string }).name = "primary")))).toContain(
      "no-plan",
    );
    expect(refusal(changed((found) => Object.assign(found.plan, { surprise: 1 })))).toContain("surprise");
  });

  test("never throws anything else, whatever JSON it is", () => {
    fc.assert(
      fc.property(fc.json(), (content) => {
        expect(() => refusal(content)).not.toThrow();
      }),
    );
  });

  test("that the page saved of a run is opened to the same run", async () => {
    const around = { drain: new NodeDrain(), build: "abcdef0", now: () => 0, onProgress: () => undefined };
    const { subject } = openFile("a.json", text);
    const outcome = await carryOut({ subject, wanted: "verdict" }, around);
    const saved = savedFile(outcome);
    expect(saved.name).toBe("compaction-race-shared-disk-as-written-61.json");
    const again = openFile(saved.name, saved.text);
    expect(again.known).toEqual({ build: "abcdef0", fingerprint: outcome.fingerprint });
    expect((await carryOut({ subject: again.subject, wanted: "verdict" }, around)).fingerprint).toBe(
      outcome.fingerprint,
    );
  });
});
