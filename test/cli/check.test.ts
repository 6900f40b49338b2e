import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { models } from "../../checkers/catalogue.ts";
import { judgeFile } from "../../cli/judge-file.ts";
import { displayWidth } from "../../cli/terminal.ts";
import { faultline } from "./support/faultline.ts";

/** The fixtures, as a user names them. */
const AT = relative(process.cwd(), join(import.meta.dirname, "fixtures"));

let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "faultline-check-"));
  // The first start after a change bundles the program.
  await faultline("--version");
}, 120_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Lines without what differs from run to run. */
const steady = (text: string): string => text.replaceAll(/\d+(\.\d)? (ms|s)$/gm, "TIME");

describe("bad words are answered in one clear line, with what is valid, and exit code 254", () => {
  test.each([
    ["check", "which file?", "--model MODEL"],
    [`check ${AT}/register.jsonl`, "by which model?", "cas-register"],
    [`check ${AT}/register.jsonl --model cas-registre`, "unknown model 'cas-registre'", "did you mean 'cas-register'?"],
    [`check - - --model register`, "can be read once", ""],
    [`check ${AT}/register.jsonl --model register --steps none`, "'none' is not a whole number", ""],
    [`check ${AT}/register.jsonl --model register --memory 1`, "--memory: '1' is not a whole number from 64", ""],
    [`check ${AT}/register.jsonl --model register --init [1`, "--init: '[1' is no value in JSON or EDN", "nil"],
    [`check ${AT}/register.jsonl --model register --lang fr`, "no language 'fr'", "en, zh-CN"],
    [`check ${AT}/write-skew.edn --model list-append --steps 9`, "means nothing to model 'list-append'", "register"],
    [`check ${AT}/write-skew.edn --model list-append --consistency acid`, "'acid'", "strict-serializable"],
  ])("faultline %s", async (words, complaint, hint) => {
    const { code, out, err } = await faultline(words);
    expect(err.split("\n")[0]).toContain(complaint);
    expect(err).toContain(hint);
    expect(out).toBe("");
    expect(code).toBe(254);
  });
});

