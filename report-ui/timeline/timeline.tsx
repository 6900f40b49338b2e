import { useMemo } from "preact/hooks";
import { Legend } from "./legend.tsx";
import { Overview } from "./overview.tsx";
import { Plot } from "./plot.tsx";
import type { RunView } from "./run-view.ts";
import { SelectionPanel } from "./selection-panel.tsx";
import { Toolbar } from "./toolbar.tsx";
import { ViolationNote } from "./violation-note.tsx";
import { layOut } from "./layout.ts";
import "./timeline.css";

/** The timeline of a run: lanes with their marks, messages between them, an overview, and what is selected. */
export function Timeline({ view }: { readonly view: RunView }) {
  const { hidden } = view;
  const shown = hidden.value;
  const layout = useMemo(
    () => layOut(view.model.lanes.lanes, (kind) => kind === "node" || kind === "disk" || !shown.has(kind)),
    [view, shown],
  );
  if (view.records.length === 0) return <p class="run-empty">{view.say("timeline-nothing")}</p>;
  return (
    <section class="timeline" aria-label={view.say("timeline-title")}>
      <ViolationNote view={view} />
      <Toolbar view={view} />
      <div class="run-body">
        <div class="timeline-main">
          <Overview view={view} />
          <Plot view={view} layout={layout} />
          <Legend view={view} />
        </div>
        <SelectionPanel view={view} />
      </div>
    </section>
  );
}
