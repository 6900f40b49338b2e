import { describe, expect, test } from "vitest";
import { buildArrows, Fate } from "../../report/arrows.ts";
import { buildLanes, type Lane, type LaneKind } from "../../report/lanes.ts";
import { MARK_KINDS, signOf, Weight } from "../../report/mark.ts";
import { traceOf, type Told } from "./support/trace-of.ts";

const MACHINES = { nodes: ["n1", "n2"], disks: ["disk"], clients: ["c1"] };

const laneOf = (lanes: readonly Lane[], kind: LaneKind, host = ""): Lane =>
  lanes.find((lane) => lane.kind === kind && lane.host === host) as Lane;

/** The marks of a lane in words: "flush 3-7" with its times in ms, and what else there is to say of it. */
function told({ marks }: Lane): string[] {
  return Array.from({ length: marks.count }, (_none, at) => {
    const start = (marks.start[at] ?? 0) / 1e6;
    const end = (marks.end[at] ?? 0) / 1e6;
    const time = start === end ? `${start}` : `${start}-${end}`;
    const weight = ["", "", " wrong", " violation"][marks.weight[at] ?? 0] ?? "";
    return `${MARK_KINDS[marks.kind[at] ?? 0] ?? ""} ${time}${marks.open[at] === 1 ? " open" : ""}${weight}`;
  });
}

const OPERATION = { process: 0, op: "write", key: "k" };

describe("lanes", () => {
  test("stand in order: faults, clients, each node with its LSM tree, disks, the network", () => {
    const { lanes } = buildLanes([], MACHINES);
    expect(lanes.map(({ kind, host }) => `${kind} ${host}`.trim())).toEqual([
      "faults",
      "client c1",
      "node n1",
      "lsm n1",
      "node n2",
      "lsm n2",
      "disk disk",
      "network",
    ]);
  });

  test("operations last from their invocation to their answer, and are wrong when refused", () => {
    const { lanes } = buildLanes(
      traceOf([
        ["c1", "client-invoked", OPERATION],
        ["c1", "client-answered", OPERATION],
        ["c1", "client-invoked", { ...OPERATION, op: "read" }],
        ["c1", "client-refused", { ...OPERATION, op: "read", code: "timeout" }],
        ["c1", "client-invoked", { ...OPERATION, op: "cas" }],
        ["c1", "client-refused", { ...OPERATION, op: "cas", code: "mismatch" }],
        ["c1", "client-invoked", OPERATION],
        ["n1", "node-ready", {}],
      ]),
      MACHINES,
    );
    expect(told(laneOf(lanes, "client", "c1"))).toEqual([
      "change 0-1",
      "read 2-3 wrong",
      "change 4-5",
      "change 6-7 open",
    ]);
  });

  test("flushes, compactions and stalls are told apart by what they are of", () => {
    const flush = (file: number): Told[2] => ({ database: "/db", file });
    const { lanes } = buildLanes(
      traceOf([
        ["n1", "flush-started", flush(4)],
        ["n1", "compaction-started", { database: "/db", inputs: "1,2" }],
        ["n2", "flush-started", flush(4)],
        ["n1", "write-stall", { database: "/db", reason: "memtable" }],
        ["n1", "flush-finished", flush(4)],
        ["n1", "write-resumed", { database: "/db", reason: "memtable" }],
        ["n1", "compaction-finished", { database: "/db", inputs: "1,2" }],
        ["n2", "flush-finished", flush(4)],
      ]),
      MACHINES,
    );
    const own = laneOf(lanes, "lsm", "n1");
    expect(told(own)).toEqual(["flush 0-4", "compaction 1-6", "stall 3-5"]);
    expect([...own.marks.row]).toEqual([0, 1, 0]);
    expect(own.rows).toBe(2);
    expect(told(laneOf(lanes, "lsm", "n2"))).toEqual(["flush 2-7"]);
  });

  test("flushes, compactions and stalls end where their host falls", () => {
    const { lanes, laneOf: where } = buildLanes(
      traceOf([
        ["n1", "flush-started", { database: "/db", file: 4 }],
        ["n2", "flush-started", { database: "/db", file: 4 }],
        ["n1", "write-stall", { database: "/db", reason: "memtable" }],
        ["n1", "host-lost-power", {}],
        ["n1", "host-started", {}],
        ["n1", "node-ready", {}],
      ]),
      MACHINES,
    );
    expect(told(laneOf(lanes, "lsm", "n1"))).toEqual(["flush 0-3", "stall 2-3"]);
    expect(told(laneOf(lanes, "lsm", "n2"))).toEqual(["flush 1-5 open"]);
    expect(lanes[where[3] ?? -1]?.kind).toBe("node");
  });

  test("faults that overlap lie in rows of their own, and a row is used again", () => {
    const { lanes } = buildLanes(
      traceOf([
        ["n1", "fault-began", { fault: "pause" }],
        ["n2", "fault-began", { fault: "pause" }],
        ["n1", "fault-ended", { fault: "pause" }],
        ["n1", "fault-began", { fault: "clog" }],
      ]),
      MACHINES,
    );
    const faults = laneOf(lanes, "faults");
    expect(told(faults)).toEqual(["fault 0-2", "fault 1-3 open", "fault 3 open"]);
    expect([...faults.marks.row]).toEqual([0, 1, 0]);
    expect(faults.rows).toBe(2);
  });

  test("a node leads until it steps down or falls, and is down until it starts again", () => {
    const { lanes } = buildLanes(
      traceOf([
        ["n1", "host-started", {}],
        ["n1", "became-primary", {}],
        ["n1", "host-killed", {}],
        ["n1", "host-started", {}],
        ["n1", "host-paused", {}],
        ["n1", "host-resumed", {}],
      ]),
      MACHINES,
    );
    expect(told(laneOf(lanes, "node", "n1"))).toEqual([
      "life 0",
      "leads 1-2",
      "role 1",
      "down 2-3 wrong",
      "life 3",
      "paused 4-5",
    ]);
  });

  test("each record leads to the mark that shows it, and the violation stands out", () => {
    const records = traceOf([
      ["n1", "flush-started", { database: "/db", file: 4 }],
      ["disk", "file-unlinked", { path: "/db/1.sst" }],
      ["n1", "get-failed", { key: "k" }],
      ["n1", "flush-finished", { database: "/db", file: 4 }],
      ["n1", "message-sent", { from: "n1", to: "n2", number: 1 }],
      ["n1", "message-dropped", { from: "n1", to: "n2", number: 1 }],
      ["stranger", "node-ready", {}],
    ]);
    const { lanes, laneOf: where, markOf } = buildLanes(records, MACHINES, records[2]);
    const shown = records.map(({ index }) => {
      const lane = lanes[where[index] ?? -1];
      return lane === undefined ? undefined : `${lane.kind} ${markOf[index] ?? -1}`;
    });
    expect(shown).toEqual(["lsm 0", "disk 0", "node 0", "lsm 0", undefined, "network 0", undefined]);
    expect(told(laneOf(lanes, "node", "n1"))).toEqual(["failure 2 violation"]);
    expect(told(laneOf(lanes, "network"))).toEqual(["lost 5 wrong"]);
  });

  test("what nobody foresaw is a note, and what speaks of a failure is one", () => {
    expect(signOf("unheard-of")).toEqual({ kind: "note", place: "node", weight: Weight.ROUTINE });
    expect(signOf("thing-failed").weight).toBe(Weight.WRONG);
  });
});

