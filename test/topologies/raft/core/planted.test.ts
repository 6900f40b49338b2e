import fc from "fast-check";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PLANTS } from "./support/plants.ts";
import { play, run } from "./support/play.ts";
import { playTranscript } from "./support/transcript.ts";

/** The same runs each time: whether they find it must not depend on luck. */
const RUNS = { seed: 1, numRuns: Number(process.env["RAFT_RUNS"] ?? 500), endOnFailure: true };

describe("a rule that is left out", () => {
  it.each(PLANTS.filter(({ clusters }) => clusters))("shows in random clusters: $rule", ({ plant }) => {
    const found = fc.check(
      fc.property(run, (each) => void play(each, plant)),
      RUNS,
    );
    expect(found.failed).toBe(true);
  });

  it.each(PLANTS.filter(({ transcript }) => transcript !== undefined))(
    "shows in a transcript: $rule",
    ({ plant, transcript }) => {
      const script = readFileSync(join(import.meta.dirname, "transcripts", `${transcript as string}.txt`), "utf8");
      let played: string;
      try {
        played = playTranscript(script, plant);
      } catch (error) {
        played = String(error);
      }
      expect(played).not.toBe(script);
    },
  );
});
