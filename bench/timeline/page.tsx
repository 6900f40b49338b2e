import { signal } from "@preact/signals";
import { render } from "preact";
import { Events } from "../../report-ui/events/events.tsx";
import { Moment } from "../../report-ui/moment/moment.tsx";
import { RunView, type RunSource } from "../../report-ui/timeline/run-view.ts";
import { Timeline } from "../../report-ui/timeline/timeline.tsx";
import type { Language } from "../../report/messages/render.ts";
import { measureFrames } from "./measure-frames.ts";
import { syntheticRun } from "./synthetic.ts";

const asked = new URLSearchParams(location.search);

async function load(): Promise<RunSource> {
  const name = asked.get("run");
  if (name === null) return syntheticRun(Number(asked.get("events") ?? 100_000));
  const raw = await (await fetch(`/run-${name}.json`)).json();
  return {
    ...raw,
    causes: { offsets: Uint32Array.from(raw.offsets), causes: Uint32Array.from(raw.causes) },
    violation: raw.records[raw.violation],
    context: raw.context.map((rank: number) => raw.records[rank]),
    finding: raw.finding === null ? undefined : raw.finding,
  };
}

const began = performance.now();
const source = await load();
const loaded = performance.now();
const view = new RunView(source, signal((asked.get("lang") ?? "en") as Language));
const screens = { timeline: Timeline, moment: Moment, events: Events };
const Screen = screens[(asked.get("screen") ?? "timeline") as keyof typeof screens];
render(<Screen view={view} />, document.querySelector("#root") as Element);
console.log("load", loaded - began, "model", performance.now() - loaded);
Object.assign(globalThis, { runView: view, measureFrames: () => measureFrames(view) });
