import { formatMoment } from "../report/format.ts";
import { render, type Language } from "../report/messages/render.ts";
import type { Timeline } from "../report/timeline.ts";
import { fit, MAX_WIDTH, type Terminal } from "./terminal.ts";

const GAP = 2;
const WIDEST_LANE = 30;

/** Prints a timeline as columns, a lane a machine, no line wider than the terminal may be. */
export function printTimeline(out: Terminal, shown: Timeline, lanes: readonly string[], language: Language): void {
  const used = new Set(shown.rows.map((row) => row.host));
  const columns = lanes.filter((lane) => used.has(lane));
  for (const host of used) if (!columns.includes(host)) columns.push(host);
  const moments = shown.rows.map((row) => formatMoment(row.time));
  const momentWidth = Math.max(4, ...moments.map((moment) => moment.length)) + GAP;
  const room = Math.floor((MAX_WIDTH - momentWidth) / Math.max(1, columns.length)) - GAP;
  const width = Math.min(WIDEST_LANE, room);
  const header = columns.map((host) => fit(host, width)).join(" ".repeat(GAP));
  out.write(out.bold(`${"time".padStart(momentWidth)}  ${header}`.trimEnd()) + "\n");
  shown.rows.forEach((row, index) => {
    const lane = columns.indexOf(row.host);
    const indent = " ".repeat(lane * (width + GAP));
    // Each row has one cell, so a text may run on to the right of its lane.
    const label = row.label === undefined ? "" : `${row.label} `;
    const said = label + render(row.message, language) + (row.violation ? " ✘" : "");
    const text = fit(said, MAX_WIDTH - momentWidth - GAP - indent.length).trimEnd();
    const cell = row.violation ? out.red(text) : text;
    out.write(`${out.dim((moments[index] ?? "").padStart(momentWidth))}  ${indent}${cell}\n`);
  });
}
