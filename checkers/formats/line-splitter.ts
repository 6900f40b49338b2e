import { HistoryFormatError } from "./format-error.ts";
import { MAX_PART_LENGTH, type TakePart, type TextParts } from "./text-parts.ts";

/** Cuts a text into its lines, without their ends. Blank lines are counted, and not given. */
export class LineSplitter implements TextParts {
  private readonly take: TakePart;
  private line = 1;
  /** The beginning of a line whose end has not come yet. */
  private carried = "";

  constructor(take: TakePart) {
    this.take = take;
  }

  push(text: string): void {
    let from = 0;
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", from)) {
      this.give(this.carried === "" ? text.slice(from, at) : this.carried + text.slice(from, at));
      this.carried = "";
      this.line++;
      from = at + 1;
    }
    this.carried += text.slice(from);
    if (this.carried.length > MAX_PART_LENGTH) {
      throw new HistoryFormatError(this.line, `the line is longer than ${MAX_PART_LENGTH} characters`);
    }
  }

  end(): void {
    this.give(this.carried);
    this.carried = "";
  }

  private give(text: string): void {
    if (text.trim() !== "") this.take(text, this.line);
  }
}
