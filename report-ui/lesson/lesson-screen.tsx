import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { usePage } from "../shell/page.ts";
import { runSourceOf } from "../timeline/run-source.ts";
import { RunView } from "../timeline/run-view.ts";
import { Explain } from "./explain.tsx";
import { hunt, type Hunted, type Tried } from "./hunt.ts";
import { Predict } from "./predict.tsx";
import { Reveal } from "./reveal.tsx";
import { RunStep } from "./run-step.tsx";
import { vanishingTable } from "./vanishing-table.ts";
import "./lesson.css";

/** A lesson, a step after the other; those before stay open, so that there is always a way back. */
export function LessonScreen() {
  const page = usePage();
  const lesson = vanishingTable;
  const predicted = useSignal<string | undefined>(undefined);
  const tried = useSignal<readonly Tried[]>([]);
  const hunting = useSignal(false);
  const hunted = useSignal<Hunted | undefined>(undefined);
  const stop = useSignal(0);

  const found = hunted.value?.end === "found" ? hunted.value : undefined;
  const view = useMemo(
    () =>
      found?.outcome.recording === undefined
        ? undefined
        : new RunView(runSourceOf(found.outcome.recording), page.language),
    [found, page],
  );
  useEffect(() => () => view?.dispose(), [view]);
  // Whoever leaves waits for nothing any more.
  useEffect(
    () => () => {
      if (hunting.peek()) page.engine.cancel();
    },
    [hunting, page],
  );

  const begin = async (): Promise<void> => {
    tried.value = [];
    hunted.value = undefined;
    stop.value = 0;
    hunting.value = true;
    const end = await hunt(page.engine, lesson, (each) => (tried.value = [...tried.value, each]));
    hunting.value = false;
    hunted.value = end;
  };
  const startOver = (): void => {
    page.engine.cancel();
    predicted.value = undefined;
    tried.value = [];
    hunted.value = undefined;
    stop.value = 0;
  };

  return (
    <article class="lesson">
      <header>
        <p class="kicker">{page.say("lesson-kicker")}</p>
        <h1>{page.say(lesson.title)}</h1>
        <p class="lead">{page.say(lesson.lead)}</p>
      </header>
      <ol class="lesson-steps">
        <li>
          <Predict lesson={lesson} predicted={predicted} revealed={found !== undefined} />
        </li>
        {predicted.value !== undefined && (
          <li>
            <RunStep
              lesson={lesson}
              tried={tried.value}
              running={hunting.value}
              hunted={hunted.value}
              onRun={() => void begin()}
              onCancel={() => page.engine.cancel()}
            />
          </li>
        )}
        {found !== undefined && view !== undefined && (
          <>
            <li>
              <Reveal story={found.story} view={view} stop={stop} />
            </li>
            <li>
              <Explain lesson={lesson} found={found} predicted={predicted.value} />
            </li>
          </>
        )}
      </ol>
      {predicted.value !== undefined && (
        <button type="button" class="quiet lesson-over" onClick={startOver}>
          {page.say("lesson-start-over")}
        </button>
      )}
    </article>
  );
}
