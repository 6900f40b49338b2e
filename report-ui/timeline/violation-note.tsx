import { formatMoment } from "../../report/format.ts";
import { render } from "../../report/messages/render.ts";
import type { RunView } from "./run-view.ts";

/** What was found wrong with the run, or what it illustrates, in its sentence, and the way to where it shows. */
export function ViolationNote({ view }: { readonly view: RunView }) {
  const { story } = view.source;
  if (story === undefined) return null;
  const { title, claim, message, record, context } = story;
  const language = view.language.value;
  return (
    <div class={title === undefined ? "violation harmless" : "violation"} role="note">
      <p class="violation-title">
        <span class="violation-sign" aria-hidden="true">
          {title === undefined ? "◆" : "✘"}
        </span>
        <strong>{title === undefined ? view.say("timeline-illustrates") : render(title, language)}</strong>
        {claim === undefined ? null : <span class="violation-claim">{claim}</span>}
        {record === undefined ? null : (
          <button type="button" onClick={() => view.focus(record.index)}>
            {view.say("timeline-to-violation", { time: formatMoment(record.time) })}
          </button>
        )}
      </p>
      <p class="violation-sentence">{render(message, language)}</p>
      {context.length === 0 ? null : (
        <ol class="violation-context" aria-label={view.say("timeline-explained")}>
          {context.map((other) => (
            <li key={other.index}>
              <button type="button" class="chip" onClick={() => view.select(other.index)}>
                <span class="chip-time">{formatMoment(other.time)}</span> <b>{other.host}</b> {view.sentence(other)}
              </button>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
