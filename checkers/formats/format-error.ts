/** A text that is no history in any format known, or a history that no run of clients can have produced. */
export class HistoryFormatError extends Error {
  override readonly name = "HistoryFormatError";
  /** Where in the text, from 1. */
  readonly line: number;
  /** What is wrong there, without the place. */
  readonly reason: string;

  constructor(line: number, reason: string) {
    super(`line ${line}: ${reason}`);
    this.line = line;
    this.reason = reason;
  }
}

const EXCERPT_LENGTH = 40;

/** The beginning of what an error is about, on one line and without what a terminal would take for a command. */
export function excerpt(text: string): string {
  const visible = text
    .slice(0, 4 * EXCERPT_LENGTH)
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "\ufffd")
    .trim();
  if (visible.length <= EXCERPT_LENGTH) return visible;
  // Not through the middle of a character beyond the basic plane.
  return `${visible.slice(0, EXCERPT_LENGTH).replace(/[\ud800-\udbff]$/, "")}…`;
}
