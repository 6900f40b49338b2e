import { expect } from "vitest";
import type { CheckResult } from "../../checkers/verdict.ts";
import { english, isMessageId } from "../../report/messages/english.ts";
import { languages, render } from "../../report/messages/render.ts";

/** The English sentence of each violation, once all that there is to say was found to fill in its template in every language. */
export function sentencesOf({ violations, unknown }: CheckResult): string[] {
  const messages = violations.flatMap(({ message, cycle }) => [message, ...(cycle ?? []).map((step) => step.message)]);
  for (const message of [...messages, ...(unknown === undefined ? [] : [unknown])]) {
    expect(isMessageId(message.id), message.id).toBe(true);
    for (const language of languages) {
      expect(render(message, language)).not.toMatch(/[{}]|undefined|NaN|Infinity/);
    }
  }
  for (const { kind } of violations) expect(Object.keys(english)).toContain(`title-${kind}`);
  return violations.map(({ message }) => render(message));
}
