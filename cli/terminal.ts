/** How one output stream wants to be written to: colours only for people, at a width that fits. */
export interface Terminal {
  readonly colours: boolean;
  /** Whether a line may be redrawn in place. */
  readonly interactive: boolean;
  write(text: string): void;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

type Paint = (text: string) => string;

/** Lines are never wider. */
export const MAX_WIDTH = 100;

/** A terminal on a stream; NO_COLOR and FORCE_COLOR override what the stream is. */
export function terminal(stream: NodeJS.WriteStream): Terminal {
  const { NO_COLOR: no, FORCE_COLOR: force } = process.env;
  const forced = force !== undefined && !["", "0", "false"].includes(force);
  const refused = (no !== undefined && no !== "") || force === "0" || force === "false";
  const colours = forced || (!refused && stream.isTTY && process.env["TERM"] !== "dumb");
  const interactive = stream.isTTY && process.env["CI"] === undefined;
  return paper((text) => stream.write(text), colours, interactive);
}

/** Something to write on that only keeps what is written, for a file: without colours. */
export function textTerminal(): Terminal & { readonly text: string } {
  const parts: string[] = [];
  return Object.defineProperty(
    paper((text) => parts.push(text), false, false),
    "text",
    { get: () => parts.join("") },
  ) as Terminal & { readonly text: string };
}

function paper(write: (text: string) => unknown, colours: boolean, interactive: boolean): Terminal {
  const paint =
    (code: number, end: number): Paint =>
    (text) =>
      colours ? `\u001b[${code}m${text}\u001b[${end}m` : text;
  return {
    colours,
    interactive,
    write: (text) => {
      write(text);
    },
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
  };
}

/** The columns a string takes on a terminal: 2 for CJK and other wide characters, 1 for the rest. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const wide =
      (code >= 0x1100 && code <= 0x115f) ||
      (code >= 0x2e80 && code <= 0xa4cf) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe30 && code <= 0xfe6f) ||
      (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0xffe0 && code <= 0xffe6);
    width += wide ? 2 : 1;
  }
  return width;
}

/** Pads to a display width; a longer string is cut and ends in "…". */
export function fit(text: string, width: number): string {
  if (displayWidth(text) <= width) return text + " ".repeat(width - displayWidth(text));
  let cut = "";
  for (const character of text) {
    if (displayWidth(cut + character) > width - 1) break;
    cut += character;
  }
  return `${cut}…${" ".repeat(Math.max(0, width - displayWidth(cut) - 1))}`;
}

/**
 * Breaks a text into lines of at most `width` columns, each after the first indented: at spaces, and a word for which a line is
 * too short, such as a mode with many switches, behind its plus signs.
 */
export function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  const room = width - displayWidth(indent);
  const words = text
    .split(/(?<= )|(?<=[\u3000-\u9fff\uff00-\uffef])/)
    .flatMap((word) => (displayWidth(word.trimEnd()) > room ? word.split(/(?<=\+)/) : [word]));
  for (const word of words) {
    if (line.trim() !== "" && displayWidth(line + word.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += word;
  }
  return [...lines, line.trimEnd()];
}
