import { baselineOf, type Claim, type Observation } from "../scenarios/claims/claim.ts";
import type { JudgedClaim, JudgedObservation } from "../scenarios/claims/judge-claim.ts";
import { unitOf, type Measure } from "../scenarios/claims/measure.ts";
import { formatFigure } from "./format-figure.ts";
import { render, type Language } from "./messages/render.ts";

type Params = Readonly<Record<string, string | number>>;

/** A claim's statement: what it says, in the reader's language. */
export function claimStatement({ id }: Pick<Claim, "id">, language: Language): string {
  return say(language, `claim-${id}`);
}

/** What a measure is a figure of: "failed reads, in all". */
export function measureTitle(measure: Measure, language: Language): string {
  switch (measure.of) {
    case "finding":
      return say(language, "take-finding", { what: say(language, `title-${measure.finding}`) });
    case "ratio":
      return say(language, `metric-${measure.ratio}`);
    case "metric": {
      const { metric, take } = measure;
      const slash = metric.indexOf("/") + 1;
      const what =
        slash === 0
          ? say(language, `metric-${metric}`)
          : say(language, `metric-${metric.slice(0, slash)}`, { label: metric.slice(slash) });
      return say(language, `take-${take}`, { what });
    }
  }
}

/** What an observation will be held against: "...: runs with “...” in S on T, 50 runs; more than on single supports it". */
export function describeNeed(observation: Observation, language: Language): string {
  const { condition, scenario, topology, seeds, measure, threshold } = observation;
  const { than } = threshold;
  const baseline = baselineName(observation);
  const bound =
    "value" in than
      ? formatFigure(than.value, unitOf(measure))
      : than.times === 1
        ? say(language, "bound-same-to-come", { baseline })
        : say(language, "bound-times-to-come", { times: than.times, baseline });
  return say(language, "claim-rests", {
    condition: render(condition, language),
    what: measureTitle(measure, language),
    scenario,
    topology,
    seeds,
    than: say(language, `than-${threshold.is}`, { bound }),
  });
}

/** What an observation came to: "...: runs with “...” 31.7 %; more than the 0 % on single supports it". */
export function describeObservation(observation: JudgedObservation, language: Language): string {
  const { condition, measure, figure, threshold, unit } = observation;
  const text = say(language, "claim-observed", {
    condition: render(condition, language),
    what: measureTitle(measure, language),
    figure: figure === null ? "–" : formatFigure(figure.value, unit),
    than: say(language, `than-${threshold.is}`, { bound: boundText(observation, language) }),
  });
  return observation.reason === null ? text : `${text} · ${openText(observation, language)}`;
}

/** Why an observation, and so its claim, is open; "" when it is not. */
export function openText({ reason, seeds, awaits = "" }: JudgedObservation, language: Language): string {
  return reason === null ? "" : say(language, `open-${reason}`, { seeds, awaits });
}

/** The verdict in a word: "qualified". */
export function verdictWord({ verdict }: Pick<JudgedClaim, "verdict">, language: Language): string {
  return say(language, `verdict-${verdict}`);
}

/** What was expected of the claim, with whether runs disagree; undefined where nothing was. */
export function expectedText({ verdict, literature, expected }: JudgedClaim, language: Language): string | undefined {
  if (expected !== undefined) return say(language, "claim-expected", { verdict: say(language, `verdict-${expected}`) });
  if (literature === undefined) return undefined;
  // Where a run disagrees it is examined to the bottom, and then wins.
  const agrees = verdict === literature || verdict === "undecided";
  return say(language, agrees ? "claim-literature" : "claim-examine", {
    verdict: say(language, `verdict-${literature}`),
  });
}

function boundText(observation: JudgedObservation, language: Language): string {
  const { threshold, bound, baseline, baselineFigure, unit } = observation;
  const format = (value: number | undefined): string => (value === undefined ? "–" : formatFigure(value, unit));
  const params = {
    bound: format(bound ?? undefined),
    figure: format(baselineFigure?.value),
    baseline: baselineName(observation),
  };
  if (baseline === undefined) return params.bound;
  const { than } = threshold;
  if ("value" in than) return say(language, "bound-beside", params);
  return than.times === 1
    ? say(language, "bound-same", params)
    : say(language, "bound-times", { ...params, times: than.times });
}

function baselineName(observation: Observation): string {
  const baseline = baselineOf(observation);
  if (baseline === undefined) return "";
  return baseline.scenario === observation.scenario ? baseline.topology : `${baseline.topology} (${baseline.scenario})`;
}

function say(language: Language, id: string, params: Params = {}): string {
  return render({ id, params }, language);
}
