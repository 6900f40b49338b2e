import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NodeDrain } from "../../../host/nodejs/drain.ts";
import { drawPlan } from "../../../scenarios/draw-plan.ts";
import { runPlan } from "../../../scenarios/run-plan.ts";
import { traceScenario } from "../../../scenarios/trace-scenario.ts";
import { CsvError, csvRecords } from "../../../scenarios/traces/csv.ts";
import {
  OperationTraceError,
  parseOperationTrace,
  type OperationTraceOptions,
  type TracedOperation,
} from "../../../scenarios/traces/operation-trace.ts";
import { nanoseconds } from "../../../scenarios/traces/time-text.ts";
import { traceClients } from "../../../scenarios/traces/trace-clients.ts";
import { NamedStream } from "../../../sim/random.ts";

const CSV = `time,operation,key,value size
0,SET,user1,100
1.5,GET,user1,
2,delete,"a ""b"", c",
2,scan,user,5
`;

const OPERATIONS: TracedOperation[] = [
  { time: 0, op: "write", key: "user1", size: 100, client: undefined },
  { time: 1_500_000, op: "read", key: "user1", size: 0, client: undefined },
  { time: 2_000_000, op: "delete", key: 'a "b", c', size: 0, client: undefined },
  { time: 2_000_000, op: "scan", key: "user", size: 5, client: undefined },
];

