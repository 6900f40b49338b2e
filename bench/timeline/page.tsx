import { signal } from "@preact/signals";
import { render } from "preact";
import { RunView } from "../../report-ui/timeline/run-view.ts";
import { Timeline } from "../../report-ui/timeline/timeline.tsx";
import { measureFrames } from "./measure-frames.ts";
import { syntheticRun } from "./synthetic.ts";

const DEFAULT_EVENTS = 100_000;

// A page with nothing but the timeline of a great run, for a browser that is told from outside when to begin.
const events = Number(new URLSearchParams(location.search).get("events") ?? DEFAULT_EVENTS);
const view = new RunView(syntheticRun(events), signal("en"));
render(<Timeline view={view} />, document.body);
Object.assign(globalThis, { runView: view, measureFrames: () => measureFrames(view) });