describe("a history is judged", () => {
  test("valid, with exit code 0", async () => {
    const { code, out, err } = await faultline(`check ${AT}/register.jsonl --model register`);
    expect(err).toBe("");
    expect(steady(out)).toBe(`${AT}/register.jsonl   valid      2 operations, 2 clients, TIME\n`);
    expect(code).toBe(0);
  });

  test("not valid, with the reason and exit code 1", async () => {
    const { code, out, err } = await faultline(`check ${AT}/stale-read.log --model cas-register`);
    expect(err).toBe("");
    // No time is told, so a moment is a line of the file.
    expect(steady(out)).toBe(
      `${AT}/stale-read.log   invalid    6 operations, 5 clients, TIME
  left out: 2 entries of processes that are no clients
  op 4 (process 3, read → 2, line 12–line 15) cannot be placed: by then 2 had been overwritten by op
  1 (process 0, cas [2, 4]), acknowledged at line 8, and no write of 2 was open.
`,
    );
    expect(code).toBe(1);
  });

  test("unknown when a bound ends the search, with the bound and exit code 2", async () => {
    const path = join(folder, "hard.jsonl");
    writeFileSync(path, hard(12));
    const { code, out } = await faultline(`check ${path} --model queue --steps 5`);
    expect(out).toContain("unknown");
    expect(out).toContain("limit of 5 configurations");
    expect(code).toBe(2);
  });

  test("key by key, when values are pairs of a key and a value", async () => {
    const { code, out } = await faultline(`check ${AT}/two-keys.edn --model register --keyed`);
    expect(steady(out)).toContain("invalid    2 operations, 2 clients, 2 keys, TIME");
    expect(out).toContain("read y → 1, 3.0 µs–4.0 µs");
    expect(code).toBe(1);
    const unkeyed = await faultline(`check ${AT}/two-keys.edn --model register`);
    expect(unkeyed.err).toContain("two-keys.edn:5: the read asks for a pair of a key and nothing");
    expect(unkeyed.code).toBe(254);
  });

  test("from the value that was there at first, in JSON or EDN", async () => {
    const text = `{"process":0,"type":"invoke","f":"read"}\n{"process":0,"type":"ok","f":"read","value":"k"}\n`;
    for (const [init, code] of [
      [":k", 0],
      ['"k"', 0],
      ["k", 0],
      ["nil", 1],
      ["1", 1],
    ] as const) {
      const outcome = await faultline(`check - --model register --init ${init}`, undefined, text);
      expect([init, outcome.code, outcome.err]).toEqual([init, code, ""]);
    }
  });

  test("compressed, from standard input, by each model that it makes sense to", async () => {
    const queue = gzipSync(readFileSync(join(AT, "queue.json")));
    expect((await faultline("check - --model queue", undefined, queue)).code).toBe(0);
    expect((await faultline(`check ${AT}/write-skew.edn --model list-append`)).code).toBe(1);
    const weak = `check ${AT}/write-skew.edn --model list-append --consistency snapshot-isolation`;
    expect((await faultline(weak)).code).toBe(0);
  });

  test.each([
    ["bank.json --model bank", "balances that add up to 6, not 10", 1],
    ["bank.json --model bank --total 6", "balances that add up to 10, not 6", 1],
    ["lost-element.edn --model set-full", "did not read 1", 1],
    ["lost-element.edn --model set", "it does not hold 1", 1],
    ["long-fork.log --model long-fork", "T2 → rw T1 → wr T3 → rw T0 → wr T2", 1],
    ["causal.jsonl --model causal", "process 0 is ann, process 2 is cat", 1],
    ["causal.jsonl --model causal-memory", "causality broken", 1],
    ["causal.jsonl --model causal-convergence", "causality broken", 1],
    ["causal.jsonl --model session-guarantees", "writes-follow-reads broken", 1],
    ["causal.jsonl --model monotonic-writes", "valid", 0],
    ["session.jsonl --model read-your-writes", "older than 2, which it had itself left there", 1],
    ["session.jsonl --model monotonic-reads", "valid", 0],
    ["session.jsonl --model causal --init 1", "unusable", 254],
  ])("%s", async (words, sentence, code) => {
    const outcome = await faultline(`check ${AT}/${words}`);
    expect(outcome.out.replaceAll(/\s+/g, " ")).toContain(sentence);
    expect(outcome.code).toBe(code);
  });

  test("a cycle is told step by step", async () => {
    const { out } = await faultline(`check ${AT}/write-skew.edn --model list-append`);
    expect(out).toContain("\n    T1 read 1 without 2, which T2 wrote\n    T2 read 2 without 1, which T1 wrote\n");
  });

  test("several are judged one by one, and the exit code is the worst", async () => {
    const names = ["register.jsonl", "stale-read.log", "fresh-read.log"].map((name) => `${AT}/${name}`);
    const { code, out, err } = await faultline(`check ${names.join(" ")} --model cas-register`);
    expect(err).toBe("");
    expect(out.match(/(?<= {3})(in)?valid(?= )/g)).toEqual(["valid", "invalid", "valid"]);
    expect(code).toBe(1);
    const others = await faultline(`check ${names.join(" ")} ${AT}/no-answer.jsonl --model cas-register`);
    expect(others.out).toContain("unusable");
    expect(others.err).toContain('no-answer.jsonl:3: type is "okay"; expected invoke, ok, fail or info\n');
    expect(others.code).toBe(254);
  });

  test("no line is wider than 100 columns, in either language", async () => {
    for (const language of ["en", "zh-CN"]) {
      const names = ["stale-read.log", "register.jsonl"].map((name) => `${AT}/${name}`).join(" ");
      const { code, out } = await faultline(`check ${names} --model cas-register --lang ${language}`);
      for (const line of out.split("\n")) expect(displayWidth(line), line).toBeLessThanOrEqual(100);
      expect(code).toBe(1);
      expect(out.includes("无效")).toBe(language === "zh-CN");
    }
  });
});

describe("for programs, a line of JSON a file", () => {
  const report = async (words: string): Promise<{ readonly lines: unknown[]; readonly code: number | null }> => {
    const { out, code } = await faultline(`check ${words} --json`);
    return {
      lines: out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
      code,
    };
  };

  test("with the verdict, and the operations that a violation rests on", async () => {
    const { lines, code } = await report(`${AT}/register.jsonl ${AT}/stale-read.log --model cas-register`);
    expect(lines).toMatchObject([
      {
        schema: "faultline-check/1",
        file: `${AT}/register.jsonl`,
        model: "cas-register",
        format: "json-lines",
        verdict: "valid",
        operations: 2,
        clients: 2,
        timed: true,
        violations: [],
        violationCount: 0,
      },
      {
        format: "jepsen-log",
        verdict: "invalid",
        ignored: 2,
        timed: false,
        violationCount: 1,
        violations: [
          {
            kind: "nonlinearizable",
            operations: [
              { index: 4, process: 3, f: "read", value: 2, outcome: "ok", line: 12, endLine: 15 },
              { index: 1, process: 0, f: "cas", input: [2, 4], outcome: "ok", line: 4, endLine: 8 },
            ],
            message: {
              id: "linearizability-overwritten",
              text: expect.stringContaining("acknowledged at line 8") as unknown,
            },
          },
        ],
      },
    ]);
    expect(code).toBe(1);
  });

  test("with what is wrong with a file that cannot be used", async () => {
    const { lines, code } = await report(`${AT}/no-answer.jsonl ${AT}/nothing.jsonl --model register`);
    expect(lines).toMatchObject([
      { verdict: "unusable", error: { line: 3, reason: expect.stringContaining("okay") as unknown } },
      { verdict: "unusable", error: { reason: "there is no such file" } },
    ]);
    expect(code).toBe(254);
  });
});

