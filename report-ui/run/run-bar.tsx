import { formatCount, formatDuration } from "../../report/format.ts";
import { replayLine } from "./replay-line.ts";
import { savedFile } from "../playground/saved-file.ts";
import { CopyButton } from "../shell/copy-button.tsx";
import { download } from "../shell/download.ts";
import { formatMomentCode, type RunScreen } from "../shell/moment-code.ts";
import { usePage } from "../shell/page.ts";
import { VerdictWord } from "../shell/verdict-word.tsx";
import { nameOf, type OpenedRun } from "./run-session.ts";

/** Which run it is, what it came to, whether that is what is known of it, and how to have it elsewhere. */
export function RunBar({ opened, screen }: { readonly opened: OpenedRun; readonly screen: RunScreen }) {
  const page = usePage();
  const state = page.run.state.value;
  const { scenario, topology, seed } = nameOf(opened.subject);
  const outcome = state.is === "done" ? state.outcome : undefined;
  const code = page.momentCode(screen);
  return (
    <header class="run-bar">
      <h1>
        {scenario} <span class="sep">·</span> <span class="mono">{topology}</span> <span class="sep">·</span>{" "}
        {opened.file ?? <span class="run-seed">{page.say("run-seed", { seed })}</span>}
      </h1>
      {outcome !== undefined && (
        <dl class="run-facts">
          <div>
            <dt>{page.say("run-verdict")}</dt>
            <dd>
              <VerdictWord verdict={outcome.verdict} />
            </dd>
          </div>
          <div>
            <dt>{page.say("run-fingerprint")}</dt>
            <dd>
              <span class="mono">{outcome.fingerprint}</span> <AgreementMark opened={opened} />
            </dd>
          </div>
          <div>
            <dt>{page.say("run-virtual-time")}</dt>
            <dd>{formatDuration(outcome.time)}</dd>
          </div>
          <div>
            <dt>{page.say("run-event-count")}</dt>
            <dd>
              {formatCount(outcome.events)} {page.say("run-took", { seconds: (outcome.elapsed / 1000).toFixed(2) })}
            </dd>
          </div>
        </dl>
      )}
      {outcome !== undefined && <Disagreement opened={opened} />}
      {outcome?.failure !== undefined && <p class="bad">{outcome.failure}</p>}
      <div class="run-actions">
        {code !== undefined && (
          <CopyButton
            label={page.say("run-copy-code")}
            text={() => formatMomentCode(page.momentCode(screen) ?? code)}
          />
        )}
        <CopyButton label={page.say("run-copy-command")} text={() => replayLine(opened, page.build)} />
        {outcome !== undefined && (
          <button
            type="button"
            onClick={() => {
              const { name, text } = savedFile(outcome);
              download(name, text);
            }}
          >
            {page.say("run-save")}
          </button>
        )}
      </div>
    </header>
  );
}

/** Whether the fingerprint is the one that is known. */
function AgreementMark({ opened }: { readonly opened: OpenedRun }) {
  const page = usePage();
  const agreement = page.run.agreement.value;
  const { known } = opened;
  // Another build may well go differently; the same one must not.
  if (agreement === "different" && known !== undefined && known.build !== page.build) {
    return (
      <span class="agreement agreement-different warn">
        △ {page.say("fingerprint-other-build", { build: known.build })}
      </span>
    );
  }
  const sign = { same: "✔", different: "✘", unknown: "" }[agreement];
  return (
    <span class={`agreement agreement-${agreement} ${agreement === "different" ? "bad" : ""}`}>
      {sign} {page.say(`fingerprint-${agreement}`)}
    </span>
  );
}

/** Two fingerprints of what should be one run, with both builds. */
function Disagreement({ opened: { known } }: { readonly opened: OpenedRun }) {
  const page = usePage();
  if (known === undefined || page.run.agreement.value !== "different") return null;
  const sameBuild = known.build === page.build;
  return (
    <p class="run-warning" role="alert">
      <span aria-hidden="true">△</span>{" "}
      {page.say(sameBuild ? "fingerprint-differs-same-build" : "fingerprint-differs", {
        known: known.fingerprint,
        build: known.build,
        here: page.build,
      })}
    </p>
  );
}
