import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Moments, type MachineMoment, type StateChange } from "../../report/moments.ts";
import { countUpTo, Track } from "../../report/track.ts";
import type { NodeState } from "../../topologies/topology.ts";
import { traceOf, type Told } from "./support/trace-of.ts";

const ALONE = { nodes: ["n1"], disks: [], clients: [] };
const SHARING = { nodes: ["n1", "n2"], disks: ["disk"], clients: [] };

const of = (moments: Moments, rank: number, host = "n1"): MachineMoment =>
  moments.at(rank).machines.find((machine) => machine.host === host) as MachineMoment;

/** Levels as "L0 4 +6 -7". */
const levels = ({ levels: found }: MachineMoment): string[] =>
  found.map(({ level, tables }) => {
    const signs = { added: "+", removed: "-", none: "" };
    return [`L${level}`, ...tables.map(({ file, change }) => `${signs[change]}${file}`)].join(" ");
  });

const fields = ({ fields: found }: MachineMoment): string[] =>
  found.map(({ name, value, before, changed }) =>
    changed ? `${name}: ${String(before)} → ${String(value)}` : `${name}: ${String(value)}`,
  );

describe("a track", () => {
  test("finds the same value as a walk from the beginning", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat(2))), fc.nat(60), (steps, asked) => {
        const track = new Track<number>();
        let rank = 0;
        let expected: number | undefined;
        for (const [ahead, value] of steps) {
          rank += ahead;
          track.set(rank, value);
          if (rank <= asked) expected = value;
        }
        expect(track.at(asked)).toBe(expected);
      }),
    );
  });

  test("counts as many as a filter does", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), fc.integer({ min: -1, max: 21 }), (numbers, limit) => {
        const sorted = numbers.sort((one, other) => one - other);
        expect(countUpTo(sorted, limit)).toBe(sorted.filter((each) => each <= limit).length);
      }),
    );
  });
});

