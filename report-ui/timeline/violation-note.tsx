import { formatMoment } from "../../report/format.ts";
import { render } from "../../report/messages/render.ts";
import type { RunView } from "./run-view.ts";

/** What was found wrong with the run, in its sentence, and the way to where it shows. */
export function ViolationNote({ view }: { readonly view: RunView }) {
  const { finding, violation, context } = view.source;
  if (finding === undefined) return null;
  const language = view.language.value;
  const spoken = context.filter((record) => record !== violation);
  return (
    <div class="violation" role="note">
      <p class="violation-title">
        <span class="violation-sign" aria-hidden="true">
          ✘
        </span>
        <strong>{render(finding.title, language)}</strong>
        {finding.claim === undefined ? null : <span class="violation-claim">{finding.claim}</span>}
        {violation === undefined ? null : (
          <button type="button" class="quiet" onClick={() => view.focus(violation.index)}>
            {formatMoment(violation.time)} · {view.say("timeline-to-violation")}
          </button>
        )}
      </p>
      <p class="violation-sentence">{render(finding.message, language)}</p>
      {spoken.length === 0 ? null : (
        <ul class="violation-context" aria-label={view.say("timeline-explained")}>
          {spoken.map((record) => (
            <li key={record.index}>
              <button type="button" class="chip" onClick={() => view.select(record.index)}>
                <span class="chip-time">{formatMoment(record.time)}</span> {record.host}: {view.sentence(record)}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
