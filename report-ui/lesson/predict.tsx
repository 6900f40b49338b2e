import type { Signal } from "@preact/signals";
import { usePage } from "../shell/page.ts";
import type { Lesson } from "./lesson.ts";

/** The setting, and the question before the run. */
export function Predict({
  lesson,
  predicted,
  revealed,
}: {
  readonly lesson: Lesson;
  readonly predicted: Signal<string | undefined>;
  readonly revealed: boolean;
}) {
  const page = usePage();
  return (
    <section>
      <h2>{page.say("lesson-predict")}</h2>
      <div class="lesson-setting">
        {lesson.setting.map((paragraph) => (
          <p key={paragraph}>{page.say(paragraph)}</p>
        ))}
      </div>
      <fieldset class="lesson-choices">
        <legend>{page.say(lesson.question)}</legend>
        {lesson.choices.map(({ id, text, right }) => (
          <label key={id} class={revealed && right ? "right" : ""}>
            <input
              type="radio"
              name="prediction"
              value={id}
              checked={predicted.value === id}
              onChange={() => (predicted.value = id)}
            />
            <span>{page.say(text)}</span>
            {revealed && right && <span class="lesson-right">✔ {page.say("lesson-seen")}</span>}
          </label>
        ))}
      </fieldset>
    </section>
  );
}
