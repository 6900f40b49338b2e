import { usePage } from "../shell/page.ts";
import { VerdictWord } from "../shell/verdict-word.tsx";
import type { Hunted, Tried } from "./hunt.ts";
import type { Lesson } from "./lesson.ts";

/** Runs seeds here, and says what each came to. */
export function RunStep({
  lesson,
  tried,
  running,
  hunted,
  onRun,
  onCancel,
}: {
  readonly lesson: Lesson;
  readonly tried: readonly Tried[];
  readonly running: boolean;
  readonly hunted: Hunted | undefined;
  readonly onRun: () => void;
  readonly onCancel: () => void;
}) {
  const page = usePage();
  const { scenario, topology, tries } = lesson;
  return (
    <section>
      <h2>{page.say("lesson-run")}</h2>
      <p>{page.say("lesson-run-text", { scenario, topology })}</p>
      <div class="lesson-run">
        {running ? (
          <button type="button" onClick={onCancel}>
            {page.say("run-cancel")}
          </button>
        ) : (
          <button type="button" class="primary" onClick={onRun}>
            {page.say(tried.length === 0 ? "lesson-run-seeds" : "lesson-run-again")}
          </button>
        )}
        {running && <progress max={tries} value={tried.length} aria-label={page.say("run-running")} />}
      </div>
      {tried.length > 0 && (
        <ol class="lesson-tried" aria-label={page.say("lesson-tried")}>
          {tried.map(({ seed, verdict }) => (
            <li key={seed} class={verdict === "violated" ? "hit" : ""}>
              <span class="mono">{seed}</span> <VerdictWord verdict={verdict} />
            </li>
          ))}
        </ol>
      )}
      <p role="status">{hunted === undefined ? "" : <End hunted={hunted} tries={tries} />}</p>
    </section>
  );
}

function End({ hunted, tries }: { readonly hunted: Hunted; readonly tries: number }) {
  const page = usePage();
  switch (hunted.end) {
    case "found":
      return <>{page.say("lesson-found", { seed: hunted.seed, fingerprint: hunted.outcome.fingerprint })}</>;
    case "not-found":
      return <>{page.say("lesson-not-found", { tries })}</>;
    case "cancelled":
      return <>{page.say("run-cancelled")}</>;
    case "refused":
      return (
        <span class="bad">
          {page.say("run-refused")} <span class="mono">{hunted.reason}</span>
        </span>
      );
  }
}
