import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { play, run } from "./support/play.ts";

/** Ticks of an election time-out. */
const ELECTION = 6;

/** Ticks within which a repaired cluster commits again. Without pre-votes, those who cannot be elected delay those who can. */
const recovery = ({ preVote = true }: { readonly preVote?: boolean }): number => (preVote ? 12 : 24) * ELECTION;

describe("a cluster of cores", () => {
  it("keeps every invariant, whatever the network does and whoever crashes, joins and leaves; and goes on once it is repaired", () => {
    let steps = 0;
    let commits = 0;
    let answered = 0;
    let slowest = 0;
    fc.assert(
      fc.property(run, (each) => {
        const cluster = play(each, {});
        slowest = Math.max(slowest, cluster.recover(each.seed, recovery(each.options)));
        steps += cluster.steps;
        commits += cluster.commits;
        answered += cluster.answered;
      }),
      { numRuns: Number(process.env["RAFT_RUNS"] ?? 150) },
    );
    if (process.env["RAFT_SHOW"] !== undefined) console.log({ steps, commits, answered, slowest });
    expect(steps).toBeGreaterThan(100_000);
    expect(commits).toBeGreaterThan(1_000);
    expect(answered).toBeGreaterThan(500);
  });
});
