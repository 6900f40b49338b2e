import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  beginsRound,
  comparePositions,
  epochFor,
  EpochHistory,
  nextRound,
} from "../../../topologies/wal-stream/epoch-history.ts";

/** A log as a list of its entries' epochs, by LSN from 1 on. */
type Log = readonly number[];

/** A history, and the log of a node that has followed it to its end. */
interface Branch {
  readonly history: EpochHistory;
  readonly log: Log;
}

/** Two branches with a common trunk: epochs of the one are none of the other's behind it. */
const branches = fc
  .record({
    trunk: fc.array(fc.nat({ max: 5 }), { maxLength: 4 }),
    left: fc.array(fc.nat({ max: 5 }), { maxLength: 3 }),
    right: fc.array(fc.nat({ max: 5 }), { maxLength: 3 }),
    leftLost: fc.nat({ max: 10 }),
    rightLost: fc.nat({ max: 10 }),
  })
  .map(({ trunk, left, right, leftLost, rightLost }) => {
    const grow = (from: Branch, counts: readonly number[], parity: number): Branch =>
      counts.reduce<Branch>(({ history, log }, count) => {
        let epoch = history.last + 1;
        while (parity !== 2 && epoch % 2 !== parity) epoch++;
        return { history: history.followedBy(epoch, log.length), log: [...log, ...Array<number>(count).fill(epoch)] };
      }, from);
    const cut = ({ history, log }: Branch, lost: number): Branch => ({ history, log: log.slice(0, log.length - lost) });
    const start = grow({ history: new EpochHistory([]), log: [] }, trunk, 2);
    return { a: cut(grow(start, left, 0), leftLost), b: cut(grow(start, right, 1), rightLost) };
  });

/** What {@link EpochHistory.commonAncestor} should find, by comparing entry by entry. */
function ancestorOf(a: Log, b: Log): number {
  const different = a.findIndex((epoch, index) => b[index] !== epoch);
  return different < 0 ? a.length : different;
}

describe("the history of epochs", () => {
  test("finds the last common entry of any two branches, whichever is asked", () => {
    fc.assert(
      fc.property(branches, ({ a, b }) => {
        const expected = ancestorOf(a.log, b.log);
        expect(a.history.commonAncestor(a.log.length, b.history, b.log.length)).toBe(expected);
        expect(b.history.commonAncestor(b.log.length, a.history, a.log.length)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  test("knows the epoch of each entry", () => {
    fc.assert(
      fc.property(branches, ({ a }) => {
        a.log.forEach((epoch, index) => expect(a.history.epochAt(index + 1)).toBe(epoch));
        expect(a.history.epochAt(0)).toBe(0);
      }),
    );
  });

  test("tells a former state of its own from one of a branch that was left", () => {
    // Epoch 2 got to 14 on another branch; here it ended at 12.
    const history = new EpochHistory([
      { epoch: 1, after: 0 },
      { epoch: 2, after: 10 },
      { epoch: 5, after: 12 },
    ]);
    expect(history.contains(1, 10)).toBe(true);
    expect(history.contains(1, 11)).toBe(false);
    expect(history.contains(2, 12)).toBe(true);
    expect(history.contains(2, 14)).toBe(false);
    expect(history.contains(3, 11)).toBe(false);
    expect(history.contains(5, 1_000)).toBe(true);
    expect(history.contains(6, 12)).toBeUndefined();
    expect(history.contains(0, 0)).toBe(true);
  });

  test("is none when epochs do not rise, or beginnings fall", () => {
    const starts = (...pairs: readonly (readonly [number, number])[]) =>
      pairs.map(([epoch, after]) => ({ epoch, after }));
    expect(() => new EpochHistory(starts([1, 0], [1, 5]))).toThrow(RangeError);
    expect(() => new EpochHistory(starts([1, 5], [2, 4]))).toThrow(RangeError);
    expect(() => new EpochHistory(starts([0, 0]))).toThrow(RangeError);
  });
});

test("an epoch says whose it is, and in which round: no two nodes ever lead in the same one", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 1_000 }), (nodes, latest) => {
      const round = nextRound(latest, nodes);
      expect(round).toBeGreaterThan(latest);
      expect(round).toBeLessThanOrEqual(latest + nodes);
      expect(beginsRound(round, nodes)).toBe(true);
      const epochs = Array.from({ length: nodes }, (_, index) => epochFor(index, round));
      expect(new Set(epochs).size).toBe(nodes);
      // The same node's in every round, and all of them before the next.
      epochs.forEach((epoch, index) => expect((epoch - 1) % nodes).toBe(index));
      for (const epoch of epochs) expect(nextRound(epoch, nodes)).toBe(round + nodes);
    }),
  );
});

test("the epoch of the last entry counts before its LSN", () => {
  expect(comparePositions({ epoch: 2, lsn: 3 }, { epoch: 1, lsn: 9 })).toBeGreaterThan(0);
  expect(comparePositions({ epoch: 2, lsn: 3 }, { epoch: 2, lsn: 4 })).toBeLessThan(0);
  expect(comparePositions({ epoch: 2, lsn: 3 }, { epoch: 2, lsn: 3 })).toBe(0);
});
