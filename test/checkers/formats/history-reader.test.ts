import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HistoryFormatError } from "../../../checkers/formats/format-error.ts";
import { HistoryReader, parseHistory, type ReadOptions } from "../../../checkers/formats/history-reader.ts";
import { operationsOf, type HistoryEntry, type HistoryValue } from "../../../checkers/history.ts";

/** Operations in short: process, function, key, input, value and outcome. */
const brief = (text: string, options?: ReadOptions): unknown[] =>
  parseHistory(text, options).operations.map(({ process, f, key, input, value, outcome }) => [
    process,
    f,
    key,
    input,
    value,
    outcome,
  ]);

const THREE = [
  [0, "write", undefined, 3, 3, "ok"],
  [1, "read", undefined, null, 3, "ok"],
  [0, "cas", undefined, [3, 4], [3, 4], "info"],
];

describe("one history in every format", () => {
  test.each([
    [
      "json-lines",
      `{"process":0,"type":"invoke","f":"write","value":3,"time":10}
       {"process":1,"type":"invoke","f":"read","value":null,"time":11}

       {"process":0,"type":"ok","f":"write","value":3,"time":12}
       {"process":0,"type":"invoke","f":"cas","value":[3,4],"time":13}
       {"process":1,"type":"ok","f":"read","value":3,"time":14}
       {"process":0,"type":"info","f":"cas","value":"timed out","error":"timeout","time":15}`,
    ],
    [
      "json-array",
      `[{"type":"invoke","f":"write","value":3,"process":0,"time":10,"index":0},
        {"type":"info","f":"start","value":null,"process":"nemesis","time":10,"index":1},
        {"type":"invoke","f":"read","value":null,"process":1,"time":11,"index":2},
        {"type":"ok","f":"write","value":3,"process":0,"time":12,"index":3},
        {"type":"invoke","f":"cas","value":[3,4],"process":0,"time":13,"index":4},
        {"type":"ok","f":"read","value":3,"process":1,"time":14,"index":5},
        {"type":"info","f":"cas","value":[3,4],"process":0,"time":15,"index":6}]`,
    ],
    [
      "edn",
      `{:type :invoke, :f :write, :value 3, :process 0, :time 10, :index 0}
       {:type :info, :f :start, :process :nemesis, :time 10, :index 1, :value {:n1 #{"n2"}}}
       {:type :invoke, :f :read, :value nil, :process 1, :time 11, :index 2} ; {
       {:type :ok, :f :write, :value 3, :process 0, :time 12, :index 3}
       {:type :invoke, :f :cas, :value [3 4], :process 0, :time 13, :index 4}
       {:type :ok, :f :read, :value 3, :process 1, :time 14, :index 5}
       {:type :info, :f :cas, :value :timed-out, :process 0, :time 15, :error [:timeout "n1"]}`,
    ],
    [
      "edn",
      `[#jepsen.history.Op{:index 0, :time 10, :type :invoke, :process 0, :f :write, :value 3}
        #jepsen.history.Op{:index 1, :time 11, :type :invoke, :process 1, :f :read, :value nil}
        #jepsen.history.Op{:index 2, :time 12, :type :ok, :process 0, :f :write, :value 3}
        #knossos.op.Op{:process 0, :type :invoke, :f :cas, :value [3 4],
                       :time 13}
        #jepsen.history.Op{:index 4, :time 14, :type :ok, :process 1, :f :read, :value 3}]`,
    ],
    [
      "jepsen-log",
      `INFO  jepsen.core - Setting up
INFO  jepsen.util - 0\t:invoke\t:write\t3
INFO  jepsen.util - :nemesis\t:info\t:start\t"Cut off [:n1]"
2024-05-01 09:12:13,456{UTC}\tINFO\t[jepsen worker 1] jepsen.util: 1\t:invoke\t:read\tnil
INFO  jepsen.util - 0  :ok  :write  3
INFO  jepsen.util - 0 :invoke :cas [3 4]
Caught: java.lang.Exception
\tat clojure.core$eval
0\t:info\t:cas\t:timed-out\tjava.io.IOException: [unbalanced
INFO  jepsen.util - 1\t:ok\t:read\t3`,
    ],
  ])("%s", (format, text) => {
    const history = parseHistory(text);
    expect(history.format).toBe(format);
    expect(history.clients).toBe(2);
    expect(history.timed).toBe(format !== "jepsen-log");
    expect(brief(text)).toEqual(THREE);
    if (history.timed) expect(history.operations.map(({ invoked }) => invoked)).toEqual([10, 11, 13]);
    // However the file is cut into pieces, the history is the same.
    for (const size of [1, 2, 7, 64]) {
      const reader = new HistoryReader();
      for (let at = 0; at < text.length; at += size) reader.push(text.slice(at, at + size));
      expect(reader.end()).toEqual(history);
    }
  });

  test("lines are those of the file", () => {
    const text = `\n{"process":0,"type":"invoke","f":"read"}\n\n{"process":0,\n"type":"ok","f":"read","value":1}\n`;
    expect(parseHistory(text).lines).toEqual([2, 4]);
  });

  test("a list without operations is a history without operations; an empty text is none", () => {
    for (const text of ["[]", "[ ]\n", "\ufeff[]", "()"]) expect(brief(text)).toEqual([]);
    for (const text of ["", "  \n\n"]) expect(() => parseHistory(text)).toThrow("line 1: there is nothing in it");
  });

  test.each([
    "INFO  jepsen.util - 3\t:invoke\t:cas\t[1 4]",
    "INFO  jepsen.util - 3  :invoke  :cas  [1 4]",
    "INFO [2019-04-01 11:25:23,722] jepsen worker 3 - jepsen.util 3\t:invoke\t:cas\t[1 4]",
    "2024-05-01 09:12:13,456{UTC}\tINFO\t[jepsen worker 3] jepsen.util: 3\t:invoke\t:cas\t[1 4]",
    "3\t:invoke\t:cas\t[1 4]",
    "3\t:invoke\t:cas\t[1 4]\tsome words (of an error",
    "[main] INFO jepsen.util - 3 :invoke :cas [1 4]\r",
  ])("a line of a log: %s", (line) => {
    expect(brief(`${line}\n`)).toEqual([[3, "cas", undefined, [1, 4], [1, 4], "info"]]);
  });
});

