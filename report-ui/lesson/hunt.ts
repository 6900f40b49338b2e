import type { Engine } from "../engine-room/engine.ts";
import type { RunOutcome } from "../engine-room/messages.ts";
import type { Lesson, Story } from "./lesson.ts";

/** What one seed of a hunt came to. */
export interface Tried {
  readonly seed: number;
  readonly verdict: RunOutcome["verdict"];
}

/** How a hunt ended. */
export type Hunted =
  | { readonly end: "found"; readonly seed: number; readonly outcome: RunOutcome; readonly story: Story }
  | { readonly end: "not-found" }
  | { readonly end: "cancelled" }
  | { readonly end: "refused"; readonly reason: string };

/** Runs a lesson's seeds one after the other, until one shows what the lesson is about. */
export async function hunt(engine: Engine, lesson: Lesson, onTried: (tried: Tried) => void): Promise<Hunted> {
  const { scenario, topology, tries } = lesson;
  for (let seed = 1; seed <= tries; seed++) {
    const answer = await engine.run({ subject: { scenario, topology, seed }, wanted: "recording" }, () => undefined);
    if (answer.type === "cancelled") return { end: "cancelled" };
    if (answer.type === "refused") return { end: "refused", reason: answer.reason };
    const { outcome } = answer;
    onTried({ seed, verdict: outcome.verdict });
    const story = outcome.recording === undefined ? undefined : lesson.tell(outcome.recording);
    if (story !== undefined) return { end: "found", seed, outcome, story };
  }
  return { end: "not-found" };
}