describe("what cannot be used is named with its place", () => {
  test.each<[string, string | Uint8Array, string]>([
    ["an unknown format", "\nhello\n", ":2: no format of histories begins like this: hello"],
    [
      "an operation of another model",
      `{"process":0,"type":"invoke","f":"add","value":1}`,
      ":1: model register knows no 'add'",
    ],
    ["a damaged archive", gzipSync("x".repeat(1000)).subarray(0, 20), ": the compressed file is damaged or cut off"],
    ["bytes that are no text", Uint8Array.of(123, 10, 0xff, 0xfe), ":1: this is not text in UTF-8"],
  ])("%s", async (_what, input, complaint) => {
    const { code, out, err } = await faultline("check - --model register", undefined, input);
    expect(err).toContain(`error: -${complaint}`);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect(out).toBe("-   unusable\n");
    expect(code).toBe(254);
  });

  test("a value that makes no sense to a model", async () => {
    const input = `{"process":0,"type":"invoke","f":"read"}\n{"process":1,"type":"invoke","f":"cas","value":3}`;
    const { code, err } = await faultline("check - --model cas-register", undefined, input);
    expect(err).toContain("-:2: cas-register: operation 1 (cas): needs a pair [from, to]");
    expect(code).toBe(254);
  });

  test("a folder, a file that is not there, a name with a control character", async () => {
    const { code, err } = await faultline(`check ${folder} ${AT}/no\u001b[31mne --model register`);
    expect(err).toContain(`error: ${folder}: this is a directory`);
    expect(err).toContain("\ufffd[31mne: there is no such file");
    expect(code).toBe(254);
  });

  test("whatever bytes a file has, it is judged or its place is named", async () => {
    const entry = fc.record({
      process: fc.oneof(fc.nat(3), fc.constant("nemesis")),
      type: fc.constantFrom("invoke", "ok", "fail", "info"),
      f: fc.constantFrom("read", "write", "cas", "txn", "add"),
      value: fc.json().map((text) => JSON.parse(text) as unknown),
    });
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.uint8Array().map((content) => Uint8Array.of(0x1f, 0x8b, ...content)),
      fc.array(entry).map((entries) => entries.map((one) => JSON.stringify(one)).join("\n")),
    );
    const path = join(folder, "fuzz");
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom(...models.keys()), fc.boolean(), async (content, model, keyed) => {
        writeFileSync(path, content);
        const outcome = await judgeFile({ file: path, model, keyed, options: { steps: 1_000 } }, () => undefined);
        if (outcome.type === "unusable") expect(outcome.problem.reason).not.toMatch(/\n|undefined|\[object/);
        else expect(outcome.type).toBe("judged");
      }),
      { numRuns: 1_000 },
    );
  });
});

test("a history that needs more memory than it may have remains unknown, and the next one is judged", async () => {
  const path = join(folder, "large.jsonl");
  const lines: string[] = [];
  for (let at = 0; at < 200_000; at++) {
    const value = `${at}-${"x".repeat(400)}`;
    lines.push(JSON.stringify({ process: 0, type: "invoke", f: "write", value }));
    lines.push(JSON.stringify({ process: 0, type: "ok", f: "write" }));
  }
  writeFileSync(path, lines.join("\n"));
  const { code, out, err } = await faultline(`check ${path} ${AT}/register.jsonl --model register --memory 64`);
  expect(out).toMatch(
    /large\.jsonl {3}unknown\n {2}More than 64 MiB of memory are needed; [\d,]+ operations had been read/,
  );
  expect(out).toMatch(/register\.jsonl +valid/);
  expect(err).toBe("");
  expect(code).toBe(2);
});

test("Ctrl-C stops a check, with what was done and exit code 130", async () => {
  const path = join(folder, "endless.jsonl");
  writeFileSync(path, hard(400));
  const words = `check ${AT}/queue.json ${path} --model queue --steps 1000000000000`;
  const { code, out } = await faultline(words, "valid");
  expect(out).toContain("interrupted after 1 of 2 files");
  expect(code).toBe(130);
});

/** A queue's history that takes long to judge: all at once, nothing that tells one order from another until the end. */
function hard(size: number): string {
  const entries: object[] = [];
  const all = Array.from({ length: size }, (_, process) => process);
  for (const process of all) entries.push({ process, type: "invoke", f: "enqueue", value: process });
  for (const process of all) entries.push({ process, type: "ok", f: "enqueue", value: process });
  for (const process of all) entries.push({ process, type: "invoke", f: "dequeue" });
  for (const process of all) entries.push({ process, type: "ok", f: "dequeue", value: (process * 7 + 3) % size });
  return entries.map((entry) => JSON.stringify(entry)).join("\n");
}
