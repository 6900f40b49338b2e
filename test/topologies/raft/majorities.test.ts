import { describe, expect, test } from "vitest";
import { electorates, majorities } from "../../../topologies/raft/majorities.ts";
import type { RaftNodeState } from "../../../topologies/raft/node.ts";
import type { NodeState } from "../../../topologies/topology.ts";

const CONFIG = { replicas: 4, engine: {} };

/** What a node knows: as whom it votes, and configurations with the entries that brought them. */
interface Known {
  readonly id?: string;
  readonly committed: readonly [index: number, ...voters: string[]];
  readonly latest?: readonly [index: number, ...voters: string[]];
  readonly coming?: readonly string[];
}

function nodes(known: Readonly<Record<string, Known>>): Map<string, NodeState> {
  const placed = ([index, ...hosts]: readonly [number, ...string[]]) => ({
    index,
    configuration: { voters: hosts, learners: [], removed: [] },
  });
  const states = Object.entries(known).map(([host, { id = host, committed, latest = committed, coming }]) => {
    const core = {
      id,
      committedConfiguration: placed(committed),
      configuration: placed(latest),
      comingConfiguration: coming === undefined ? undefined : placed([0, ...coming]).configuration,
    };
    const state = { ready: true, role: "replica", fields: {}, core } as unknown as RaftNodeState;
    return [host, state] as const;
  });
  return new Map(states);
}

const NONE: ReadonlySet<string> = new Set();

const [A, B, C, D] = ["node-1", "node-2", "node-3", "node-4"] as const;

describe("a core is a smallest set of hosts with a majority of voters who still are what they were", () => {
  test("of all nodes, while nothing is known", () => {
    expect(majorities({ ...CONFIG, replicas: 2 }, new Map(), NONE)).toEqual([
      [A, B],
      [A, C],
      [B, C],
    ]);
  });

  test("of the members only", () => {
    const all: Known = { committed: [7, A, B, C] };
    expect(majorities(CONFIG, nodes({ [A]: all, [B]: all, [C]: all, [D]: { committed: [0] } }), NONE)).toEqual([
      [A, B],
      [A, C],
      [B, C],
    ]);
  });

  test("not of one that is somebody else by now", () => {
    const all: Known = { committed: [7, A, B, C] };
    expect(majorities(CONFIG, nodes({ [A]: all, [B]: all, [C]: { ...all, id: "node-3#2-1" } }), NONE)).toEqual([
      [A, B],
    ]);
  });

  test("not of one whose disk holds damage", () => {
    const all: Known = { committed: [7, A, B, C] };
    expect(majorities(CONFIG, nodes({ [A]: all, [B]: all, [C]: all }), new Set([C]))).toEqual([[A, B]]);
  });

  test("of each configuration that may yet come into effect", () => {
    const all: Known = { committed: [7, A, B, C, D] };
    const leader: Known = { committed: [7, A, B, C, D], latest: [9, A, B, C] };
    expect(majorities(CONFIG, nodes({ [A]: leader, [B]: all, [C]: all, [D]: all }), NONE)).toEqual([
      [A, B, C],
      [A, B, D],
      [A, C, D],
      [B, C, D],
    ]);
  });

  test("whatever those believe who have not heard of a later one", () => {
    const behind: Known = { committed: [3, A, B, C, D] };
    expect(majorities(CONFIG, nodes({ [A]: { committed: [9, A] }, [B]: behind, [C]: behind }), NONE)).toEqual([[A]]);
  });
});

test("disks are counted over each configuration that is, may be, or is about to be in effect", () => {
  const old: Known = { committed: [7, A, B] };
  const leader: Known = { committed: [7, A, B], latest: [9, A, B, C], coming: [A, B, C, D] };
  expect(electorates(nodes({ [A]: leader, [B]: old, [C]: old }))).toEqual([
    [A, B],
    [A, B, C],
    [A, B, C, D],
  ]);
});
