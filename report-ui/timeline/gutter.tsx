import type { LaneBox, Layout } from "./layout.ts";
import type { RunView } from "./run-view.ts";

/** The names of the lanes, beside them. */
export function Gutter({ view, layout }: { readonly view: RunView; readonly layout: Layout }) {
  return (
    <div class="gutter" style={{ height: `${layout.height}px` }} aria-hidden="true">
      {layout.boxes.map((box) => (
        <div
          key={box.index}
          class={`gutter-lane gutter-${box.lane.kind}`}
          style={{ top: `${box.y}px`, height: `${box.height}px` }}
          title={nameOf(view, box)}
        >
          {nameOf(view, box)}
        </div>
      ))}
    </div>
  );
}

function nameOf(view: RunView, { lane }: LaneBox): string {
  switch (lane.kind) {
    case "faults":
      return view.say("lane-faults");
    case "network":
      return view.say("lane-network");
    case "lsm":
      return view.say("lane-lsm");
    default:
      return lane.host;
  }
}
