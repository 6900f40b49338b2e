import type { Message } from "../checkers/message.ts";
import { render, type Formats, type Language } from "../report/messages/render.ts";
import type { Judgement } from "./check-messages.ts";

/**
 * Says messages about a history in a language. Of one that tells no times, a moment is the line of the file on which it was
 * written down.
 */
export function sentencesOf(judgement: Judgement, language: Language): (message: Message) => string {
  const { timed, lineOf } = judgement;
  if (timed) return (message) => render(message, language);
  const moment = (position: string | number): string => {
    const line = lineOf.get(Number(position));
    return line === undefined ? String(position) : render({ id: "check-line", params: { line } }, language);
  };
  const formats: Formats = new Map([["duration", moment]]);
  return (message) => render(message, language, formats);
}
