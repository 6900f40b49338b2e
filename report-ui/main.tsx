import { render } from "preact";
import { readSuiteReport, ReportFormatError, type SuiteReport } from "../report/suite-report.ts";
import { EngineRoom } from "./engine-room/engine-room.ts";
import { App } from "./shell/app.tsx";
import { embeddedText, EmbeddedDataError } from "./shell/embedded.ts";
import { Page } from "./shell/page.ts";
import { loadPreferences } from "./shell/preferences.ts";

const build = __FAULTLINE_BUILD__.slice(0, 7);

/** The worker's program is unpacked when it is first needed. */
async function startWorker(): Promise<Worker> {
  const program = await embeddedText("engine-room");
  if (program === undefined) throw new EmbeddedDataError("this page has no engine room");
  const url = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  return worker;
}

async function readReport(): Promise<SuiteReport | undefined> {
  const text = await embeddedText("report");
  return text === undefined ? undefined : readSuiteReport(JSON.parse(text));
}

function show(report: SuiteReport | undefined): void {
  const preferences = loadPreferences(document.documentElement);
  const page = new Page({ preferences, engine: new EngineRoom(startWorker), report, build });
  render(<App page={page} />, document.getElementById("page") as HTMLElement);
}

readReport().then(show, (error: unknown) => {
  if (!(error instanceof EmbeddedDataError || error instanceof ReportFormatError || error instanceof SyntaxError)) {
    throw error;
  }
  const text = document.createElement("p");
  text.textContent = `The report in this page cannot be read: ${error.message}`;
  document.getElementById("page")?.replaceChildren(text);
});
