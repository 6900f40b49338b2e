import type { Signal } from "@preact/signals";
import { formatMoment } from "../../report/format.ts";
import { usePage } from "../shell/page.ts";
import type { RunView } from "../timeline/run-view.ts";
import { Board } from "./board.tsx";
import type { Stop, Story } from "./lesson.ts";

/** What happened, a moment at a time, with the state of who takes part. */
export function Reveal({
  story,
  view,
  stop,
}: {
  readonly story: Story;
  readonly view: RunView;
  readonly stop: Signal<number>;
}) {
  const page = usePage();
  const { stops } = story;
  const at = Math.min(stop.value, stops.length - 1);
  const current = stops[at] as Stop;
  return (
    <section>
      <h2>{page.say("lesson-reveal")}</h2>
      <p>{page.say("lesson-reveal-text")}</p>
      <div class="lesson-stops" role="group" aria-label={page.say("lesson-moments")}>
        {stops.map(({ id, label, record }, place) => (
          <button
            key={id}
            type="button"
            class="lesson-stop"
            aria-current={place === at ? "step" : undefined}
            onClick={() => (stop.value = place)}
          >
            <b>{label}</b>
            <span class="figures">{formatMoment(record.time)}</span>
          </button>
        ))}
      </div>
      <div class="lesson-now" aria-live="polite">
        <h3>{page.say(current.title)}</h3>
        <p>{page.words(current.text)}</p>
        <p class="lesson-said">
          <span class="figures">{formatMoment(current.record.time)}</span> <b>{current.record.host}</b>{" "}
          {view.sentence(current.record)}
        </p>
      </div>
      <Board story={story} view={view} rank={current.record.index} />
      <div class="lesson-move">
        <button type="button" disabled={at === 0} onClick={() => (stop.value = at - 1)}>
          ← {page.say("lesson-back")}
        </button>
        <button type="button" disabled={at === stops.length - 1} onClick={() => (stop.value = at + 1)}>
          {page.say("lesson-next")} →
        </button>
      </div>
    </section>
  );
}