describe("a moment", () => {
  const flush = (file: number): Told => ["n1", "flush-finished", { file, database: "/db" }];
  const install = (version: number, added: string, removed: string): Told => [
    "n1",
    "version-installed",
    { version, added, removed, flushed: 0, database: "/db" },
  ];

  test("has the tables of each level, with what was added and removed", () => {
    const compaction = { inputs: "4,6", outputLevel: 1, database: "/db" };
    const moments = new Moments(
      traceOf([
        flush(4),
        install(1, "4", ""),
        flush(6),
        install(2, "6", ""),
        ["n1", "compaction-started", compaction],
        install(3, "7", "6,4"),
        ["n1", "compaction-finished", compaction],
      ]),
      ALONE,
    );
    expect(levels(of(moments, 0))).toEqual([]);
    expect(levels(of(moments, 1))).toEqual(["L0 +4"]);
    expect(levels(of(moments, 3))).toEqual(["L0 4 +6"]);
    expect(levels(of(moments, 5))).toEqual(["L0 -4 -6", "L1 +7"]);
    expect(levels(of(moments, 6))).toEqual(["L0", "L1 7"]);
    expect(of(moments, 4).busy).toEqual(["compaction"]);
    expect(of(moments, 6).busy).toEqual([]);
  });

  test("knows on which level a reader of another's files has them", () => {
    const moments = new Moments(
      traceOf([
        ["n1", "compaction-started", { inputs: "4", outputLevel: 2, database: "/db" }],
        install(2, "5", "4"),
        ["n2", "manifest-read", { version: 2, files: "5", database: "/db" }],
      ]),
      SHARING,
    );
    expect(levels(of(moments, 2, "n2"))).toEqual(["L2 +5"]);
  });

  test("has the files of each disk, durable or not", () => {
    const moments = new Moments(
      traceOf([
        ["n1", "file-created", { path: "/db/2.tmp" }],
        ["n1", "file-synced", { path: "/db/2.tmp" }],
        ["n1", "file-renamed", { path: "/db/2.tmp", to: "/db/CURRENT" }],
        ["n1", "file-unlinked", { path: "/db/CURRENT" }],
        ["n1", "file-synced", { path: "/db/unheard-of" }],
      ]),
      ALONE,
    );
    const files = (rank: number): string[] =>
      (of(moments, rank).files ?? []).map(({ path, state, changed }) => `${path} ${state}${changed ? " now" : ""}`);
    expect(files(0)).toEqual(["/db/2.tmp new now"]);
    expect(files(1)).toEqual(["/db/2.tmp synced now"]);
    expect(files(2)).toEqual(["/db/2.tmp gone now", "/db/CURRENT synced now"]);
    expect(files(3)).toEqual(["/db/CURRENT gone now"]);
    expect(files(4)).toEqual([]);
  });

  test("has files where their directory went", () => {
    const moments = new Moments(
      traceOf([
        ["n1", "directory-created", { path: "/tmp" }],
        ["n1", "file-created", { path: "/tmp/a" }],
        ["n1", "file-created", { path: "/tmpfile" }],
        ["n1", "file-renamed", { path: "/tmp", to: "/kept" }],
        ["n1", "file-unlinked", { path: "/kept/a" }],
      ]),
      ALONE,
    );
    const paths = (rank: number): string[] =>
      (of(moments, rank).files ?? []).map(({ path, state }) => `${path} ${state}`);
    expect(paths(3)).toEqual(["/kept/a new", "/tmp/a gone", "/tmpfile new"]);
    expect(paths(4)).toEqual(["/kept/a gone", "/tmpfile new"]);
  });

  test("marks what changed, and what was before", () => {
    const state = (epoch: number, more: NodeState["fields"] = {}): NodeState => ({
      ready: true,
      role: "replica",
      fields: { epoch, ...more },
    });
    const states: StateChange[] = [
      { rank: 0, host: "n1", state: state(1, { links: 3 }) },
      { rank: 1, host: "n1", state: state(2) },
    ];
    const moments = new Moments(
      traceOf([
        ["n1", "node-ready", {}],
        ["n1", "epoch-followed", { epoch: 2 }],
        ["n1", "became-primary", { epoch: 9 }],
        ["n1", "host-killed", {}],
      ]),
      ALONE,
      states,
    );
    expect(fields(of(moments, 1))).toEqual(["role: replica", "ready: true", "epoch: 1 → 2", "links: 3 → undefined"]);
    // What a node was asked counts, not what may be concluded from its events.
    expect(fields(of(moments, 2))).toEqual(["role: replica", "ready: true", "epoch: 2"]);
    expect(of(moments, 3).life).toBe("down");
    expect(of(moments, 3).fields.every(({ value }) => value === undefined)).toBe(true);
  });

  test("is told by events where nodes were not asked", () => {
    const moments = new Moments(traceOf([["n1", "became-primary", { epoch: 3 }]]), ALONE);
    expect(fields(of(moments, 0))).toEqual(["role: undefined → primary", "epoch: undefined → 3"]);
  });

  test("has the faults that are going on", () => {
    const moments = new Moments(
      traceOf([
        ["n1", "fault-began", { fault: "pause" }],
        ["n1", "host-paused", {}],
        ["n1", "host-resumed", {}],
        ["n1", "fault-ended", { fault: "pause" }],
      ]),
      ALONE,
    );
    expect(moments.at(1).faults).toEqual([{ fault: "pause", host: "n1" }]);
    expect(of(moments, 1).life).toBe("paused");
    expect(of(moments, 2).life).toBe("up");
    expect(moments.at(3).faults).toEqual([]);
  });

  test("is reached step by step, both ways, each kernel event being one step", () => {
    const records = traceOf([
      ["n1", "host-started", { incarnation: 1 }],
      ["n1", "connection-opened", {}],
      ["n1", "file-created", { path: "/a" }],
      ["n1", "file-created", { path: "/b" }],
      ["n1", "get-began", { key: "k" }],
      ["n1", "file-unlinked", { path: "/a" }],
    ]).map((record) => (record.index === 3 ? { ...record, event: 2 } : record));
    const moments = new Moments(records, ALONE);
    const forward: number[] = [];
    for (let rank = moments.after(-1); rank !== undefined; rank = moments.after(rank)) forward.push(rank);
    expect(forward).toEqual([0, 3, 5]);
    const back: number[] = [];
    for (let rank = moments.before(6); rank !== undefined; rank = moments.before(rank)) back.push(rank);
    expect(back).toEqual([5, 3, 0]);
    expect((of(moments, 3).files ?? []).map(({ changed }) => changed)).toEqual([true, true]);
    expect([moments.first, moments.last]).toEqual([0, 5]);
  });
});
