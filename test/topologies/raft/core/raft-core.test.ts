import { describe, expect, it } from "vitest";
import { initialConfiguration } from "../../../../topologies/raft/core/configuration.ts";
import { type CoreOptions, NO_HARD_STATE, type StoredState } from "../../../../topologies/raft/core/core-settings.ts";
import { type Entry, entryFromStored, LOG_ORIGIN, storedPayload } from "../../../../topologies/raft/core/entry.ts";
import { RaftSafetyError, RaftUsageError } from "../../../../topologies/raft/core/errors.ts";
import type { AppendRequest } from "../../../../topologies/raft/core/messages.ts";
import { RaftCore } from "../../../../topologies/raft/core/raft-core.ts";
import type { Ready } from "../../../../topologies/raft/core/ready.ts";
import { SeededStream } from "./support/stream.ts";

const entry = (index: number, term: number, size = 1): Entry => ({
  index,
  term,
  kind: "normal",
  payload: new Uint8Array(size),
});

const EMPTY: StoredState = {
  hardState: NO_HARD_STATE,
  base: LOG_ORIGIN,
  configuration: initialConfiguration(["a", "b", "c"]),
  entries: [],
  applied: 0,
};

const core = (stored: Partial<StoredState> = {}, options: Partial<CoreOptions> = {}): RaftCore =>
  new RaftCore({ id: "a", incarnation: 1, ...options }, { ...EMPTY, ...stored }, new SeededStream(1));

const append = (term: number, prev: readonly [number, number], commit: number, entries: Entry[]): AppendRequest => ({
  kind: "append-request",
  from: "b",
  to: "a",
  term,
  prevIndex: prev[0],
  prevTerm: prev[1],
  commit,
  entries,
});

/** All batches, each durable and applied at once. */
function drain(node: RaftCore): Ready[] {
  const batches: Ready[] = [];
  for (let ready = node.ready(); ready !== undefined; ready = node.ready()) {
    batches.push(ready);
    node.advance({ durable: ready.number });
    const last = ready.committed.at(-1);
    if (last !== undefined) node.advance({ applied: last.index });
  }
  return batches;
}

/** A leader of a cluster of one. */
function single(options: Partial<CoreOptions> = {}): RaftCore {
  const node = core({ configuration: initialConfiguration(["a"]) }, options);
  node.tick(20);
  drain(node);
  return node;
}

