import { render, type Language } from "../report/messages/render.ts";
import type { Message } from "../checkers/message.ts";
import type { CheckRequest } from "./check-messages.ts";
import type { CheckOutcome } from "./check-process.ts";
import { sentencesOf } from "./judgement-sentences.ts";

/** The version of the shape below; docs/checking.md describes it. */
const SCHEMA = "faultline-check/1";

/** What came of a history, for programs: one line of JSON. */
export function judgementJson(
  { file, model }: CheckRequest,
  outcome: CheckOutcome,
  reason: Message | undefined,
  language: Language,
): string {
  const subject = { schema: SCHEMA, file, model };
  switch (outcome.type) {
    case "judged": {
      const { unknown, violations, elapsed, lineOf: _, ...judgement } = outcome.judgement;
      const say = sentencesOf(outcome.judgement, language);
      const told = (message: Message): object => ({ ...message, text: say(message) });
      return JSON.stringify({
        ...subject,
        ...judgement,
        milliseconds: Math.round(elapsed),
        ...(unknown === undefined ? {} : { reason: told(unknown) }),
        violations: violations.map(({ message, cycle, ...violation }) => ({
          ...violation,
          message: told(message),
          ...(cycle === undefined ? {} : { cycle: cycle.map((step) => ({ ...step, message: told(step.message) })) }),
        })),
      });
    }
    case "unusable":
      return JSON.stringify({ ...subject, verdict: "unusable", error: outcome.problem });
    case "too-large":
      return JSON.stringify({
        ...subject,
        operations: outcome.read,
        verdict: "unknown",
        ...(reason === undefined ? {} : { reason: { ...reason, text: render(reason, language) } }),
        violations: [],
      });
    case "stopped":
      return JSON.stringify({ ...subject, verdict: "interrupted" });
    case "failed":
      return JSON.stringify({ ...subject, verdict: "failed", error: { reason: outcome.message } });
  }
}
