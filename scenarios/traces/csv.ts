/** Text that is no CSV. */
export class CsvError extends Error {
  override readonly name = "CsvError";
  /** From 1 on. */
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** A record of a CSV file. */
export interface CsvRecord {
  /** The line on which it begins, from 1 on. */
  readonly line: number;
  readonly fields: readonly string[];
}

const QUOTE = '"';

/**
 * Reads comma-separated values as RFC 4180 has them: fields with commas, quotes or line ends in them stand in quotes, a
 * quote within is doubled. Lines end with LF or CRLF. Blank lines are passed over.
 *
 * @throws CsvError while it is walked over
 */
export function* csvRecords(text: string): Generator<CsvRecord> {
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const fields: string[] = [];
    const first = line;
    for (;;) {
      const field = text[at] === QUOTE ? quotedField(text, at, line) : bareField(text, at, line);
      fields.push(field.value);
      at = field.end;
      line = field.line;
      if (text[at] !== ",") break;
      at++;
    }
    if (text[at] === "\r" && text[at + 1] === "\n") at++;
    if (at < text.length && text[at] !== "\n") throw new CsvError(line, "a field goes on after its closing quote");
    at++;
    line++;
    if (fields.length > 1 || fields[0] !== "") yield { line: first, fields };
  }
}

interface Field {
  readonly value: string;
  /** Where the text goes on behind it. */
  readonly end: number;
  /** The line on which it ends. */
  readonly line: number;
}

function bareField(text: string, start: number, line: number): Field {
  let end = start;
  while (end < text.length && text[end] !== "," && text[end] !== "\n" && text[end] !== QUOTE) end++;
  if (text[end] === QUOTE) throw new CsvError(line, "a quote inside a field without quotes; put the field in quotes");
  if (text[end] !== "," && text[end - 1] === "\r" && end > start) end--;
  return { value: text.slice(start, end), end, line };
}

function quotedField(text: string, start: number, line: number): Field {
  let value = "";
  let from = start + 1;
  let lines = 0;
  for (;;) {
    const quote = text.indexOf(QUOTE, from);
    if (quote < 0) throw new CsvError(line, "a field in quotes has no closing quote");
    const part = text.slice(from, quote);
    for (let end = part.indexOf("\n"); end >= 0; end = part.indexOf("\n", end + 1)) lines++;
    value += part;
    if (text[quote + 1] !== QUOTE) return { value, end: quote + 1, line: line + lines };
    value += QUOTE;
    from = quote + 2;
  }
}
