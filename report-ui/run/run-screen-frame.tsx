import { useEffect } from "preact/hooks";
import { Events } from "../events/events.tsx";
import { Moment } from "../moment/moment.tsx";
import { AskAnotherRun } from "../shell/ask-another-run.tsx";
import { RUN_SCREENS, type MomentCode, type RunScreen } from "../shell/moment-code.ts";
import { usePage } from "../shell/page.ts";
import { Timeline } from "../timeline/timeline.tsx";
import type { RunView } from "../timeline/run-view.ts";
import { RunBar } from "./run-bar.tsx";
import { RunProgress } from "./run-progress.tsx";
import "./run.css";

const SCREENS: Readonly<Record<RunScreen, (props: { readonly view: RunView }) => preact.JSX.Element>> = {
  timeline: Timeline,
  moment: Moment,
  events: Events,
};

/** One run: which it is, what it came to, and one of the screens that show it. */
export function RunScreenFrame({
  screen,
  code,
}: {
  readonly screen: RunScreen;
  readonly code: MomentCode | undefined;
}) {
  const page = usePage();
  const { run } = page;
  const opened = run.opened.value;
  const state = run.state.value;
  useEffect(() => {
    document.title = opened === undefined ? "Faultline" : `${titleOf(opened.file, code)} · Faultline`;
    return () => void (document.title = "Faultline");
  }, [opened, code]);
  if (opened === undefined) {
    return (
      <section class="notice">
        <h1>{page.say("run-none-title")}</h1>
        <p>{page.say("run-none-text")}</p>
        <AskAnotherRun />
      </section>
    );
  }
  const Screen = SCREENS[screen];
  return (
    <section class="run">
      <RunBar opened={opened} screen={screen} />
      {code !== undefined && code.build !== page.build && (
        <p class="run-warning" role="note">
          <span aria-hidden="true">△</span> {page.say("run-other-build", { build: code.build, here: page.build })}
        </p>
      )}
      {state.is === "done" ? (
        <>
          <nav class="run-tabs" aria-label={page.say("run-screens")}>
            {RUN_SCREENS.map((each) => (
              <a key={each} href={page.addressOf(each)} aria-current={each === screen ? "page" : undefined}>
                {page.say(`${each}-title`)}
              </a>
            ))}
          </nav>
          {state.view === undefined ? null : <Screen view={state.view} />}
        </>
      ) : (
        <RunProgress opened={opened} state={state} />
      )}
    </section>
  );
}

function titleOf(file: string | undefined, code: MomentCode | undefined): string {
  return file ?? (code === undefined ? "" : `${code.scenario} · ${code.topology} · ${code.seed}`);
}
