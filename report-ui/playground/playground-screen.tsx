import { useComputed, useSignal, type Signal } from "@preact/signals";
import { scenarioSummary, topologySummary } from "../../report/messages/catalogue.ts";
import { isMessageId } from "../../report/messages/english.ts";
import { scenarios, topologies } from "../../scenarios/catalogue.ts";
import { keptCases } from "../../scenarios/kept-cases.ts";
import type { Expectation } from "../../scenarios/scenario.ts";
import { replayLine } from "../run/replay-line.ts";
import type { OpenedRun } from "../run/run-session.ts";
import { AskAnotherRun } from "../shell/ask-another-run.tsx";
import { CopyButton } from "../shell/copy-button.tsx";
import { knownRunOf } from "../shell/known-runs.ts";
import { usePage } from "../shell/page.ts";
import { FileRefusedError, LARGEST_FILE, openFile } from "./open-file.ts";
import "./playground.css";

/** The largest seed: as on the command line. */
const MAX_SEED = 999_999_999_999;

/** Any scenario on any design, from any seed; and runs that files have. */
export function PlaygroundScreen() {
  const page = usePage();
  return (
    <article class="playground">
      <header>
        <h1>{page.say("screen-playground")}</h1>
        <p class="lead">{page.say("playground-lead")}</p>
      </header>
      <div class="playground-parts">
        <SeedForm />
        <div>
          <Files />
          <section>
            <h2>{page.say("playground-code")}</h2>
            <AskAnotherRun />
          </section>
        </div>
      </div>
    </article>
  );
}

function SeedForm() {
  const page = usePage();
  const scenario = useSignal([...scenarios.keys()][0] ?? "");
  const topology = useSignal([...(scenarios.get(scenario.value)?.expectations.keys() ?? [])][0] ?? "");
  const seed = useSignal("3");
  const problem = useComputed(() => seedOf(seed.value) === undefined);
  const about = scenarios.get(scenario.value);
  const expectation = about?.expectations.get(topology.value);
  const opened = (): OpenedRun | undefined => {
    const number = seedOf(seed.value);
    if (number === undefined) return undefined;
    const subject = { scenario: scenario.value, topology: topology.value, seed: number };
    return { subject, known: knownRunOf(page.report, subject) };
  };
  const run = (event: Event): void => {
    event.preventDefault();
    const asked = opened();
    if (asked !== undefined) page.show(asked);
  };
  return (
    <form class="seed-form" onSubmit={run}>
      <h2>{page.say("playground-seed")}</h2>
      <label>
        {page.say("playground-scenario")}
        <Select value={scenario} options={[...scenarios.keys()]} />
      </label>
      <p class="hint">{about === undefined ? "" : scenarioSummary(about.name, about.summary, page.language.value)}</p>
      <label>
        {page.say("playground-topology")}
        <Select value={topology} options={[...topologies.keys()]} />
      </label>
      <p class="hint">
        {topologySummary(topology.value, topologies.get(topology.value)?.summary ?? "", page.language.value)}{" "}
        <Foreseen expectation={expectation} />
      </p>
      <label>
        {page.say("playground-seed-label")}
        <span class="seed-field">
          <input
            inputMode="numeric"
            class="figures"
            value={seed.value}
            aria-invalid={problem.value}
            onInput={({ currentTarget }) => (seed.value = currentTarget.value)}
          />
          <button type="button" onClick={() => (seed.value = String((seedOf(seed.value) ?? 0) + 1))}>
            {page.say("playground-next-seed")}
          </button>
        </span>
      </label>
      {problem.value && (
        <p role="alert" class="bad">
          {page.say("playground-no-seed")}
        </p>
      )}
      <div class="form-actions">
        <button type="submit" class="primary" disabled={problem.value}>
          {page.say("playground-run")}
        </button>
        <CopyButton
          label={page.say("run-copy-command")}
          text={() => {
            const asked = opened();
            return asked === undefined ? "" : replayLine(asked, page.build);
          }}
        />
      </div>
    </form>
  );
}

function seedOf(text: string): number | undefined {
  const value = /^\d{1,12}$/.test(text.trim()) ? Number(text) : NaN;
  return value <= MAX_SEED ? value : undefined;
}

function Select({ value, options }: { readonly value: Signal<string>; readonly options: readonly string[] }) {
  return (
    <select value={value.value} onChange={({ currentTarget }) => (value.value = currentTarget.value)}>
      {options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  );
}

/** What the scenario expects of the design. */
function Foreseen({ expectation }: { readonly expectation: Expectation | undefined }) {
  const page = usePage();
  if (expectation === undefined) return <span class="faint">{page.say("playground-not-foreseen")}</span>;
  if (expectation.kind === "holds") return <span class="ok">{page.say("playground-foresees-holds")}</span>;
  const id = `title-${expectation.finding}`;
  const finding = isMessageId(id) ? page.say(id) : expectation.finding;
  return <span class="warn">{page.say("playground-foresees", { finding })}</span>;
}

function Files() {
  const page = usePage();
  const refused = useSignal<{ readonly file: string; readonly error: FileRefusedError } | undefined>(undefined);
  const open = (file: string, text: string): void => {
    try {
      const opened = openFile(file, text);
      refused.value = undefined;
      page.show(opened);
    } catch (error) {
      if (!(error instanceof FileRefusedError)) throw error;
      refused.value = { file, error };
    }
  };
  const take = async (input: HTMLInputElement): Promise<void> => {
    const [file] = input.files ?? [];
    if (file === undefined) return;
    // The same file may have been changed since, and be chosen again.
    if (file.size > LARGEST_FILE)
      refused.value = { file: file.name, error: new FileRefusedError("too-large", "8 MiB") };
    else open(file.name, await file.text());
    input.value = "";
  };
  const error = refused.value?.error;
  return (
    <section>
      <h2>{page.say("playground-files")}</h2>
      <p class="hint">{page.say("playground-files-hint")}</p>
      <label class="button file-field">
        {page.say("playground-open")}
        <input
          class="hidden-text"
          type="file"
          accept=".json,application/json"
          onChange={({ currentTarget }) => void take(currentTarget)}
        />
      </label>
      {error !== undefined && (
        <p role="alert" class="refusal">
          <b>{page.say("refused-title", { file: refused.value?.file ?? "" })}</b>{" "}
          {page.say(`refused-${error.reason}`, { detail: error.detail })}
          {error.reason !== "too-large" && <span class="refusal-detail mono">{error.detail}</span>}
        </p>
      )}
      <h3>{page.say("playground-kept")}</h3>
      <ul class="kept-cases">
        {[...keptCases()].map(([path, { plan, build, fingerprint, shows }]) => (
          <li key={path}>
            <button
              type="button"
              class="link"
              onClick={() => page.show({ file: path, subject: { plan }, known: { build, fingerprint } })}
            >
              {path.slice(path.lastIndexOf("/") + 1)}
            </button>{" "}
            <span class="hint">
              {plan.topology} · {page.words({ id: `title-${shows.finding}`, params: {} })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