describe("arrows", () => {
  const message = (number: number, from = "n1", to = "n2"): Told[2] => ({ from, to, number });

  test("lead from sending to arrival, and say what was dropped and what was still under way", () => {
    const arrows = buildArrows(
      traceOf([
        ["n1", "message-sent", message(1)],
        ["n1", "message-sent", message(2)],
        ["n2", "message-sent", message(3, "n2", "n1")],
        ["n2", "message-dropped", message(2)],
        ["n2", "message-delivered", message(1)],
        ["n1", "node-ready", {}],
      ]),
    );
    expect(arrows.hosts).toEqual(["n1", "n2"]);
    expect([...arrows.from]).toEqual([0, 0, 1]);
    expect([...arrows.to]).toEqual([1, 1, 0]);
    expect([...arrows.startRank]).toEqual([0, 1, 2]);
    expect([...arrows.endRank]).toEqual([4, 3, 5]);
    expect([...arrows.fate]).toEqual([Fate.DELIVERED, Fate.DROPPED, Fate.OPEN]);
    expect([...arrows.arrowOf]).toEqual([0, 1, 2, 1, 0, -1]);
  });

  test("a message that comes twice is two of them, sorted by when it was sent", () => {
    const arrows = buildArrows(
      traceOf([
        ["n1", "message-sent", message(1)],
        ["n2", "message-delivered", message(1)],
        ["n1", "message-sent", message(2)],
        ["n2", "message-delivered", message(1)],
      ]),
    );
    expect([...arrows.startRank]).toEqual([0, 0, 2]);
    expect([...arrows.endRank]).toEqual([1, 3, 3]);
    expect([...arrows.arrowOf]).toEqual([0, 0, 2, 1]);
  });

  test("other words that nodes have for messages are none of the network's", () => {
    expect(buildArrows(traceOf([["n1", "message-dropped", { from: "n2", reason: "unexpected" }]])).count).toBe(0);
  });
});