describe("what a history says is told apart", () => {
  test("a crashed process that goes on, an operation that never ended, failures", () => {
    expect(
      brief(`INFO jepsen.util - 0 :invoke :write 1
INFO jepsen.util - 0 :info :write :timed-out
INFO jepsen.util - 0 :invoke :read nil
INFO jepsen.util - 1 :invoke :read nil
INFO jepsen.util - 1 :fail :read :timed-out
INFO jepsen.util - 0 :ok :read nil
INFO jepsen.util - 2 :invoke :write 2`),
    ).toEqual([
      [0, "write", undefined, 1, 1, "info"],
      [0, "read", undefined, null, null, "ok"],
      [1, "read", undefined, null, null, "fail"],
      [2, "write", undefined, 2, 2, "info"],
    ]);
  });

  test("clients may have names, when nobody has a number", () => {
    const line = (process: unknown, type: string): string => JSON.stringify({ process, type, f: "read", value: null });
    const named = parseHistory([line("alice", "invoke"), line("bob", "invoke"), line("alice", "ok")].join("\n"));
    expect(named.names).toEqual(["alice", "bob"]);
    expect(named.operations.map(({ process, outcome }) => [process, outcome])).toEqual([
      [0, "ok"],
      [1, "info"],
    ]);
    const numbered = [line("logger", "info"), line("logger", "invoke"), line(7, "invoke"), line("x", "ok")].join("\n");
    const { operations, clients, ignored } = parseHistory(numbered);
    expect(operations.map(({ process }) => process)).toEqual([7]);
    expect([clients, ignored]).toEqual([1, 3]);
    expect(() => parseHistory(line("logger", "info"))).toThrow(/line 1: process 0 completes/);
    expect(parseHistory(line("12", "invoke")).operations[0]?.process).toBe(12);
  });

  test("keys stand in a field, or with the value", () => {
    expect(brief(`{"process":0,"type":"invoke","f":"read","key":7}`)).toEqual([
      [0, "read", "7", undefined, undefined, "info"],
    ]);
    const pairs = `{:process 0, :type :invoke, :f :cas, :value [:x [1 2]]}
      {:process 0, :type :info, :f :cas, :value :timed-out}
      {:process 1, :type :invoke, :f :read, :value #clojure.lang.MapEntry ["y" nil]}
      {:process 1, :type :ok, :f :read, :value ["y" 3]}`;
    expect(brief(pairs, { keyed: true })).toEqual([
      [0, "cas", "x", [1, 2], [1, 2], "info"],
      [1, "read", "y", null, 3, "ok"],
    ]);
    expect(() => parseHistory(pairs)).toThrow(/line 3: the read asks for a pair .* --keyed/);
    const single = `{:process 0, :type :invoke, :f :write, :value 3}`;
    expect(() => parseHistory(single, { keyed: true })).toThrow(/line 1: the value of write is no pair/);
  });

  test("a time that goes back is noticed", () => {
    const text = (...times: number[]): string =>
      times.map((time, process) => JSON.stringify({ process, type: "invoke", f: "read", time })).join("\n");
    expect(parseHistory(text(1, 3, 2, 1)).outOfOrder).toBe(3);
    expect(parseHistory(text(1, 1, 3)).outOfOrder).toBeUndefined();
  });
});

