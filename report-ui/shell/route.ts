import {
  formatMomentCode,
  isRunScreen,
  MomentCodeError,
  parseMomentCode,
  type MomentCode,
  type RunScreen,
} from "./moment-code.ts";

/** Screens of the report as a whole. */
export const SCREENS = ["comparison", "verdicts", "playground", "lesson"] as const;

export type ScreenName = (typeof SCREENS)[number];

/** Where the page is: what stands in its address after "#". */
export type Route =
  | { readonly at: ScreenName }
  /** A run that a seed gives again. */
  | { readonly at: "moment-code"; readonly code: MomentCode }
  /** The run that is open, which no seed gives: that of a case file. */
  | { readonly at: "open-run"; readonly screen: RunScreen }
  /** An address that leads nowhere, and why. */
  | { readonly at: "nowhere"; readonly error: MomentCodeError };

/** @param fragment with or without its "#" */
export function parseRoute(fragment: string): Route {
  const text = fragment.replace(/^#/, "");
  if (text === "") return { at: "comparison" };
  if (isScreen(text)) return { at: text };
  const [, screen = ""] = /^run\/(.*)$/.exec(text) ?? [];
  if (isRunScreen(screen)) return { at: "open-run", screen };
  try {
    return { at: "moment-code", code: parseMomentCode(text) };
  } catch (error) {
    if (error instanceof MomentCodeError) return { at: "nowhere", error };
    throw error;
  }
}

/** The fragment of a route, "#" included. */
export function formatRoute(route: Exclude<Route, { readonly at: "nowhere" }>): string {
  switch (route.at) {
    case "moment-code":
      return `#${formatMomentCode(route.code)}`;
    case "open-run":
      return `#run/${route.screen}`;
    default:
      return `#${route.at}`;
  }
}

function isScreen(text: string): text is ScreenName {
  return (SCREENS as readonly string[]).includes(text);
}