describe("a core", () => {
  it("alone is elected, and commits, once its disk has what it needs", () => {
    const node = core({ configuration: initialConfiguration(["a"]) });
    node.tick(20);
    expect(node.role).toBe("candidate");
    const vote = node.ready() as Ready;
    expect(vote.hardState).toEqual({ term: 1, vote: "a", commit: 0 });
    node.advance({ durable: vote.number });
    expect(node.role).toBe("leader");
    const noop = node.ready() as Ready;
    expect(noop.committed).toEqual([]);
    node.advance({ durable: noop.number });
    expect(node.ready()?.committed.map(({ kind }) => kind)).toEqual(["noop"]);
  });

  it("takes for committed no more than what it has of the leader's log", () => {
    const node = core({ hardState: { term: 1, vote: undefined, commit: 0 }, entries: [entry(1, 1), entry(2, 1)] });
    node.step(append(2, [1, 1], 2, []));
    expect(node.commit).toBe(1);
  });

  it("stops rather than overwrite what is committed", () => {
    const node = core({ hardState: { term: 1, vote: undefined, commit: 2 }, entries: [entry(1, 1), entry(2, 1)] });
    expect(() => node.step(append(2, [0, 0], 0, [entry(1, 1), entry(2, 2), entry(3, 2)]))).toThrow(RaftSafetyError);
  });

  it("stops when a term turns out to have two leaders", () => {
    const node = core({ hardState: { term: 1, vote: undefined, commit: 1 }, entries: [entry(1, 1), entry(2, 1)] });
    node.step(append(1, [2, 1], 2, []));
    expect(node.commit).toBe(2);
    expect(() => node.step({ ...append(1, [2, 1], 2, []), from: "c" })).toThrow(RaftSafetyError);
  });

  it("does not start on stored state with a hole in it", () => {
    expect(() => core({ base: { index: 5, term: 1 }, entries: [entry(7, 1)], applied: 5 })).toThrow(RaftSafetyError);
    expect(() => core({ base: { index: 5, term: 1 }, applied: 4 })).toThrow(RaftSafetyError);
    expect(() => core({ entries: [entry(1, 1)], applied: 2 })).toThrow(RaftSafetyError);
  });

  it("enters the term of its last entry when its term did not become durable", () => {
    const node = core({ hardState: { term: 1, vote: "c", commit: 0 }, entries: [entry(1, 3)] });
    expect(node.inspect()).toMatchObject({ term: 3, vote: undefined, durable: { term: 1, vote: "c" } });
    expect(node.ready()?.hardState).toEqual({ term: 3, vote: undefined, commit: 0 });
  });

  it("hands out committed entries in portions, and all of them", () => {
    const node = single({ maxApplyBytes: 100 });
    for (let i = 0; i < 10; i++) node.propose(new Uint8Array(30));
    const sizes = drain(node).map(({ committed }) => committed.length);
    expect(Math.max(...sizes)).toBe(2);
    expect(node.applied).toBe(11);
  });

  it("takes no more than it may hold uncommitted", () => {
    const node = single({ maxUncommittedBytes: 1_000 });
    const take = (): number => {
      let count = 0;
      while (node.propose(new Uint8Array(84)).accepted) count++;
      return count;
    };
    expect(take()).toBe(10);
    expect(node.propose(new Uint8Array(1))).toEqual({ accepted: false, reason: "overloaded", leader: "a" });
    drain(node);
    expect(take()).toBe(10);
  });

  it("keeps a snapshot's configuration, and what is behind it, when its log is compacted", () => {
    const node = single();
    node.changeConfiguration({ type: "add-learner", member: "d" });
    node.propose(new Uint8Array(1));
    drain(node);
    expect(node.snapshotAt(1).configuration.learners).toEqual([]);
    expect(node.snapshotAt(2).configuration.learners).toEqual(["d"]);
    node.compact(2);
    expect(node.inspect()).toMatchObject({ firstIndex: 3, lastIndex: 3, configuration: { index: 2 } });
    expect(() => node.snapshotAt(1)).toThrow(RaftUsageError);
    expect(() => node.compact(4)).toThrow(RaftUsageError);
  });

  it("refuses what its driver cannot mean", () => {
    expect(() => core({}, { electionTicks: 2 })).toThrow(RaftUsageError);
    expect(() => core({}, { leaseDriftPpm: 100, checkQuorum: false })).toThrow(RaftUsageError);
    expect(() => core({}, { maxAppendBytes: 0 })).toThrow(RaftUsageError);
    expect(() => core().advance({ applied: 1 })).toThrow(RaftUsageError);
    expect(() => core().advance({ durable: 1 })).toThrow(RaftUsageError);
    expect(core().propose(new Uint8Array(1))).toEqual({ accepted: false, reason: "not-leader", leader: undefined });
    expect(core().step({ ...append(1, [0, 0], 0, []), to: "c" })).toBe("not-addressed");
  });
});

describe("an entry as a log file keeps it", () => {
  it("comes back as it was", () => {
    const kept: Entry = { ...entry(3, 2, 5), kind: "configuration" };
    expect(entryFromStored(3, 2, storedPayload(kept))).toEqual(kept);
    expect(() => entryFromStored(3, 2, new Uint8Array([9]))).toThrow(RaftSafetyError);
    expect(() => entryFromStored(3, 2, new Uint8Array())).toThrow(RaftSafetyError);
  });
});
