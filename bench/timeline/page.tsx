import { signal } from "@preact/signals";
import { render } from "preact";
import { RunView } from "../../report-ui/timeline/run-view.ts";
import { Timeline } from "../../report-ui/timeline/timeline.tsx";
import { measureFrames } from "./measure-frames.ts";
import { syntheticRun } from "./synthetic.ts";

declare const __TIMELINE_EVENTS__: number;

// A page with nothing but the timeline of a great run, for a browser that is told from outside when to begin.
const view = new RunView(syntheticRun(__TIMELINE_EVENTS__), signal("en"));
render(<Timeline view={view} />, document.body);
Object.assign(globalThis, { runView: view, measureFrames: () => measureFrames(view) });