describe("what is no history is refused, with the line", () => {
  const GOOD = `{"process":0,"type":"invoke","f":"read","time":1}`;
  test.each([
    ["hello\nworld", 1, "no format of histories begins like this: hello"],
    ["\n\u001b[31mred\nINFO nothing", 2, "begins like this: \ufffd[31mred"],
    ["[1, 2]", 1, "no format of histories"],
    ["{not json}", 1, "no format of histories"],
    [`${GOOD}\n{"process":0,"type":"ok","f":"read"\n${GOOD}`, 2, "the text ends before this is closed"],
    [`${GOOD}\n{"process":0,"type":"ok,"f":"read"}\n${GOOD}`, 2, "the text ends before this is closed"],
    [`${GOOD}\n{"process":0,"type":ok,"f":"read"}\n${GOOD}`, 2, "not JSON"],
    [`${GOOD}\n"x"`, 2, "an operation is expected"],
    [`${GOOD}\n}`, 2, "} closes what was not opened"],
    [`[${GOOD}`, 1, "the text ends before the list is closed"],
    [`[${GOOD}]\n]`, 2, "there is more text after the end of the list"],
    [`[${GOOD},\n5]`, 2, "an operation is expected"],
    [`${GOOD}\n{"process":0,"type":"okay","f":"read"}`, 2, `type is "okay"; expected invoke, ok, fail or info`],
    [`{"process":0,"type":"ok"}`, 1, "f is missing; expected the name of a function"],
    [`{"process":1.5,"type":"ok","f":"read"}`, 1, "process is 1.5; expected a whole number or a name"],
    [`{"process":[1],"type":"ok","f":"read"}`, 1, "process is a list; expected"],
    [`{"process":1,"type":"ok","f":"read","time":"noon"}`, 1, `time is "noon"; expected nanoseconds`],
    [`${GOOD}\n{"process":1,"type":"invoke","f":"read"}`, 2, "time is missing here, and not so before"],
    [
      `{"process":1,"type":"invoke","f":"write","value":[9007199254740993]}`,
      1,
      "give whole numbers beyond 2^53 as text",
    ],
    [
      `{"process":1,"type":"invoke","f":"write","value":${"[".repeat(200)}${"]".repeat(200)}}`,
      1,
      "nested more than 100",
    ],
    [`${GOOD}\n{"process":0,"type":"invoke","f":"read","time":2}`, 2, "process 0 invokes before its last"],
    [`{"process":0,"type":"ok","f":"read"}`, 1, "completes an operation that it did not invoke"],
    [`${GOOD}\n{"process":0,"type":"ok","f":"write","time":2}`, 2, "completes write, but invoked read"],
    [`{:process 0, :type :invoke, :f :read}\n{:process 0, :type :ok, :f :read :value}`, 2, "key value has no value"],
    [`[{:process 0, :type :invoke, :f :read}\n{:process 0, :type :ok, :f :read :value 1)}]`, 2, "does not close"],
    [`{:process 0, :type :invoke, :f "read\n}`, 1, "the text ends before this is closed"],
    [`INFO jepsen.util - 0 :invoke :read nil\nINFO jepsen.util - 0 :okay :read 1`, 2, ":okay is no type of operation"],
    [`INFO jepsen.util - 0 :invoke :read nil\nINFO jepsen.util - 0 :ok read 1`, 2, ":ok is followed by no function"],
    [`INFO jepsen.util - 0 :invoke :cas [1 2`, 1, "] is missing at the end"],
  ])("%#: %s", (text, line, reason) => {
    let error: unknown;
    try {
      parseHistory(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(HistoryFormatError);
    expect((error as HistoryFormatError).message).toContain(reason);
    expect((error as HistoryFormatError).line).toBe(line);
  });

  test("a quote that is never closed does not swallow a file without end", () => {
    const reader = new HistoryReader();
    reader.push(`${GOOD}\n{"process":0,"f":"`);
    const piece = "x".repeat(1_048_576);
    expect(() => {
      for (let count = 0; count < 20; count++) reader.push(piece);
    }).toThrow(/line 2: what begins here is not closed within/);
  });

  test("whatever the text, there is a history or an error of format", () => {
    const words = `{ } [ ] ( ) " : , ; # \\ \n 0 1 :type :invoke :f :read :process "type" "invoke" nil null jepsen.util -`;
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(fc.constantFrom(...words.split(" "))).map((parts) => parts.join(" ")),
      fc.json(),
    );
    fc.assert(
      fc.property(text, fc.boolean(), (content, keyed) => {
        try {
          parseHistory(content, { keyed });
        } catch (error) {
          expect(error).toBeInstanceOf(HistoryFormatError);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("any history comes back from every format", () => {
  const value: fc.Arbitrary<HistoryValue> = fc.oneof(
    fc.constant(null),
    fc.integer(),
    fc.stringMatching(/^[a-z "\\]{0,5}$/),
    fc.array(fc.integer(), { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.integer(), { maxKeys: 3 }),
  );

  /** Histories that clients can have produced: steps of processes, each of which invokes or completes. */
  const history = fc
    .array(
      fc.record({
        process: fc.nat(4),
        f: fc.constantFrom("write", "cas", "txn"),
        end: fc.constantFrom("ok" as const, "fail" as const, "info" as const),
        value,
        key: fc.constantFrom("x", "y", "7"),
      }),
      { maxLength: 40 },
    )
    .map((steps) => {
      const open = new Map<number, (typeof steps)[number]>();
      return steps.map((step, time): HistoryEntry => {
        const begun = open.get(step.process);
        if (begun === undefined) open.set(step.process, step);
        else open.delete(step.process);
        const { f, key } = begun ?? step;
        const type = begun === undefined ? "invoke" : step.end;
        return { process: step.process, type, f, key, value: step.value, time: time * 10 };
      });
    });

  const edn = (part: unknown): string => {
    if (part === null || part === undefined) return "nil";
    if (Array.isArray(part)) return `[${part.map(edn).join(" ")}]`;
    if (typeof part !== "object") return JSON.stringify(part);
    return `{${Object.entries(part)
      .map(([name, field]) => `:${name} ${edn(field)}`)
      .join(", ")}}`;
  };
  const ednEntry = ({ type, f, value: held, ...rest }: HistoryEntry): string =>
    `{:type :${type}, :f :${f}, :value ${edn(held)}, ${edn(rest).slice(1)}`;
  const keyedEntry = (entry: HistoryEntry): object => ({ ...entry, key: undefined, value: [entry.key, entry.value] });
  const logLine = ({ process, type, f, key, value: held }: HistoryEntry): string =>
    `INFO  jepsen.util - ${process}\t:${type}\t:${f}\t${edn([key, held])}`;

  test.each<[string, (entries: readonly HistoryEntry[]) => string, ReadOptions]>([
    ["json-lines", (entries) => entries.map((entry) => `${JSON.stringify(entry)}\n`).join("") || "[]", {}],
    ["json-array", (entries) => JSON.stringify(entries), {}],
    ["json-array, indented", (entries) => JSON.stringify(entries, null, 2), {}],
    ["json-array, keyed", (entries) => JSON.stringify(entries.map(keyedEntry)), { keyed: true }],
    ["edn, a map a line", (entries) => entries.map((entry) => `${ednEntry(entry)}\n`).join("") || "[]", {}],
    ["edn, a vector", (entries) => `[${entries.map(ednEntry).join("\n ")}]`, {}],
    ["edn, tagged", (entries) => `[${entries.map((entry) => `#jepsen.history.Op${ednEntry(entry)}`).join(" ")}]`, {}],
    ["jepsen-log", (entries) => entries.map(logLine).join("\n") || "[]", { keyed: true }],
  ])("%s", (format, write, options) => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 50 }), (entries, size) => {
        const expected = operationsOf(
          format === "jepsen-log" ? entries.map((entry, time) => ({ ...entry, time })) : entries,
        );
        const text = write(entries);
        const reader = new HistoryReader(options);
        for (let at = 0; at < text.length; at += size) reader.push(text.slice(at, at + size));
        expect(reader.end().operations).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});
