import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { faultline } from "./support/faultline.ts";

const folder = mkdtempSync(join(tmpdir(), "faultline-cases-"));
const at = (name: string): string => join(folder, name);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("a plan that replay prints runs from its file, to the same fingerprint", async () => {
  const printed = await faultline("replay register --seed 5 --plan");
  expect([printed.code, printed.err]).toEqual([0, ""]);
  writeFileSync(at("plan.json"), printed.out);
  const fingerprint = (text: string): string | undefined => /fingerprint ([0-9a-f ]+)/.exec(text)?.[1];
  const [drawn, read] = [await faultline("replay register --seed 5"), await faultline(`replay ${at("plan.json")}`)];
  expect([drawn.code, read.code]).toEqual([0, 0]);
  expect(fingerprint(drawn.out)).toBeDefined();
  expect(fingerprint(read.out)).toBe(fingerprint(drawn.out));
});

test("a kept case shows what it is kept for, and saves its history for check", async () => {
  const words = `replay scenarios/cases/stale-manifest.json --history ${at("history.jsonl")}`;
  const { code, out } = await faultline(words);
  expect(code).toBe(1);
  expect(out).toContain("SD-3");
  const judged = await faultline(`check ${at("history.jsonl")} --model register`);
  expect([judged.code, judged.err]).toEqual([1, ""]);
});

test.each([
  ["nowhere.json", undefined, "there is no such file"],
  ["text.json", "once upon a time", "is not JSON"],
  ["other.json", '{"a":1}', "not a case"],
])("%s is refused in one line, exit code 254", async (name, content, complaint) => {
  if (content !== undefined) writeFileSync(at(name), content);
  const { code, out, err } = await faultline(`replay ${at(name)}`);
  expect([code, out]).toEqual([254, ""]);
  expect(err.split("\n")[0]).toContain(complaint);
});

test("a client with a node's name is refused, before anything runs", async () => {
  const printed = await faultline("replay register --seed 5 --plan");
  writeFileSync(at("named.json"), printed.out.replaceAll('"name": "register-1"', '"name": "primary"'));
  expect(readFileSync(at("named.json"), "utf8")).toContain('"name": "primary"');
  const { code, out, err } = await faultline(`replay ${at("named.json")}`);
  expect([code, out]).toEqual([254, ""]);
  expect(err).toContain("a client cannot be called 'primary'");
});
