import { lengthOf } from "./range.ts";
import type { RunView } from "./run-view.ts";

/** How far a pointer may move and still be a click, in CSS pixels. */
const STILL = 4;
/** How much a notch of a wheel, or its share on a trackpad, zooms. */
const WHEEL = 0.0022;

export interface PointerTarget {
  readonly width: number;
  /** The pointer is over a point of the surface; undefined when it has left. */
  hover(x?: number, y?: number): void;
  choose(x: number, y: number): void;
}

/**
 * Moves the window of a run with mouse, trackpad and touch: dragging and a sideways wheel pan, a wheel with Ctrl and two
 * fingers zoom, a click chooses. A plain wheel scrolls the page, as it does everywhere else.
 *
 * @returns what ends that
 */
export function followPointers(surface: HTMLElement, view: RunView, target: PointerTarget): () => void {
  const { width } = target;
  const down = new Map<number, { readonly startX: number; readonly startY: number; x: number }>();
  let moved = false;
  const pointOf = (event: MouseEvent): readonly [x: number, y: number] => {
    const box = surface.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const placeAt = (x: number): number => {
    const range = view.range.peek();
    return range.from + (x / width) * lengthOf(range);
  };
  const spread = (): readonly [middle: number, distance: number] => {
    const [one, other] = [...down.values()].map(({ x }) => x);
    return [((one ?? 0) + (other ?? 0)) / 2, Math.max(1, Math.abs((one ?? 0) - (other ?? 0)))];
  };

  const handlers = {
    pointerdown(event: PointerEvent): void {
      if (event.button !== 0) return;
      const [x, y] = pointOf(event);
      down.set(event.pointerId, { startX: x, startY: y, x });
      moved = moved && down.size > 1;
      target.hover();
    },
    pointermove(event: PointerEvent): void {
      const [x, y] = pointOf(event);
      const held = down.get(event.pointerId);
      if (held === undefined) {
        if (event.pointerType === "mouse") target.hover(x, y);
        return;
      }
      if (!moved && Math.hypot(x - held.startX, y - held.startY) <= STILL) return;
      if (!moved) {
        moved = true;
        surface.setPointerCapture(event.pointerId);
      }
      if (down.size === 1) {
        view.pan((held.x - x) / width);
        held.x = x;
        return;
      }
      const [middleBefore, distanceBefore] = spread();
      held.x = x;
      const [middle, distance] = spread();
      view.pan((middleBefore - middle) / width);
      view.zoom(distanceBefore / distance, placeAt(middle));
    },
    pointerup(event: PointerEvent): void {
      const held = down.get(event.pointerId);
      if (held === undefined) return;
      down.delete(event.pointerId);
      if (!moved) target.choose(...pointOf(event));
      if (down.size === 0) moved = false;
    },
    pointercancel(event: PointerEvent): void {
      down.delete(event.pointerId);
      if (down.size === 0) moved = false;
    },
    pointerleave(): void {
      target.hover();
    },
    dblclick(event: MouseEvent): void {
      view.zoom(0.4, placeAt(pointOf(event)[0]));
    },
    wheel(event: WheelEvent): void {
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const [dx, dy] = [event.deltaX * lines, event.deltaY * lines];
      if (event.ctrlKey || event.metaKey)
        view.zoom(Math.exp(dy * WHEEL * (event.deltaMode === 0 ? 2 : 1)), placeAt(pointOf(event)[0]));
      else if (event.shiftKey || Math.abs(dx) > Math.abs(dy)) view.pan((dx === 0 ? dy : dx) / width);
      else return;
      event.preventDefault();
      target.hover();
    },
  };
  const entries = Object.entries(handlers) as [string, EventListener][];
  // The wheel is taken from the page only where it means something here.
  for (const [name, handler] of entries) surface.addEventListener(name, handler, { passive: false });
  return () => {
    for (const [name, handler] of entries) surface.removeEventListener(name, handler);
  };
}
