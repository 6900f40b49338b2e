import { excerpt, HistoryFormatError } from "./format-error.ts";
import { MAX_PART_LENGTH, type TakePart, type TextParts } from "./text-parts.ts";

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SEMICOLON = 0x3b;
const COMMA = 0x2c;
const OPEN_ROUND = 0x28;
const CLOSE_ROUND = 0x29;
const OPEN_SQUARE = 0x5b;
const CLOSE_SQUARE = 0x5d;
const OPEN_CURLY = 0x7b;
const CLOSE_CURLY = 0x7d;

/**
 * Cuts a text into the maps that it lists: one after the other, or within one pair of brackets around them all. A part is
 * all from the end of the one before, a tag for instance, to the bracket that closes it. Whether brackets match within a
 * part is for its own reader to say.
 */
export class ElementSplitter implements TextParts {
  private readonly take: TakePart;
  /** EDN has comments, and characters such as \[ that stand for themselves. */
  private readonly edn: boolean;
  private line = 1;
  private depth = 0;
  /** What closes the brackets around the whole list; undefined when there are none, or no part has begun. */
  private closing: number | undefined;
  private started = false;
  private closed = false;
  private within: "text" | "string" | "comment" = "text";
  private escaped = false;
  /** The beginning of a part whose end has not come yet, and its line. */
  private carried = "";
  private partLine = 0;
  private inPart = false;

  constructor(syntax: "json" | "edn", take: TakePart) {
    this.take = take;
    this.edn = syntax === "edn";
  }

  push(text: string): void {
    /** Where the part begins, within this piece. */
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === NEWLINE) this.line++;
      if (this.escaped) {
        this.escaped = false;
        continue;
      }
      if (this.within === "string") {
        if (code === BACKSLASH) this.escaped = true;
        else if (code === QUOTE) this.within = "text";
        continue;
      }
      if (this.within === "comment") {
        if (code === NEWLINE) {
          this.within = "text";
          // A part begins after it; within a part, its reader skips it once more.
          if (!this.inPart) from = at + 1;
        }
        continue;
      }
      if (code <= 0x20 || code === COMMA || code === 0xfeff) continue;
      if (code === SEMICOLON && this.edn) {
        this.within = "comment";
        continue;
      }
      if (!this.inPart) {
        if (this.outside(code)) continue;
        this.inPart = true;
        this.partLine = this.line;
        from = at;
      }
      if (code === QUOTE) this.within = "string";
      else if (code === BACKSLASH) this.escaped = this.edn;
      else if (code === OPEN_CURLY || code === OPEN_SQUARE || code === OPEN_ROUND) this.depth++;
      else if (code === CLOSE_CURLY || code === CLOSE_SQUARE || code === CLOSE_ROUND) {
        this.depth--;
        // A bracket too many closes the list around: what came before it is a part, and wrong.
        const behind = this.depth < 0 ? at : at + 1;
        if (this.depth > 0) continue;
        this.give(this.carried + text.slice(from, behind));
        if (behind === at) this.outside(code);
      }
    }
    if (!this.inPart) return;
    this.carried += text.slice(from);
    if (this.carried.length > MAX_PART_LENGTH) {
      throw new HistoryFormatError(
        this.partLine,
        `what begins here is not closed within ${MAX_PART_LENGTH} characters: ${excerpt(this.carried)}`,
      );
    }
  }

  end(): void {
    if (this.inPart) {
      if (this.depth > 0 || this.within === "string") {
        throw new HistoryFormatError(
          this.partLine,
          `the text ends before this is closed: ${excerpt(this.carried)}; is the file cut off?`,
        );
      }
      this.give(this.carried);
    }
    if (this.closing !== undefined && !this.closed) {
      throw new HistoryFormatError(this.line, "the text ends before the list is closed; is the file cut off?");
    }
  }

  /** Handles a bracket around the whole list. @returns false when a part begins here */
  private outside(code: number): boolean {
    if (this.closed) throw new HistoryFormatError(this.line, "there is more text after the end of the list");
    if (!this.started && (code === OPEN_SQUARE || code === OPEN_ROUND)) {
      this.closing = code === OPEN_SQUARE ? CLOSE_SQUARE : CLOSE_ROUND;
      this.started = true;
      return true;
    }
    this.started = true;
    if (code !== CLOSE_SQUARE && code !== CLOSE_ROUND && code !== CLOSE_CURLY) return false;
    if (code !== this.closing) {
      throw new HistoryFormatError(this.line, `${String.fromCharCode(code)} closes what was not opened`);
    }
    this.closed = true;
    return true;
  }

  private give(part: string): void {
    this.carried = "";
    this.inPart = false;
    this.depth = 0;
    this.take(part, this.partLine);
  }
}
