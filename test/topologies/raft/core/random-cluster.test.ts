import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { play, run } from "./support/play.ts";

describe("a cluster of cores", () => {
  it("keeps every invariant, whatever the network loses, repeats and reorders, and whoever crashes, joins and leaves", () => {
    let steps = 0;
    let commits = 0;
    let answered = 0;
    fc.assert(
      fc.property(run, (each) => {
        const cluster = play(each, {});
        steps += cluster.steps;
        commits += cluster.commits;
        answered += cluster.answered;
      }),
      { numRuns: Number(process.env["RAFT_RUNS"] ?? 60) },
    );
    console.log({ steps, commits, answered });
    expect(steps).toBeGreaterThan(10_000);
  });
});
