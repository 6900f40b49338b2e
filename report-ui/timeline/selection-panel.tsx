import { formatMoment } from "../../report/format.ts";
import type { TraceRecord } from "../../sim/trace.ts";
import { Flag } from "./timeline-model.ts";
import type { RunView } from "./run-view.ts";

/** Neighbours in the causal order that are listed. */
const MOST_LISTED = 4;

/** What is selected: its sentence and fields, what led to it, and what follows from it. */
export function SelectionPanel({ view }: { readonly view: RunView }) {
  const selected = view.selected.value;
  const record = selected === undefined ? undefined : view.records[selected];
  return (
    <aside class="selection" aria-label={view.say("selection-title")}>
      <h2>
        {view.say("selection-title")}
        {record === undefined ? null : (
          <button type="button" class="quiet" aria-label={view.say("selection-clear")} onClick={() => view.clear()}>
            ×
          </button>
        )}
      </h2>
      {record === undefined ? (
        <p class="selection-none">{view.say("selection-none")}</p>
      ) : (
        <Selected view={view} record={record} />
      )}
    </aside>
  );
}

function Selected({ view, record }: { readonly view: RunView; readonly record: TraceRecord }) {
  const flags = view.flags.value;
  let past = 0;
  let future = 0;
  for (const flag of flags) {
    if ((flag & Flag.PAST) !== 0) past++;
    else if ((flag & Flag.FUTURE) !== 0) future++;
  }
  const { index, event, data } = record;
  return (
    <>
      <p class="selection-said">
        <span class="selection-host">{record.host}</span> {view.sentence(record)}
      </p>
      <p class="selection-when">
        <span class="selection-time">{formatMoment(record.time)}</span>{" "}
        <span>{view.say("selection-rank", { rank: index, event })}</span>
      </p>
      <dl class="selection-fields">
        <dt>{view.say("events-kind")}</dt>
        <dd>{data.kind}</dd>
        {Object.entries(data).flatMap(([name, value]) =>
          name === "kind" || value === undefined
            ? []
            : [<dt key={`${name}-name`}>{name}</dt>, <dd key={`${name}-value`}>{String(value)}</dd>],
        )}
      </dl>
      <h3>{view.say("selection-causes")}</h3>
      <Neighbours view={view} records={causesOf(view, record, flags)} />
      <h3>{view.say("selection-effects")}</h3>
      <Neighbours view={view} records={effectsOf(view, record, flags)} />
      <p class="selection-counts">
        <button type="button" class="quiet past" onClick={() => (view.search.value = "s:past")}>
          {view.say("selection-past", { count: past })}
        </button>
        <button type="button" class="quiet future" onClick={() => (view.search.value = "s:future")}>
          {view.say("selection-future", { count: future })}
        </button>
      </p>
    </>
  );
}

function Neighbours({ view, records }: { readonly view: RunView; readonly records: readonly TraceRecord[] }) {
  if (records.length === 0) return <p class="selection-none">{view.say("selection-no-cause")}</p>;
  return (
    <ul class="selection-list">
      {records.map((record) => (
        <li key={record.index}>
          <button type="button" onClick={() => view.select(record.index)}>
            <span class="selection-time">{formatMoment(record.time)}</span>
            <span class="selection-host">{record.host}</span> <span>{view.sentence(record)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Whether a record says something by itself: of messages the arrows tell, and they are many. */
function speaks({ data }: TraceRecord): boolean {
  return data.kind !== "message-sent" && data.kind !== "message-delivered";
}

/** The last records of the causal past, the nearest first. */
function causesOf(view: RunView, { index }: TraceRecord, flags: Uint8Array): TraceRecord[] {
  const found: TraceRecord[] = [];
  for (let at = index - 1; at >= 0 && found.length < MOST_LISTED; at--) {
    const record = view.records[at] as TraceRecord;
    if (((flags[at] ?? 0) & Flag.PAST) !== 0 && speaks(record)) found.push(record);
  }
  return found;
}

/** The first records of the causal future. */
function effectsOf(view: RunView, { index }: TraceRecord, flags: Uint8Array): TraceRecord[] {
  const found: TraceRecord[] = [];
  for (let at = index + 1; at < view.records.length && found.length < MOST_LISTED; at++) {
    const record = view.records[at] as TraceRecord;
    if (((flags[at] ?? 0) & Flag.FUTURE) !== 0 && speaks(record)) found.push(record);
  }
  return found;
}
