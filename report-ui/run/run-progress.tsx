import { usePage } from "../shell/page.ts";
import type { OpenedRun, RunState } from "./run-session.ts";

/** How a run gets on that is not done, and what can be done about it. */
export function RunProgress({ opened, state }: { readonly opened: OpenedRun; readonly state: RunState }) {
  const page = usePage();
  const { run } = page;
  switch (state.is) {
    case "running":
      return (
        <div class="run-progress">
          <progress aria-label={page.say("run-running")} />
          <p role="status">
            {state.phase === "judging"
              ? page.say("run-judging", { events: state.events })
              : page.say("run-events", { events: state.events })}
          </p>
          <button type="button" onClick={() => run.cancel()}>
            {page.say("run-cancel")}
          </button>
        </div>
      );
    case "cancelled":
    case "refused":
      return (
        <div class="run-progress" role="alert">
          <p class={state.is === "refused" ? "bad" : ""}>
            {page.say(state.is === "refused" ? "run-refused" : "run-cancelled")}
            {state.is === "refused" && <span class="refusal-detail mono">{state.reason}</span>}
          </p>
          <button type="button" onClick={() => void run.open(opened)}>
            {page.say("run-again")}
          </button>
        </div>
      );
    default:
      return null;
  }
}
