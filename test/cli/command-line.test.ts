import { beforeAll, describe, expect, test } from "vitest";
import { faultline } from "./support/faultline.ts";

beforeAll(async () => {
  // The first start after a change bundles the program.
  await faultline("--version");
}, 120_000);

describe("bad input is answered in one clear line, with what is valid, and exit code 254", () => {
  test.each([
    ["rum", "unknown command 'rum'", "did you mean 'ui' or 'run'?"],
    ["run", "which scenario?", "valid: compaction-race"],
    ["run compaction-rase", "unknown scenario 'compaction-rase'", "did you mean 'compaction-race'?"],
    ["run compaction-race --topology singel", "unknown topology 'singel'", "did you mean 'single'?"],
    ["run compaction-race --seeds many", "--seeds: 'many' is not a whole number", ""],
    ["run compaction-race --seed -1", "faultline run", ""],
    ["run compaction-race --seed 1.5", "--seed: '1.5' is not a whole number", ""],
    ["run compaction-race --seed 99999999999999999999", "is not a whole number", ""],
    ["run compaction-race --seeds 0", "--seeds: '0' is not a whole number of at least 1|from 1", ""],
    ["run compaction-race --seeds 3 --seed 4", "exclude each other", ""],
    ["run compaction-race --sedes 3", "--sedes", "valid options: --suite"],
    ["run compaction-race stale-manifest", "unexpected word 'stale-manifest'", ""],
    ["run compaction-race --seed 1 --seed 2", "--seed is given twice (1, 2)", "give --seed once"],
    ["run compaction-race --topology single --topology single", "--topology is given twice", ""],
    ["run", "which scenario?", "--suite ci"],
    ["run --suite sea", "unknown suite 'sea'", "valid: comparison, ci, nightly"],
    ["run compaction-race --suite ci", "exclude each other", ""],
    ["run --suite ci --topology raft", "unknown topology 'raft'", "valid: single"],
    ["run --suite ci --seed 1 --time 5m", "--seed and --time exclude each other", ""],
    ["run --suite ci --time soon", "--time: 'soon' is no length of time", "10m"],
    ["run --suite ci --time 0s", "--time: '0s' is no length of time", "10m"],
    ["run --suite ci --shard 5/4", "--shard: '5/4' is no shard", "2/4"],
    ["run --suite ci --shard 0/4", "--shard: '0/4' is no shard", "2/4"],
    ["run --suite ci --reporter lisst", "unknown reporter 'lisst'", "did you mean 'list'?"],
    ["run --suite ci --reporter junit=", "--reporter junit=: which file?", "junit=out/"],
    ["run --suite ci --reporter json=a --reporter junit=a", "two reporters would write a", ""],
    ["merge", "which blobs?", ""],
    ["merge nowhere.blob", "nowhere.blob cannot be read: there is no such file", ""],
    ["replay compaction-race", "which seed?", "--seed S"],
    ["replay compaction-race --seed 1 --from yesterday", "'yesterday' is not a moment", "1.5ms"],
    ["replay compaction-race --seed 1 --lang fr", "no language 'fr'", "en, zh-CN"],
    ["replay compaction-race --seed 1 --host nobody", "no machine 'nobody'", "replica-1"],
  ])("faultline %s", async (words, complaint, hint) => {
    const { code, err } = await faultline(words);
    expect(code).toBe(254);
    expect(err.split("\n")[0]).toMatch(new RegExp(complaint.replaceAll(/[.?()]/g, "\\$&")));
    expect(err).toContain(hint);
    expect(err).not.toMatch(/^\s+at /m);
  });
});

describe("commands", () => {
  test("list, help and version", async () => {
    const listed = await faultline("list");
    expect(listed.code).toBe(0);
    for (const name of ["compaction-race", "stale-manifest", "single", "shared-disk:as-written"]) {
      expect(listed.out).toContain(name);
    }
    expect((await faultline("help")).out).toContain("replay");
    expect((await faultline("help run")).out).toContain("--seeds");
    expect((await faultline("run --help")).out).toContain("--seeds");
    expect((await faultline("--version")).out).toMatch(/^faultline, build [0-9a-f]{7}\n$/);
  });

  test("run prints what was found, and a replay line that finds the same again and exits 1", async () => {
    const run = await faultline("run compaction-race --seeds 40 --workers 2");
    expect(run.code).toBe(0);
    expect(run.out).toContain("expected: violates SD-2 ✔");
    const line = /^replay:\n {2}npx faultline (.*)$/m.exec(run.out)?.[1] ?? "";
    const replay = await faultline(line);
    expect(replay.code).toBe(1);
    expect(replay.err).toBe("");
    expect(replay.out).toContain("plan: primary, replica-1, replica-2, disk; 3 clients");
    expect(replay.out).toMatch(/SD-2 · replica-\d held version \d+ for .*; primary deleted \d{6}\.sst/);
    expect(replay.out).toMatch(/verdict violated · fingerprint [0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4}/);
    const timeline = replay.out.split("\n").filter((text) => / ms {2}/.test(text));
    expect(timeline.length).toBeGreaterThan(3);
    expect(timeline.length).toBeLessThanOrEqual(40);
    for (const text of replay.out.split("\n")) expect(text.length).toBeLessThanOrEqual(100);
    expect((await faultline(line)).out).toBe(replay.out);
  });

  test("a seed that holds replays with exit code 0, and another build is mentioned", async () => {
    const replay = await faultline("replay compaction-race --topology single --seed 1 --build 0000000");
    expect(replay.code).toBe(0);
    expect(replay.out).toContain("verdict holds");
    expect(replay.err).toMatch(/this is build [0-9a-f]{7}, the seed was found by 0000000/);
  });

  test("--all, --host, --from and --to choose what a replay shows", async () => {
    const all = await faultline("replay compaction-race --topology single --seed 1 --all");
    const some = await faultline("replay compaction-race --topology single --seed 1 --from 0ms --to 20ms");
    const other = await faultline("replay compaction-race --topology single --seed 1 --host primary --lang zh-CN");
    expect(all.out.split("\n").length).toBeGreaterThan(some.out.split("\n").length);
    expect(some.out).toContain("opens the database");
    expect(other.out).toContain("打开数据库");
  });

  test("Ctrl-C stops a run, with a summary of what ran and exit code 130", async () => {
    const { code, out } = await faultline("run compaction-race --topology single --seeds 1000000", "build");
    expect(code).toBe(130);
    expect(out).toMatch(/interrupted after \d+ of 1000000 seeds/);
  });
});
