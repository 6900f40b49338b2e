import type { TraceValue } from "../../host/trace.ts";
import { formatMoment } from "../../report/format.ts";
import { faultName } from "../../report/messages/render.ts";
import type { FieldMoment, LevelMoment, MachineMoment } from "../../report/moments.ts";
import { useState } from "preact/hooks";
import type { RunView } from "../timeline/run-view.ts";
import { byDirectory, firstOf } from "./file-names.ts";
import "./moment.css";

/** The state of every machine at the moment that the page is at, and steps to the changes before and after. */
export function Moment({ view }: { readonly view: RunView }) {
  const { moments } = view;
  const rank = view.cursor.value;
  const record = view.records[rank];
  if (record === undefined || moments.first === undefined) return <p class="run-empty">{view.say("moment-nothing")}</p>;
  const { machines, faults } = moments.at(rank);
  const go = (to: number | undefined): void => {
    if (to !== undefined) view.select(to);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowLeft") go(moments.before(rank));
    else if (event.key === "ArrowRight") go(moments.after(rank));
    else if (event.key === "Home") go(moments.first);
    else if (event.key === "End") go(moments.last);
    else return;
    event.preventDefault();
  };
  return (
    <section class="moment" aria-label={view.say("moment-title")} onKeyDown={onKeyDown}>
      <div class="moment-bar">
        <div class="buttons" role="group" aria-label={view.say("moment-hint")} title={view.say("moment-hint")}>
          <Step label={view.say("moment-first")} sign="⇤" to={moments.before(rank) && moments.first} go={go} />
          <Step label={view.say("moment-back")} sign="←" to={moments.before(rank)} go={go} />
          <Step label={view.say("moment-forward")} sign="→" to={moments.after(rank)} go={go} />
          <Step label={view.say("moment-last")} sign="⇥" to={moments.after(rank) && moments.last} go={go} />
        </div>
        <p class="moment-now" aria-live="polite">
          <span class="moment-time">{view.say("moment-at", { time: formatMoment(record.time) })}</span>
          <span class="moment-rank">{view.say("moment-event", { rank })}</span>
          <span class="moment-said">
            <b>{record.host}</b> {view.sentence(record)}
          </span>
        </p>
        <p class="moment-faults">
          {faults.length === 0
            ? view.say("moment-no-faults")
            : [
                view.say("moment-faults"),
                " ",
                ...faults.map(({ fault, host }) => (
                  <span key={`${fault} ${host}`} class="moment-fault">
                    ⚡ {faultName(fault, view.language.value)} · {host}
                  </span>
                )),
              ]}
        </p>
      </div>
      <input
        type="range"
        class="moment-slider"
        aria-label={view.say("moment-slider")}
        aria-valuetext={formatMoment(record.time)}
        min={0}
        max={view.records.length - 1}
        value={rank}
        onInput={({ currentTarget }) => view.moveTo(Number(currentTarget.value))}
      />
      <div class="moment-machines">
        {machines.map((machine) => (
          <Machine key={machine.host} view={view} machine={machine} />
        ))}
      </div>
    </section>
  );
}

function Step({
  label,
  sign,
  to,
  go,
}: {
  readonly label: string;
  readonly sign: string;
  readonly to: number | undefined;
  readonly go: (to: number | undefined) => void;
}) {
  // Not disabled: a button that loses the focus while one steps takes the keyboard with it.
  return (
    <button type="button" aria-label={label} title={label} aria-disabled={to === undefined} onClick={() => go(to)}>
      {sign}
    </button>
  );
}

