/** Takes a text in pieces, cut anywhere, and gives its parts one by one: lines, or the elements of a list. */
export interface TextParts {
  push(text: string): void;
  /** The text is at its end. @throws HistoryFormatError when a part is not */
  end(): void;
}

/** What is done with a part, and with the line on which it begins. */
export type TakePart = (part: string, line: number) => void;

/**
 * No part may be longer, in UTF-16 code units. A quote that is never closed makes the rest of a text one part: this is where
 * that ends, rather than with the memory.
 */
export const MAX_PART_LENGTH = 16_777_216;
