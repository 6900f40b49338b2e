import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { faultline } from "./support/faultline.ts";

beforeAll(async () => {
  // The first start after a change bundles the program.
  await faultline("--version");
}, 120_000);

describe("bad input is answered in one clear line and exit code 254", () => {
  test.each([
    ["crash --workload first-wrte", "unknown workload 'first-wrte'", "did you mean 'first-write'?"],
    ["crash --model none", "unknown model 'none'", "strict, ordered, lossy"],
    ["crash --point 3", "need --workload", ""],
    ["crash --state 0.1", "--state needs --point", ""],
    ["crash --workload first-write --point 3 --state x", "'x' is no state", "kill"],
    ["crash --workload first-write --point 14 --state 9.9.9.9.9.9.9", "the state needs", ""],
    ["crash --workload first-write --point 999 --state kill", "there are 21 calls", ""],
    ["crash --workload first-write --fault 3:EPERM", "no call and fault", "17:EIO:before"],
    ["crash --workload first-write --point 21 --rot /db/CURRENT:999:1", "no such byte", ""],
    ["bugs ST-99", "unknown bug 'ST-99'", "ST-1"],
  ])("faultline %s", async (words, complaint, hint) => {
    const { code, err } = await faultline(words);
    expect(err).toContain(complaint);
    expect(err).toContain(hint);
    expect(code).toBe(254);
  });
});

/** What an exploration printed, but for the time that it took. */
function sumsOf(out: string): string {
  return out.replace(/\(\d+\.\d s, .*\)/, "");
}

test("one workload is explored, in all its ways, and holds", async () => {
  const { code, out, err } = await faultline("crash --workload first-write --workers 2");
  expect(err).toBe("");
  expect(out).toMatch(/first-write +21 +\d+ +\d+ +\d+\n/);
  expect(out).toMatch(/rotten bits: \d+; noticed \d+/);
  expect(out).toMatch(/faults of the disk: \d+, \d+ recoveries after them\n +EIO:before \d+, /);
  expect(out).toMatch(/lying-sync \d+; recovered whole \d+, noticed \d+, lost unnoticed \d+ \(excused\)/);
  for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  expect(out).toContain("every state recovered as promised ✔");
  expect(code).toBe(0);
});

test("a planted bug is caught, and the line printed catches it again and exits 1; without the bug it holds", async () => {
  const bugs = await faultline("bugs ST-13");
  expect(bugs.code).toBe(0);
  expect(bugs.out).toContain("caught 1 of 1 ✔");
  for (const line of bugs.out.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  const line = /npx faultline (crash .*)/.exec(bugs.out)?.[1] ?? "";
  const replay = await faultline(line);
  expect(replay.err).toBe("");
  expect(replay.code).toBe(1);
  expect(replay.out).toContain("lost: the name 000004.sst");
  expect(replay.out).toContain("it names 000004.sst, which is missing");
  expect((await faultline(line)).out).toBe(replay.out);
  const point = /--point \d+/.exec(line)?.[0] ?? "";
  const sound = await faultline(`crash --workload one-flush ${point}`);
  expect(sound.out).toContain("recovered as promised ✔");
  expect(sound.code).toBe(0);
});

test.each(["ST-2", "ST-14", "ST-15"])("%s: a long title is cut between words", async (id) => {
  const { code, out } = await faultline(`bugs ${id}`);
  expect(code).toBe(0);
  for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
});

test("what cannot arise is told with its reason", async () => {
  const { code, out } = await faultline("bugs ST-17");
  expect(code).toBe(0);
  expect(out).toContain("cannot arise: no log is recycled");
});

test("an exploration goes on from where it was saved, to the same sums, and not from another's", async () => {
  const directory = mkdtempSync(join(tmpdir(), "faultline-crash-"));
  try {
    const file = join(directory, "saved");
    const words = "crash --workload first-write --workers 1";
    const whole = await faultline(words);
    const first = await faultline(`${words} --resume ${file}`);
    expect(sumsOf(first.out)).toBe(sumsOf(whole.out));
    // All is done: it is told once more.
    const saved = JSON.parse(readFileSync(file, "utf8")) as { done: string[] };
    expect(saved.done).toHaveLength(5);
    const again = await faultline(`${words} --resume ${file}`);
    expect(sumsOf(again.out)).toBe(sumsOf(whole.out));
    const other = await faultline(`${words} --seed 2 --resume ${file}`);
    expect(other.err).toContain("other options");
    expect(other.code).toBe(254);
    writeFileSync(file, JSON.stringify({ ...saved, build: "0000000" }));
    expect((await faultline(`${words} --resume ${file}`)).err).toContain("was saved by build 0000000");
    writeFileSync(file, "{");
    expect((await faultline(`${words} --resume ${file}`)).err).toContain("is no saved exploration");
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("an interrupted exploration has lost nothing that was done", async () => {
  const directory = mkdtempSync(join(tmpdir(), "faultline-crash-"));
  try {
    const file = join(directory, "saved");
    const words = `crash --workload first-write --workers 1 --resume ${file}`;
    const stopped = await faultline(words, "build");
    expect(stopped.code).toBe(130);
    const whole = await faultline("crash --workload first-write --workers 1");
    expect(sumsOf((await faultline(words)).out)).toBe(sumsOf(whole.out));
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("Ctrl-C stops an exploration, with what was done and exit code 130", async () => {
  const { code, out } = await faultline("crash --long", "build");
  expect(out).toContain("interrupted");
  expect(code).toBe(130);
});
