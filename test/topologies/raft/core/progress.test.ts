import { describe, expect, it } from "vitest";
import { Inflights } from "../../../../topologies/raft/core/inflights.ts";
import { Progress } from "../../../../topologies/raft/core/progress.ts";
import { Quorum } from "../../../../topologies/raft/core/quorum.ts";

describe("a quorum", () => {
  it("is a majority: of four three, of none none", () => {
    const quorum = new Quorum();
    expect([1, 2, 3, 4, 5, 6, 7].map((voters) => quorum.size(voters))).toEqual([1, 2, 2, 3, 3, 4, 4]);
    expect(quorum.reached([5, 9, 7])).toBe(7);
    expect(quorum.reached([5, 9, 7, 6])).toBe(6);
    expect(quorum.reached([5, 9])).toBe(5);
    expect(quorum.reached([])).toBe(0);
    expect(quorum.outcome(4, 2, 1)).toBe("open");
    expect(quorum.outcome(4, 3, 0)).toBe("won");
    expect(quorum.outcome(4, 1, 2)).toBe("lost");
    expect(quorum.outcome(0, 0, 0)).toBe("lost");
  });
});

describe("what is in flight", () => {
  it("is bounded by messages and by bytes, and freed in order", () => {
    const inflights = new Inflights(20, 100);
    for (let i = 1; i <= 9; i++) inflights.add(i * 2, 10);
    inflights.freeTo(5);
    expect([inflights.count, inflights.bytes, inflights.full]).toEqual([7, 70, false]);
    for (let i = 10; i <= 15; i++) inflights.add(i * 2, 1);
    inflights.add(40, 1_000);
    expect(inflights.full).toBe(true);
    inflights.freeTo(30);
    expect([inflights.count, inflights.bytes]).toEqual([1, 1_000]);
    for (let i = 0; i < 19; i++) inflights.add(50 + i, 0);
    expect(inflights.count).toBe(20);
    inflights.freeFirst();
    inflights.freeTo(67);
    expect([inflights.count, inflights.bytes, inflights.full]).toEqual([1, 0, false]);
    inflights.freeTo(100);
    inflights.freeFirst();
    expect(inflights.count).toBe(0);
  });
});

describe("a follower's progress", () => {
  const probing = (): Progress => new Progress("b", 10, 0, 2, 1_000);

  it("probes with one message at a time, and goes on without waiting once the logs agree", () => {
    const progress = probing();
    progress.sent(1, 20, 0);
    expect(progress.paused).toBe(true);
    expect(progress.refused(9, 4)).toBe(true);
    expect([progress.next, progress.paused]).toEqual([5, false]);
    progress.sent(1, 20, 0);
    expect(progress.acknowledged(5, 0)).toBe(true);
    expect([progress.state, progress.match, progress.next]).toEqual(["replicate", 5, 6]);
    progress.sent(2, 20, 0);
    progress.sent(1, 20, 0);
    expect([progress.next, progress.paused]).toEqual([9, true]);
  });

  it("believes no refusal that comes late", () => {
    const progress = probing();
    expect(progress.refused(7, 3)).toBe(false);
    progress.acknowledged(9, 0);
    expect(progress.refused(8, 3)).toBe(false);
    expect([progress.state, progress.match, progress.next]).toEqual(["replicate", 9, 10]);
    progress.sent(3, 20, 0);
    expect(progress.refused(12, 9)).toBe(true);
    expect([progress.state, progress.next]).toEqual(["probe", 10]);
  });

  it("takes no answer to something older for the answer to its probe", () => {
    const progress = probing();
    progress.acknowledged(9, 0);
    progress.sent(3, 20, 0);
    progress.refused(12, 9);
    progress.sent(1, 20, 0);
    progress.acknowledged(9, 0);
    expect(progress.state).toBe("probe");
    progress.acknowledged(10, 0);
    expect(progress.state).toBe("replicate");
    progress.becomeProbe(11);
    progress.sent(0, 0, 0);
    progress.acknowledged(10, 0);
    expect(progress.state).toBe("replicate");
  });

  it("waits for a snapshot, and goes on behind it", () => {
    const progress = probing();
    progress.becomeSnapshot();
    expect(progress.paused).toBe(true);
    progress.snapshotFailed();
    expect([progress.state, progress.next, progress.paused]).toEqual(["probe", 1, true]);
    progress.becomeSnapshot();
    progress.snapshotSent(20);
    expect([progress.state, progress.next, progress.paused]).toEqual(["probe", 21, true]);
    progress.becomeSnapshot();
    expect(progress.acknowledged(18, 20)).toBe(true);
    expect(progress.state).toBe("snapshot");
    progress.acknowledged(20, 20);
    expect([progress.state, progress.next]).toEqual(["replicate", 21]);
  });
});
