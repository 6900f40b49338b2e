import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { designOf } from "../../report/comparison/grades.ts";
import { scenarioSummary } from "../../report/messages/catalogue.ts";
import type { MessageId } from "../../report/messages/english.ts";
import type { SuiteReport } from "../../report/suite-report.ts";
import {
  buildMatrix,
  filterMatrix,
  MATRIX_FILTERS,
  type MatrixCell,
  type MatrixFilter,
  type MatrixRow,
} from "../../report/verdict-matrix.ts";
import { scenarios } from "../../scenarios/catalogue.ts";
import { keptCases } from "../../scenarios/kept-cases.ts";
import type { OpenedRun } from "../run/run-session.ts";
import { knownRunOf } from "../shell/known-runs.ts";
import { usePage, type Page } from "../shell/page.ts";
import { ModeName } from "../shell/topology-name.tsx";
import "./verdicts.css";

const SIGNS: Readonly<Record<MatrixCell["verdict"], string>> = {
  holds: "✔",
  violated: "✘",
  excused: "○",
  unknown: "?",
  failed: "!",
  "not-run": "–",
};

const AGREEMENTS: Readonly<Record<MatrixCell["entry"]["agreement"], MessageId>> = {
  met: "matrix-met",
  missed: "matrix-missed",
  undecided: "matrix-undecided",
};

/** What survives what: scenarios by designs, each cell a way to a seed. */
export function VerdictsScreen({ report }: { readonly report: SuiteReport }) {
  const page = usePage();
  const filter = useSignal<MatrixFilter>("all");
  const text = useSignal("");
  const whole = useMemo(() => buildMatrix(report), [report]);
  const matrix = filterMatrix(whole, filter.value, text.value);
  const begins = new Set(groupsOf(matrix.topologies).map(([first]) => first));
  const met = report.entries.filter(({ agreement }) => agreement === "met").length;
  const runs = report.entries.reduce((sum, { counts }) => sum + counts.seeds, 0);
  return (
    <article class="verdicts">
      <header>
        <h1>{page.say("matrix-title")}</h1>
        <p class="lead">{page.say("matrix-lead", { met, all: report.entries.length, runs })}</p>
      </header>
      <div class="matrix-tools">
        <fieldset class="choice">
          <legend class="hidden-text">{page.say("matrix-show")}</legend>
          {MATRIX_FILTERS.map((each) => (
            <label key={each} class={filter.value === each ? "chosen" : ""}>
              <input
                type="radio"
                name="matrix-filter"
                checked={filter.value === each}
                onChange={() => (filter.value = each)}
              />
              {page.say(`matrix-filter-${each}`)}
            </label>
          ))}
        </fieldset>
        <input
          type="search"
          aria-label={page.say("matrix-search")}
          placeholder={page.say("matrix-search")}
          value={text.value}
          onInput={({ currentTarget }) => (text.value = currentTarget.value)}
        />
      </div>
      {matrix.rows.length === 0 ? (
        <p class="faint">{page.say("matrix-nothing")}</p>
      ) : (
        <div class="table-frame" tabIndex={0} role="region" aria-label={page.say("matrix-title")}>
          <table class="matrix">
            <Heads topologies={matrix.topologies} />
            <tbody>
              {matrix.rows.map((row) => (
                <tr key={row.name}>
                  <th scope="row">{row.isCase ? row.name.slice(row.name.lastIndexOf("/") + 1) : row.name}</th>
                  {matrix.topologies.map((topology) => (
                    <td key={topology} class={begins.has(topology) ? "begins" : ""}>
                      <Cell row={row} topology={topology} cell={row.cells.get(topology)} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Key rows={matrix.rows} />
    </article>
  );
}

/** Topologies that stand beside one another and are of one design. */
function groupsOf(topologies: readonly string[]): (readonly string[])[] {
  const groups: string[][] = [];
  for (const topology of topologies) {
    const last = groups.at(-1);
    if (last !== undefined && designOf(last[0] ?? "") === designOf(topology)) last.push(topology);
    else groups.push([topology]);
  }
  return groups;
}

/** Each design once, above its modes, so that columns are as narrow as their cells. */
function Heads({ topologies }: { readonly topologies: readonly string[] }) {
  const page = usePage();
  const groups = groupsOf(topologies);
  return (
    <thead>
      <tr>
        <th scope="col" rowSpan={2}>
          {page.say("matrix-scenario")}
        </th>
        {groups.map((group) => (
          <th key={group[0]} scope="colgroup" colSpan={group.length} class="begins">
            {designOf(group[0] ?? "")}
          </th>
        ))}
      </tr>
      <tr>
        {groups.flatMap((group) =>
          group.map((topology, place) => (
            <th key={topology} scope="col" class={place === 0 ? "begins" : ""}>
              <ModeName topology={topology} />
            </th>
          )),
        )}
      </tr>
    </thead>
  );
}

/** How a cell is read, and what happens in each scenario. */
function Key({ rows }: { readonly rows: readonly MatrixRow[] }) {
  const page = usePage();
  const language = page.language.value;
  const told = [...new Set(rows.map(({ scenario }) => scenario))].flatMap((name) => {
    const scenario = scenarios.get(name);
    return scenario === undefined ? [] : [{ name, summary: scenarioSummary(name, scenario.summary, language) }];
  });
  return (
    <div class="matrix-key hint">
      <p>{page.say("matrix-key")}</p>
      <dl>
        {told.map(({ name, summary }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{summary}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Cell({
  row,
  topology,
  cell,
}: {
  readonly row: MatrixRow;
  readonly topology: string;
  readonly cell: MatrixCell | undefined;
}) {
  const page = usePage();
  if (cell === undefined) return <span class="hidden-text">{page.say("matrix-no-cell")}</span>;
  const { verdict, count, entry, seed, shows } = cell;
  const opened = runOf(page, row, topology, seed);
  const word = page.say(verdict === "not-run" ? "matrix-not-run" : `run-is-${verdict}`);
  const missed = entry.agreement !== "met";
  return (
    <button
      type="button"
      class={`matrix-cell verdict-${verdict}`}
      disabled={opened === undefined || verdict === "not-run"}
      onClick={() => {
        if (opened !== undefined) page.show(opened);
      }}
    >
      <span class="verdict">
        <span aria-hidden="true">{SIGNS[verdict]}</span> {word}
      </span>
      <span class="matrix-count figures">
        {count === entry.counts.seeds && verdict === "holds"
          ? page.say("matrix-all", { seeds: entry.counts.seeds })
          : page.say("matrix-count", { count, seeds: entry.counts.seeds })}
        {shows && ` · #${seed}`}
      </span>
      <span class={missed ? "matrix-missed" : "matrix-met"}>
        {missed && <span aria-hidden="true">△ </span>}
        {page.say(AGREEMENTS[entry.agreement])}
      </span>
    </button>
  );
}

/** The run behind a cell; undefined for a case whose file this build does not have. */
function runOf(
  { report }: Page,
  { name, scenario, isCase }: MatrixRow,
  topology: string,
  seed: number,
): OpenedRun | undefined {
  if (!isCase) {
    const subject = { scenario, topology, seed };
    return { subject, known: knownRunOf(report, subject) };
  }
  const kept = keptCases().get(name);
  if (kept === undefined) return undefined;
  const { plan, build, fingerprint } = kept;
  return { file: name, subject: { plan }, known: { build, fingerprint } };
}
