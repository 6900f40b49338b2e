import { useState } from "preact/hooks";
import type { RunOutcome } from "../engine-room/messages.ts";
import { usePage } from "../shell/page.ts";
import { VerdictWord } from "../shell/verdict-word.tsx";
import type { Hunted } from "./hunt.ts";
import type { Lesson, Remedy } from "./lesson.ts";

/** What is to be learned of it, and the same seed on designs that do better. */
export function Explain({
  lesson,
  found,
  predicted,
}: {
  readonly lesson: Lesson;
  readonly found: Extract<Hunted, { readonly end: "found" }>;
  readonly predicted: string | undefined;
}) {
  const page = usePage();
  const { explanation } = found.outcome.recording ?? {};
  const chosen = lesson.choices.find(({ id }) => id === predicted);
  const { scenario, topology } = lesson;
  return (
    <section>
      <h2>{page.say("lesson-explain")}</h2>
      {chosen !== undefined && (
        <p class={`lesson-reply ${chosen.right ? "right" : ""}`}>
          <b>
            {chosen.right ? "✔ " : "✘ "}
            {page.say(chosen.right ? "lesson-you-were-right" : "lesson-you-were-not")}
          </b>{" "}
          {page.say(chosen.reply)}
        </p>
      )}
      {explanation !== undefined && (
        <blockquote class="lesson-sentence">
          {explanation.claim !== undefined && <span class="mono">{explanation.claim} · </span>}
          {page.words(explanation.message)}
        </blockquote>
      )}
      {lesson.explanation.map((paragraph) => (
        <p key={paragraph}>{page.say(paragraph)}</p>
      ))}
      <h3>{page.say("lesson-remedies")}</h3>
      <ul class="remedies">
        {lesson.remedies.map((remedy) => (
          <RemedyRow key={remedy.topology} lesson={lesson} remedy={remedy} seed={found.seed} />
        ))}
      </ul>
      <div class="lesson-onward">
        <button type="button" onClick={() => page.show({ subject: { scenario, topology, seed: found.seed } })}>
          {page.say("lesson-to-timeline")}
        </button>
        <a class="button" href="#playground">
          {page.say("lesson-to-playground")}
        </a>
      </div>
    </section>
  );
}

function RemedyRow({
  lesson: { scenario },
  remedy: { topology, title, text },
  seed,
}: {
  readonly lesson: Lesson;
  readonly remedy: Remedy;
  readonly seed: number;
}) {
  const page = usePage();
  const [outcome, setOutcome] = useState<RunOutcome>();
  const [running, setRunning] = useState(false);
  const run = async (): Promise<void> => {
    setRunning(true);
    const answer = await page.engine.run({ subject: { scenario, topology, seed }, wanted: "verdict" }, () => undefined);
    setRunning(false);
    if (answer.type === "done") setOutcome(answer.outcome);
  };
  return (
    <li>
      <div>
        <b>{page.say(title)}</b> <span class="mono faint">{topology}</span>
        <p>{page.say(text)}</p>
      </div>
      <div class="remedy-run">
        <button type="button" disabled={running} onClick={() => void run()}>
          {page.say("lesson-run-same", { seed })}
        </button>
        <span role="status">{outcome !== undefined && <VerdictWord verdict={outcome.verdict} />}</span>
      </div>
    </li>
  );
}