function Machine({ view, machine }: { readonly view: RunView; readonly machine: MachineMoment }) {
  const { host, kind, life, lifeChanged, incarnation, fields, levels, busy } = machine;
  const role = fields.find(({ name }) => name === "role");
  const others = fields.filter(({ name }) => name !== "role");
  return (
    <article class={`machine machine-${life}`} aria-label={host}>
      <header>
        <h2>{host}</h2>
        {kind === "disk" ? (
          <span class="machine-role">{view.say("moment-is-disk")}</span>
        ) : role?.value === undefined ? null : (
          <span class={role.changed ? "machine-role changed" : "machine-role"}>
            {view.say("moment-role", { role: String(role.value) })}
          </span>
        )}
        <span class={`machine-life life-${life}${lifeChanged ? " changed" : ""}`}>
          <span aria-hidden="true">{{ up: "●", down: "✕", paused: "‖" }[life]}</span> {view.say(`moment-life-${life}`)}
        </span>
        {incarnation > 1 ? (
          <span class="machine-incarnation">{view.say("moment-incarnation", { count: incarnation })}</span>
        ) : null}
        {busy.map((work) => (
          <span key={work} class="machine-busy">
            {work === "flush" || work === "compaction" || work === "stall" ? view.say(`moment-${work}`) : work}
          </span>
        ))}
      </header>
      {others.length === 0 ? null : (
        <dl class="machine-fields">
          {others.map((field) => (
            <Field key={field.name} view={view} field={field} />
          ))}
        </dl>
      )}
      {kind === "disk" ? null : <Levels view={view} levels={levels} />}
      {machine.files === undefined ? null : <Files view={view} files={machine.files} />}
    </article>
  );
}

function Field({ view, field }: { readonly view: RunView; readonly field: FieldMoment }) {
  const { name, value, before, changed } = field;
  return (
    <div class={changed ? "machine-field changed" : "machine-field"}>
      <dt>{name}</dt>
      <dd>
        {shown(value)}
        {changed ? <span class="machine-was"> {view.say("moment-was", { before: shown(before) })}</span> : null}
      </dd>
    </div>
  );
}

function shown(value: TraceValue): string {
  return value === undefined || value === "" ? "–" : String(value);
}

function Levels({ view, levels }: { readonly view: RunView; readonly levels: readonly LevelMoment[] }) {
  return (
    <section class="machine-levels">
      <h3>{view.say("moment-levels")}</h3>
      {levels.every(({ tables }) => tables.length === 0) ? (
        <p class="machine-none">{view.say("moment-no-tables")}</p>
      ) : (
        levels.map(({ level, tables }) => (
          <div key={level} class="machine-level">
            <span class="machine-level-name">{view.say("moment-level", { level })}</span>
            <ul>
              {tables.length === 0 ? <li class="machine-none">–</li> : null}
              {tables.map(({ file, change }) => (
                <li key={file} class={`table table-${change}`}>
                  {change === "none" ? null : <span aria-hidden="true">{change === "added" ? "+" : "−"}</span>}
                  {file}
                  {change === "none" ? null : <span class="hidden-text"> {view.say(`moment-${change}`)}</span>}
                </li>
              ))}
            </ul>
          </div>
        ))
      )}
    </section>
  );
}

/** Files that are listed before one asks for more. */
const FEW = 12;

function Files({ view, files }: { readonly view: RunView; readonly files: NonNullable<MachineMoment["files"]> }) {
  const [all, setAll] = useState(false);
  const changed = files.filter((file) => file.changed);
  // What changed is never among what is left out.
  const listed = all ? files : firstOf(files, Math.max(0, FEW - changed.length));
  return (
    <section class="machine-files">
      <h3>{view.say("moment-files")}</h3>
      {files.length === 0 ? <p class="machine-none">{view.say("moment-no-files")}</p> : null}
      {byDirectory(listed).map(({ path, files: named }) => (
        <div key={path} class="machine-directory">
          <span class="machine-path">{path}</span>
          <ul>
            {named.map((file) => (
              <li key={file.path} class={`file file-${file.state}${file.changed ? " changed" : ""}`}>
                {file.changed ? (
                  <span aria-hidden="true">{{ new: "+", gone: "−", synced: "✓" }[file.state]}</span>
                ) : null}
                {file.name}
                {file.state === "new" ? <span class="file-note"> {view.say("moment-not-synced")}</span> : null}
                {file.state === "gone" ? <span class="file-note"> {view.say("moment-gone")}</span> : null}
              </li>
            ))}
          </ul>
        </div>
      ))}
      {files.length > listed.length || all ? (
        <button type="button" class="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
          {all
            ? view.say("moment-fewer-files")
            : view.say("moment-more-files", { count: files.length - listed.length })}
        </button>
      ) : null}
    </section>
  );
}
