import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deterministicPart, readSuiteReport, type SuiteReport } from "../../report/suite-report.ts";
import { scenarios } from "../../scenarios/catalogue.ts";
import { modesOf, type Suite } from "../../scenarios/suite.ts";
import { suites } from "../../scenarios/suites.ts";
import { faultline } from "./support/faultline.ts";

const FIXTURES = join(import.meta.dirname, "fixtures");

let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "faultline-suite-"));
  // The first start after a change bundles the program.
  await faultline("--version");
}, 120_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const at = (name: string): string => join(folder, name);
const read = (name: string): SuiteReport => readSuiteReport(JSON.parse(readFileSync(at(name), "utf8")));
const stable = (report: SuiteReport): string => JSON.stringify(deterministicPart(report));

describe("a suite", () => {
  // So few seeds decide little, which is as good for what is looked at here.
  const words = "run --suite ci --seeds 1";
  const suite = suites.get("ci") as Suite;
  const modes = modesOf(suite, scenarios).length;
  const cases = suite.cases.length;
  let wholeCode: number | null = null;

  beforeAll(async () => {
    const whole = await faultline(`${words} --workers 2 --reporter list --reporter json=${at("whole.json")}`);
    wholeCode = whole.code;
    // On a slow machine it tells how far it is.
    expect(whole.err.replace(/^ +\d+ of \d+ seeds, .*\n/gm, "")).toBe("");
    expect([0, 2]).toContain(whole.code);
    const title = new RegExp(
      `^suite ci · ${cases} cases, ${modes} modes · ${cases + modes} seeds · 2 workers · build [0-9a-f]{7}\\n`,
    );
    expect(whole.out).toMatch(title);
    expect(whole.out).toContain("✔ compaction-race · single · holds");
    expect(whole.out).toMatch(new RegExp(`(as expected|undecided) · \\d+ of ${cases + modes} expectations met`));
    expect(whole.out).toMatch(/replay:\n {2}npx faultline replay .* --build [0-9a-f]{7}\n$/);
    for (const line of whole.out.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    for (const index of [1, 2, 3]) {
      const shard = await faultline(`${words} --shard ${index}/3 --blob ${at(`${index}.blob`)}`);
      expect([index, shard.code, shard.err]).toEqual([index, 0, ""]);
    }
  }, 180_000);

  test("in shards merges to the report of one run, byte for byte but the timings", async () => {
    const blobs = [3, 1, 2].map((index) => at(`${index}.blob`)).join(" ");
    const { code, out, err } = await faultline(`merge ${blobs} --reporter list --reporter json=${at("merged.json")}`);
    expect([code, err]).toEqual([wholeCode, ""]);
    expect(out).toMatch(new RegExp(`^suite ci · ${cases} cases, ${modes} modes · 3 shards · build`));
    expect(stable(read("merged.json"))).toBe(stable(read("whole.json")));
    const { entries, timings } = read("merged.json");
    expect(entries.map(({ counts }) => counts.seeds)).toEqual([
      ...Array.from({ length: cases }, () => 1),
      ...Array.from({ length: modes }, () => 1),
    ]);
    expect(timings.entrySeconds).toHaveLength(cases + modes);
  });

  test("gives the same report on one worker", async () => {
    const { code } = await faultline(`${words} --workers 1 --reporter json=${at("one.json")}`);
    expect(code).toBe(wholeCode);
    expect(stable(read("one.json"))).toBe(stable(read("whole.json")));
  });

  test("of which one shard saw too little says so, and is for merge to judge only when there is a blob", async () => {
    const alone = await faultline(`run compaction-race --seeds 4 --shard 1/4`);
    expect(alone.code).toBe(2);
    expect(alone.out).toContain("expected: violates SD-2 within 50 seeds ?");
    expect(alone.out).toContain("one shard alone does not decide it: merge them all");
    const kept = await faultline(`run compaction-race --seeds 4 --shard 1/4 --blob ${at("alone.blob")}`);
    expect(kept.code).toBe(0);
  });

  test("is not merged with a part missing, twice, of another run, damaged, or foreign", async () => {
    const merge = async (...names: string[]) => {
      const { code, out, err } = await faultline(
        `merge ${names.map(at).join(" ")} --reporter json=${at("never.json")}`,
      );
      expect([code, out]).toEqual([254, ""]);
      expect(existsSync(at("never.json"))).toBe(false);
      return err;
    };
    expect(await merge("1.blob", "3.blob")).toContain("shard 2/3 missing");
    expect(await merge("1.blob", "2.blob", "2.blob", "3.blob")).toContain("shard 2/3 is there twice");
    await faultline(`${words} --topology single --shard 2/3 --blob ${at("other.blob")}`);
    expect(await merge("1.blob", "other.blob", "3.blob")).toContain("options (topology) differ");
    expect(await merge("1.blob", "alone.blob")).toContain("suites differ");
    const blob = readFileSync(at("1.blob"), "utf8");
    writeFileSync(at("cut.blob"), blob.slice(0, 500));
    expect(await merge("cut.blob", "2.blob", "3.blob")).toContain("cut.blob: it is cut short or damaged");
    writeFileSync(at("edited.blob"), blob.replace('"failed":0', '"failed":1'));
    expect(await merge("edited.blob", "2.blob", "3.blob")).toContain("edited.blob: it was changed");
    writeFileSync(at("foreign.blob"), '{"name": "something else"}');
    expect(await merge("foreign.blob")).toContain("foreign.blob: it is no blob");
    writeFileSync(at("binary.blob"), Uint8Array.from([0, 255, 3, 1]));
    expect(await merge("binary.blob")).toContain("binary.blob: it is no blob");
    expect(await merge("whole.json")).toContain("whole.json: it is no blob");
  });
});

describe("reports go to files", () => {
  test("whose folders are made; one that cannot be written leaves the others, and exit code 255", async () => {
    writeFileSync(at("file"), "");
    const { code, err, out } = await faultline(
      `run compaction-race --topology single --seed 1 --reporter junit=${at("file/junit.xml")} ` +
        `--reporter json=${at("deep/er/report.json")} --reporter list=${at("list.txt")} --reporter dot`,
    );
    expect(code).toBe(255);
    expect(err).toBe(`error: cannot write ${at("file/junit.xml")}: a part of the path is no folder\n`);
    expect(out).toContain("\n.\n");
    expect(read("deep/er/report.json").verdict).toBe("as-expected");
    expect(readFileSync(at("list.txt"), "utf8")).toContain("expected: holds ✔");
    expect(readdirSync(at("deep/er"))).toEqual(["report.json"]);
  });

  test.skipIf(!existsSync("/dev/full"))("and a full disk is told in one line", async () => {
    const { code, err } = await faultline(
      `run compaction-race --topology single --seed 1 --reporter json=/dev/full --reporter json=${at("kept.json")}`,
    );
    expect(code).toBe(255);
    expect(err).toBe("error: cannot write /dev/full: no space is left on the device\n");
    expect(read("kept.json").verdict).toBe("as-expected");
    expect(statSync("/dev/full").isFile()).toBe(false);
  });

  test("json alone leaves nothing else on the terminal", async () => {
    const { out } = await faultline("run compaction-race --topology single --seed 1 --reporter json");
    expect(readSuiteReport(JSON.parse(out)).entries[0]?.counts.verdicts.holds).toBe(1);
  });
});

describe("runs end", () => {
  test("when the time is up, having drawn seeds for all of it", async () => {
    const words = `run compaction-race --topology single --time 2s --reporter json=${at("time.json")}`;
    const { code } = await faultline(words);
    const { ended, entries, timings } = read("time.json");
    expect([code, ended]).toEqual([0, "time"]);
    expect(entries[0]?.planned).toBeNull();
    expect(entries[0]?.counts.seeds).toBeGreaterThan(1);
    expect(timings.seconds).toBeGreaterThanOrEqual(2);
  });

  test("at the first unexpected seed with --bail, and name the seed", async () => {
    const words = `run ${join(FIXTURES, "careless.mjs")} --seeds 1000 --bail --workers 1`;
    const { code, out } = await faultline(`${words} --reporter list --reporter json=${at("bail.json")}`);
    expect(code).toBe(1);
    expect(out).toContain("stopped at the first unexpected seed · expected: holds ✘");
    const { ended, entries } = read("bail.json");
    expect(ended).toBe("bail");
    expect(entries[0]?.unexpected).toHaveLength(1);
    expect(entries[0]?.unexpected[0]?.fingerprint).toMatch(/^[0-9a-f]{4}( [0-9a-f]{4}){3}$/);
  });

  test("at Ctrl-C, with the files written and exit code 130", async () => {
    const words = `run --suite ci --seeds 100000 --reporter list --reporter json=${at("interrupted.json")}`;
    const { code, out } = await faultline(words, "build");
    expect(code).toBe(130);
    expect(out).toMatch(/interrupted after \d+ of \d{7,} seeds/);
    expect(out).not.toContain("too few seeds");
    expect(read("interrupted.json")).toMatchObject({ ended: "interrupted", verdict: "undecided" });
  });

  test("undecided when there were too few seeds, exit code 2", async () => {
    const { code, out } = await faultline("run compaction-race --seeds 2");
    expect(code).toBe(2);
    expect(out).toContain("too few seeds to decide: 2 of 50");
  });
});

describe("a user's own scenario", () => {
  test("runs from its file, on the topology asked for", async () => {
    const { code, out } = await faultline(`run ${join(FIXTURES, "careless.mjs")} --topology single --seeds 3`);
    expect(out).toMatch(/^careless · single · 3 seeds/);
    expect(code).toBe(0);
  });

  test("whose expectation is missed gets a replay line with its file", async () => {
    const file = join(FIXTURES, "careless.mjs");
    const { code, out } = await faultline(`run ${file} --seeds 4`);
    expect(code).toBe(1);
    expect(out).toContain("nobody foresaw: read failed: SSTable vanished (SD-2)");
    expect(out).toContain(`npx faultline replay ${file} --topology shared-disk:as-written --seed`);
  });

  test("that draws from elsewhere than its streams is nondeterministic, exit code 255", async () => {
    const { code, out } = await faultline(`run ${join(FIXTURES, "drifting.mjs")} --seeds 3`);
    expect(code).toBe(255);
    expect(out).toMatch(/nondeterministic: seed \d of drifting/);
    expect(out).toContain("the scenario draws another plan each time");
  });

  test.each([
    ["missing.mjs", undefined, "there is no such file"],
    ["syntax.mjs", "export default {", "cannot be loaded"],
    ["throws.mjs", "throw new Error('no luck')", "cannot be loaded: no luck"],
    ["import.mjs", "import 'no-such-package'; export default 1", "Cannot find package 'no-such-package'"],
    ["named.mjs", "export const scenario = {}", "it has no default export (it exports scenario)"],
    ["number.mjs", "export default 7", "the default export must be an object"],
    ["nameless.mjs", "export default { summary: 'x' }", 'name: "name" is missing'],
    ["record.mjs", scenario("expectations: { single: { kind: 'holds' } }"), "expectations must be a Map"],
    ["topology.mjs", scenario("expectations: new Map([['raft', { kind: 'holds' }]])"), "no topology 'raft'"],
    ["kind.mjs", scenario("expectations: new Map([['single', { kind: 'works' }]])"), "kind 'holds' or 'violates'"],
    ["empty.mjs", scenario("expectations: new Map()"), "at least one topology"],
    ["planless.mjs", scenario("plan: 3"), "plan must be a function"],
    ["failing.mjs", scenario("plan() { throw new Error('no luck') }"), "plan() failed: no luck"],
    ["clients.mjs", scenario("plan: () => ({ cluster: {}, network: 'rack', limit: 1 })"), "plan(): cluster.replicas: "],
  ])("%s is refused in one line, exit code 254", async (name, content, complaint) => {
    mkdirSync(at("own"), { recursive: true });
    if (content !== undefined) writeFileSync(at(`own/${name}`), content);
    const { code, out, err } = await faultline(`run ${at(`own/${name}`)}`);
    expect(err.split("\n")[0]).toContain(complaint);
    expect(err).not.toMatch(/^\s+at /m);
    expect([code, out]).toEqual([254, ""]);
  });
});

/** A sound scenario but for what is given. */
function scenario(fault: string): string {
  return `export default {
    name: "own", summary: "a user's", claims: [], expectations: new Map([["single", { kind: "holds" }]]),
    plan: () => ({}), ${fault} };`;
}