describe("a recorded trace", () => {
  test("is read from CSV, with any line ends and a byte order mark", () => {
    expect(parseOperationTrace(CSV)).toEqual(OPERATIONS);
    expect(parseOperationTrace(`\ufeff${CSV.replaceAll("\n", "\r\n")}`)).toEqual(OPERATIONS);
    expect(parseOperationTrace(CSV.trimEnd())).toEqual(OPERATIONS);
  });

  test("is read from JSON Lines", () => {
    const lines = [
      { time: 0, op: "put", key: "user1", bytes: 100 },
      { time: 1.5, op: "get", key: "user1", bytes: null },
      { ts: "2", op: "del", key: 'a "b", c' },
      { time: 2, op: "scan", key: "user", size: 5, other: { ignored: true } },
    ];
    expect(parseOperationTrace(lines.map((line) => JSON.stringify(line)).join("\n\n"))).toEqual(OPERATIONS);
  });

  test("names its columns as it likes, and counts time in any unit, also since 1970", () => {
    const text = "When,What,Which,How Much,Who\n1700000000.000000002,get,k,,a\n1700000000.000000001,put,k,7,b\n";
    const columns = { time: "when", operation: "what", key: "which", size: "how much", client: "who" };
    expect(parseOperationTrace(text, { unit: "s", columns })).toEqual([
      { time: 0, op: "write", key: "k", size: 7, client: "b" },
      { time: 1, op: "read", key: "k", size: 0, client: "a" },
    ]);
    expect(parseOperationTrace(CSV, { unit: "us", speedUp: 10 }).map(({ time }) => time)).toEqual([0, 150, 200, 200]);
  });

  test.each([
    ["", {}, "the trace has no operations"],
    ["time,operation,key,size\n", {}, "the trace has no operations"],
    ["time,operation,key\n1,get,k", {}, "line 1: no column 'value size' or 'value_size'"],
    [CSV, { columns: { client: "who" } }, "line 1: no column 'who' for client; there are: time, operation, key"],
    ["time,op,key,size\n\nx,get,k,1", {}, 'line 3: time is "x", but must be a decimal number of ms'],
    ["time,op,key,size\n,get,k,1", {}, 'line 2: time is ""'],
    ["time,op,key,size\n1,fetch,k,1", {}, 'line 2: operation is "fetch", but must be one of read, get,'],
    ["time,op,key,size\n1,get,,1", {}, 'line 2: key is "", but must be text of 1 to 1024 characters'],
    ["time,op,key,size\n1,put,k,", {}, 'line 2: value size is "", but must be a whole number from 0 to 1048576'],
    ["time,op,key,size\n1,put,k,1.5", {}, 'line 2: value size is "1.5"'],
    ["time,op,key,size\n1,put,k,2000000", {}, 'line 2: value size is "2000000"'],
    ["time,op,key,size\n1,put", {}, "line 2: key is missing"],
    ["time,op,key,size\n1,scan,k,0", {}, 'line 2: the number of keys is "0"'],
    ['time,op,key,size\n1,put,"a\nb",1\n2,put,"c', {}, "line 4: a field in quotes has no closing quote"],
    ['time,op,key,size\n1,put,"a"b,1', {}, "line 2: a field goes on after its closing quote"],
    ['time,op,key,size\n1,put,a"b,1', {}, "line 2: a quote inside a field without quotes"],
    ['{"time":1,"op":"get","key":"k"}\n{"time"', {}, "line 2: not JSON"],
    ['{"time":1,"op":"get","key":"k"}\n[1]', {}, "line 2: the line is no JSON object"],
    ['{"time":1,"op":"get","key":["k"]}', {}, "line 1: key is neither text nor a number"],
    ['{"time":1,"op":"get","key":"\\ud800"}', {}, "line 1: key is"],
    [`{"time":1,"op":"get","key":"${"k".repeat(100_000)}"}`, {}, "line 1: the line is longer than 100000 characters"],
    [CSV, { most: 3 }, "line 5: the trace has more than 3 operations"],
    ["time,op,key,size\n1,get,k,\n1e16,get,k,", {}, "the trace lasts longer than 104 days"],
    [CSV, { speedUp: 0.5 }, "a speed-up is a whole number of at least 1, not 0.5"],
  ] as [string, OperationTraceOptions, string][])(
    "that cannot be read says where and why: %j",
    (text, options, message) => {
      let found: unknown;
      try {
        parseOperationTrace(text, options);
      } catch (error) {
        found = error;
      }
      expect(found).toBeInstanceOf(OperationTraceError);
      expect((found as Error).message).toContain(message);
    },
  );

  const traced = fc.array(
    fc.record({
      time: fc.nat(1_000_000_000),
      op: fc.constantFrom("read" as const, "write" as const, "delete" as const),
      key: fc
        .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
        .filter((key) => key.trim() === key && key !== ""),
      size: fc.nat(5000),
      client: fc.constantFrom("a", "b", "c"),
    }),
    { minLength: 1 },
  );

  test("comes back as it was written, in both formats", () => {
    fc.assert(
      fc.property(traced, (operations) => {
        const first = Math.min(...operations.map(({ time }) => time));
        const expected = operations
          .map((each) => ({ ...each, time: each.time - first, size: each.op === "write" ? each.size : 0 }))
          .sort((a, b) => a.time - b.time);
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const rows = operations.map(
          ({ time, op, key, size, client }) => `${time},${op},${quoted(key)},${size},${client}`,
        );
        expect(parseOperationTrace(["time,op,key,size,client", ...rows].join("\n"), { unit: "ns" })).toEqual(expected);
        const lines = operations.map((each) => JSON.stringify(each)).join("\n");
        expect(parseOperationTrace(lines, { unit: "ns" })).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test("of whatever text is a trace or an error that says why, and nothing else", () => {
    const pieces = fc.constantFrom(
      '"',
      ",",
      "\n",
      "\r\n",
      "{",
      "}",
      "time",
      "op",
      "key",
      "size",
      "1",
      "get",
      "k",
      ":",
      "-",
      "e9",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join("")),
      fc.array(pieces, { maxLength: 40 }).map((parts) => `time,op,key,size\n1,get,k,\n${parts.join("")}`),
    );
    fc.assert(
      fc.property(text, (given) => {
        try {
          expect(parseOperationTrace(given).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(OperationTraceError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

test("CSV is read as RFC 4180 has it", () => {
  const text = 'a,b\r\n"1,\n""2""",\n\n,\n"",x';
  expect([...csvRecords(text)]).toEqual([
    { line: 1, fields: ["a", "b"] },
    { line: 2, fields: ['1,\n"2"', ""] },
    { line: 5, fields: ["", ""] },
    { line: 6, fields: ["", "x"] },
  ]);
  expect(() => [...csvRecords('a\n"b')]).toThrow(CsvError);
});

test("times are exact in whole nanoseconds", () => {
  expect(nanoseconds("1700000000.123456789", "s")).toBe(1_700_000_000_123_456_789n);
  expect(nanoseconds("1.5", "ns")).toBe(1n);
  expect(nanoseconds("1.5e3", "us")).toBe(1_500_000n);
  expect(nanoseconds("25e-1", "ms")).toBe(2_500_000n);
  expect(nanoseconds("1e-30", "s")).toBe(0n);
  expect(nanoseconds("-2", "ms")).toBe(-2_000_000n);
  for (const wrong of ["", " 1", "1.", ".5", "0x1", "1e999", "Infinity", "NaN", "1,5"]) {
    expect(nanoseconds(wrong, "ms")).toBeUndefined();
  }
});

describe("clients that replay a trace", () => {
  const options = { clients: 2, readFrom: "replica" } as const;

  test("take operations in turn, each at its time", () => {
    const plans = traceClients(parseOperationTrace(CSV), new NamedStream("t"), options);
    expect(plans.map(({ name, steps }) => [name, steps.map(({ wait, operation }) => [wait, operation])])).toEqual([
      [
        "trace-1",
        [
          [0, { op: "write", key: "user1", value: "trace-1-1", bytes: 100 }],
          [2_000_000, { op: "delete", key: 'a "b", c' }],
        ],
      ],
      [
        "trace-2",
        [
          [1_500_000, { op: "read", key: "user1" }],
          [500_000, { op: "scan", from: "user", limit: 5 }],
        ],
      ],
    ]);
    expect(plans[1]?.steps[0]?.target?.role).toBe("replica");
  });

  test("keep a recorded client's operations together", () => {
    const text = "time,op,key,size,client\n1,get,a,,x\n2,get,b,,y\n3,get,c,,z\n4,get,d,,x\n5,get,e,,y\n";
    const plans = traceClients(parseOperationTrace(text), new NamedStream("t"), options);
    expect(plans.map(({ steps }) => steps.map(({ operation }) => "key" in operation && operation.key))).toEqual([
      ["a", "c", "d"],
      ["b", "e"],
    ]);
  });

  test("are a scenario that runs, the same for a seed every time", async () => {
    const scenario = traceScenario("mine", CSV, { clients: 3 });
    expect(scenario.summary).toBe("a recorded trace: 4 operations in 1 s");
    expect(scenario.expectations.get("single")).toEqual({ kind: "holds" });
    const plan = drawPlan(scenario, "single", 1);
    expect(drawPlan(scenario, "single", 1)).toEqual(plan);
    const report = await runPlan(plan, { drain: new NodeDrain() });
    expect(report.findings).toEqual([]);
    expect(report.failure).toBeUndefined();
    const done = report.history.filter(({ type }) => type === "ok").map(({ f, value }) => [f, value]);
    expect(done).toContainEqual(["write", "trace-1-1"]);
    expect(done).toContainEqual(["read", "trace-1-1"]);
    expect(() => traceScenario("mine", "nothing")).toThrow(OperationTraceError);
  });
});
