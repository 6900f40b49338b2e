import { EntryCollector, type CollectedHistory } from "./entry-collector.ts";
import { parseEdn } from "./edn.ts";
import { ElementSplitter } from "./element-splitter.ts";
import { excerpt, HistoryFormatError } from "./format-error.ts";
import { detectFormat, type HistoryFormat } from "./history-format.ts";
import { readLogLine } from "./jepsen-log.ts";
import { LineSplitter } from "./line-splitter.ts";
import type { TextParts } from "./text-parts.ts";

/** How a history is to be read. */
export interface ReadOptions {
  /** Values are pairs of a key and the value proper, as Jepsen's `independent` makes them. */
  readonly keyed?: boolean;
}

/** A history, as it was written down. */
export interface ParsedHistory extends CollectedHistory {
  readonly format: HistoryFormat;
}

/**
 * Reads a history from pieces of text, cut anywhere, in any of the formats known, which is recognised by how the text
 * begins. What is kept of it in memory are the operations.
 */
export class HistoryReader {
  private readonly entries: EntryCollector;
  private format: HistoryFormat | undefined;
  private parts: TextParts | undefined;
  /** What came before the format was recognised. */
  private beginning = "";

  constructor(options: ReadOptions = {}) {
    this.entries = new EntryCollector(options.keyed === true);
  }

  /** How many operations there are so far. */
  get size(): number {
    return this.entries.size;
  }

  /** @throws HistoryFormatError when what came so far is no beginning of a history */
  push(text: string): void {
    if (this.parts === undefined) {
      this.beginning += text;
      this.start(false);
    } else this.parts.push(text);
  }

  /** The text is at its end. @throws HistoryFormatError when it is no history */
  end(): ParsedHistory {
    if (this.parts === undefined) this.start(true);
    this.parts?.end();
    return { format: this.format ?? "json-lines", ...this.entries.result() };
  }

  private start(whole: boolean): void {
    this.format = detectFormat(this.beginning, whole);
    if (this.format === undefined) return;
    this.parts = partsOf(this.format, (data, line) => this.entries.add(data, line));
    this.parts.push(this.beginning);
    this.beginning = "";
  }
}

/** Reads a history from a text. @throws HistoryFormatError when it is none */
export function parseHistory(text: string, options: ReadOptions = {}): ParsedHistory {
  const reader = new HistoryReader(options);
  reader.push(text);
  return reader.end();
}

function partsOf(format: HistoryFormat, take: (data: unknown, line: number) => void): TextParts {
  switch (format) {
    case "jepsen-log":
      return new LineSplitter((text, line) => {
        const data = readLogLine(text, line);
        if (data !== undefined) take(data, line);
      });
    case "edn":
      return new ElementSplitter("edn", (text, line) => {
        const data = parseEdn(text, line);
        if (data !== undefined) take(data, line);
      });
    default:
      return new ElementSplitter("json", (text, line) => take(parseJson(text, line), line));
  }
}

function parseJson(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HistoryFormatError(line, `not JSON: ${excerpt(text)}`);
  }
}
