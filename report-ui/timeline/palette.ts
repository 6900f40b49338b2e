import type { MarkKind } from "../../report/mark.ts";

/** Colours of the canvas, read from the style sheet, so that both follow the theme. */
export interface Palette {
  readonly ink: string;
  readonly faint: string;
  readonly line: string;
  readonly surface: string;
  readonly band: string;
  readonly past: string;
  readonly future: string;
  readonly selected: string;
  readonly found: string;
  readonly wrong: string;
  readonly message: string;
  readonly marks: Readonly<Record<MarkKind, string>>;
  readonly font: string;
}

/** Which custom property colours which kind of mark. */
const PROPERTIES: Readonly<Record<MarkKind, string>> = {
  fault: "--tl-fault",
  down: "--tl-down",
  paused: "--tl-down",
  leads: "--tl-role",
  role: "--tl-role",
  life: "--tl-ink",
  failure: "--tl-wrong",
  note: "--tl-note",
  read: "--tl-client",
  change: "--tl-client",
  flush: "--tl-flush",
  compaction: "--tl-compaction",
  stall: "--tl-down",
  "file-added": "--tl-file",
  "file-removed": "--tl-file",
  version: "--tl-compaction",
  durable: "--tl-note",
  lost: "--tl-wrong",
  held: "--tl-fault",
  connection: "--tl-note",
};

/** Reads the colours that an element's style sheet gives. */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim() || "#888";
  return {
    ink: colour("--tl-ink"),
    faint: colour("--tl-faint"),
    line: colour("--tl-line"),
    surface: colour("--tl-surface"),
    band: colour("--tl-band"),
    past: colour("--tl-past"),
    future: colour("--tl-future"),
    selected: colour("--tl-selected"),
    found: colour("--tl-found"),
    wrong: colour("--tl-wrong"),
    message: colour("--tl-message"),
    marks: Object.fromEntries(
      Object.entries(PROPERTIES).map(([kind, name]) => [kind, colour(name)]),
    ) as unknown as Palette["marks"],
    font: style.fontFamily,
  };
}
