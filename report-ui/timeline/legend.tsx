import type { MarkKind } from "../../report/mark.ts";
import { useEffect, useRef } from "preact/hooks";
import { drawGlyph, glyphOf } from "./glyph.ts";
import { paletteOf } from "./palette.ts";
import type { RunView } from "./run-view.ts";
import { onThemeChange } from "./theme-change.ts";

const SHAPES = [
  "change",
  "read",
  "flush",
  "compaction",
  "version",
  "file-added",
  "file-removed",
  "durable",
  "role",
  "life",
  "note",
  "failure",
] as const satisfies readonly MarkKind[];

const HATCHED = ["fault", "down"] as const;

const SIZE = 16;
/** Where it is in nobody's way, it is open from the start. */
const ROOMY = "(min-width: 1001px)";

/** What the shapes and lines of the timeline stand for. */
export function Legend({ view }: { readonly view: RunView }) {
  return (
    <details class="legend" open={matchMedia(ROOMY).matches}>
      <summary>{view.say("legend-title")}</summary>
      <ul>
        {SHAPES.map((kind) => (
          <li key={kind}>
            <Swatch kind={kind} /> {view.say(`legend-${kind}`)}
          </li>
        ))}
        {HATCHED.map((kind) => (
          <li key={kind}>
            <span class={`legend-hatch legend-hatch-${kind}`} aria-hidden="true" /> {view.say(`legend-${kind}`)}
          </li>
        ))}
        {(["leads", "message", "lost", "past", "future", "found"] as const).map((kind) => (
          <li key={kind}>
            <span class={`legend-line legend-line-${kind}`} aria-hidden="true" /> {view.say(`legend-${kind}`)}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** One shape, drawn as the timeline draws it. */
function Swatch({ kind }: { readonly kind: MarkKind }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const target = canvas.current;
    const context = target?.getContext("2d");
    if (target === null || context === null || context === undefined) return undefined;
    const paint = (): void => {
      target.width = target.height = SIZE * 2;
      context.setTransform(2, 0, 0, 2, 0, 0);
      const palette = paletteOf(target);
      const colour = kind === "failure" ? palette.wrong : palette.marks[kind];
      context.fillStyle = colour;
      context.strokeStyle = colour;
      context.lineWidth = 1.5;
      drawGlyph(context, glyphOf(kind), SIZE / 2, SIZE / 2, 4);
    };
    paint();
    return onThemeChange(paint);
  }, [kind]);
  return <canvas ref={canvas} class="legend-shape" aria-hidden="true" />;
}
