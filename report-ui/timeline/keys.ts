import type { RunView } from "./run-view.ts";

/** What a key does in the timeline: moves the selection, the window, or neither. */
export function onKey(event: KeyboardEvent, view: RunView): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (!act(event.key, event.shiftKey, view)) return;
  event.preventDefault();
}

/** @returns whether the key means something */
function act(key: string, shift: boolean, view: RunView): boolean {
  switch (key) {
    case "ArrowLeft":
    case "ArrowRight": {
      const step = key === "ArrowLeft" ? -1 : 1;
      if (shift) view.pan(step * 0.15);
      else goAlong(view, step);
      return true;
    }
    case "ArrowUp":
    case "ArrowDown":
      if (shift) return false;
      goAcross(view, key === "ArrowUp" ? -1 : 1);
      return true;
    case "+":
    case "=":
      view.zoom(0.6);
      return true;
    case "-":
    case "_":
      view.zoom(1 / 0.6);
      return true;
    case "0":
      view.fit();
      return true;
    case "Home":
      view.select(0);
      return true;
    case "End":
      view.select(view.records.length - 1);
      return true;
    case "v": {
      const record = view.source.story?.record;
      if (record !== undefined) view.focus(record.index);
      return true;
    }
    case "n":
    case "N": {
      const next = view.nextMatch(key === "n" ? 1 : -1);
      if (next !== undefined) view.select(next);
      return true;
    }
    case "Escape":
      view.clear();
      return true;
    default:
      return false;
  }
}

/** To the event before or after in the same lane. */
function goAlong(view: RunView, step: 1 | -1): void {
  const from = view.selected.peek();
  if (from === undefined) view.select(view.cursor.peek());
  else {
    const next = view.model.neighbour(from, step);
    if (next !== undefined) view.select(next);
  }
}

/** To the nearest event of the lane above or below. */
function goAcross(view: RunView, step: 1 | -1): void {
  const from = view.selected.peek() ?? view.cursor.peek();
  const { lanes, laneOf } = view.model.lanes;
  for (let lane = (laneOf[from] ?? 0) + step; lane >= 0 && lane < lanes.length; lane += step) {
    const kind = lanes[lane]?.kind;
    if (kind === undefined || !view.shows(kind) || lanes[lane]?.marks.count === 0) continue;
    const next = view.model.nearestIn(lane, from);
    if (next !== undefined) view.select(next);
    return;
  }
}
