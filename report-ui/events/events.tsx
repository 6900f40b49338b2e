import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { formatMoment } from "../../report/format.ts";
import { Weight } from "../../report/mark.ts";
import { countUpTo } from "../../report/track.ts";
import type { TraceRecord } from "../../sim/trace.ts";
import { useSize } from "../shell/use-size.ts";
import type { RunView } from "../timeline/run-view.ts";
import { SelectionPanel } from "../timeline/selection-panel.tsx";
import { Flag } from "../timeline/timeline-model.ts";
import { scrolledTo, windowOf } from "./list-window.ts";
import { SearchBox } from "./search-box.tsx";
import "./events.css";

/** Height of a row in CSS pixels: the same as in the style sheet. */
const ROW = 26;
const PAGE = 20;

/**
 * All events of a run as text, in order, and the selected one whole: what the canvas shows, for those who read, search or
 * listen.
 */
export function Events({ view }: { readonly view: RunView }) {
  const found = view.found.value;
  const count = view.records.length;
  const rows = useMemo(() => {
    const all = Array.from({ length: count }, (_none, rank) => rank);
    return found === undefined ? all : all.filter((rank) => found[rank] === 1);
  }, [found, count]);
  return (
    <section class="events" aria-label={view.say("events-title")}>
      <div class="run-toolbar">
        <SearchBox view={view} />
        <p class="events-count" aria-live="polite">
          {found === undefined
            ? view.say("events-count", { count })
            : view.say("events-filtered", { count: rows.length, all: count })}
        </p>
      </div>
      <div class="run-body">
        <List view={view} rows={rows} />
        <SelectionPanel view={view} />
      </div>
    </section>
  );
}

function List({ view, rows }: { readonly view: RunView; readonly rows: readonly number[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const id = useId();
  const [scrolled, setScrolled] = useState(0);
  const height = useSize(frame, "clientHeight", 400);
  const selected = view.selected.value;
  // The row that keys move from: the selected one, or the nearest before it that is listed.
  const current = Math.max(0, countUpTo(rows, selected ?? view.cursor.value) - 1);
  const listed = rows[current] === selected;

  useEffect(() => {
    const target = frame.current;
    if (target === null) return;
    const room = target.clientHeight - ROW;
    target.scrollTop = scrolledTo(current, target.scrollTop, room, ROW);
  }, [current, rows]);

  const go = (position: number): void => {
    const rank = rows[Math.min(Math.max(position, 0), rows.length - 1)];
    if (rank !== undefined) view.select(rank);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowUp: -1, ArrowDown: 1, PageUp: -PAGE, PageDown: PAGE }[event.key];
    if (step !== undefined) go(listed ? current + step : current);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(rows.length - 1);
    else if (event.key === "Escape") view.clear();
    else return;
    event.preventDefault();
  };

  const { first, end } = windowOf(scrolled, height, ROW, rows.length);
  return (
    <div
      ref={frame}
      class="events-list"
      role="grid"
      tabIndex={0}
      aria-label={view.say("events-describe")}
      aria-rowcount={rows.length + 1}
      aria-colcount={3}
      aria-activedescendant={listed ? `${id}-${current}` : undefined}
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget }) => setScrolled(currentTarget.scrollTop)}
    >
      <div role="row" class="events-row events-head" aria-rowindex={1}>
        <span role="columnheader">{view.say("events-time")}</span>
        <span role="columnheader">{view.say("events-host")}</span>
        <span role="columnheader">{view.say("events-what")}</span>
      </div>
      <div role="rowgroup" class="events-rows" style={{ height: `${rows.length * ROW}px` }}>
        {rows.slice(first, end).map((rank, offset) => (
          <Row
            key={rank}
            id={`${id}-${first + offset}`}
            view={view}
            record={view.records[rank] as TraceRecord}
            position={first + offset}
          />
        ))}
      </div>
    </div>
  );
}

function Row({
  id,
  view,
  record,
  position,
}: {
  readonly id: string;
  readonly view: RunView;
  readonly record: TraceRecord;
  readonly position: number;
}) {
  const flag = view.flags.value[record.index] ?? 0;
  const weight = view.weightOf(record.index);
  const selected = view.selected.value === record.index;
  const classes = [
    "events-row",
    ...(selected ? ["selected"] : []),
    ...((flag & Flag.PAST) !== 0 ? ["past"] : []),
    ...((flag & Flag.FUTURE) !== 0 ? ["future"] : []),
    ...(weight >= Weight.WRONG ? ["wrong"] : []),
    ...(record === view.source.violation ? ["violated"] : []),
  ];
  return (
    <div
      id={id}
      role="row"
      class={classes.join(" ")}
      aria-rowindex={position + 2}
      aria-selected={selected}
      style={{ top: `${position * ROW}px` }}
      onClick={() => view.select(record.index)}
    >
      <span role="gridcell" class="events-time">
        {formatMoment(record.time)}
      </span>
      <span role="gridcell" class="events-host">
        {record.host}
      </span>
      <span role="gridcell" class="events-what">
        <span class="events-sign" aria-hidden="true">
          {record === view.source.violation ? "✘" : weight >= Weight.WRONG ? "×" : "·"}
        </span>
        <span class="events-said">{view.sentence(record)}</span>
        <Causal view={view} flag={flag} />
      </span>
    </div>
  );
}

/** Says in words what the colours of the edge say. */
function Causal({ view, flag }: { readonly view: RunView; readonly flag: number }) {
  if ((flag & Flag.PAST) !== 0) return <span class="events-causal past">{view.say("events-past")}</span>;
  if ((flag & Flag.FUTURE) !== 0) return <span class="events-causal future">{view.say("events-future")}</span>;
  return null;
}
