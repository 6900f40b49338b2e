import { MOMENT_UNITS } from "../../report/moment-units.ts";

/** How a token compares. */
export type Comparison = ":" | "<" | "<=" | ">" | ">=";

/** One token of a search: `node:n1`, `!s:ok`, `t>1.5ms`, `flush`. A record must satisfy all of them. */
export interface Token {
  readonly negated: boolean;
  /** What it looks at, by its full name; undefined for a word that may stand anywhere. */
  readonly field: string | undefined;
  readonly comparison: Comparison;
  /** Any of these will do. */
  readonly values: readonly string[];
  /** Where it stands in the text. */
  readonly from: number;
  readonly to: number;
}

/** Something in a search that cannot be understood: a message id, and what of the text it is about. */
export interface Problem {
  readonly id: "search-no-value" | "search-no-time" | "search-no-status" | "search-open-quote";
  readonly text: string;
}

export interface Query {
  readonly tokens: readonly Token[];
  readonly problems: readonly Problem[];
}

/** Short names of fields. Every field of an event can be asked for by its own name too. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["n", "node"],
  ["host", "node"],
  ["k", "kind"],
  ["s", "status"],
  ["t", "time"],
]);

/** What may be asked of how an event stands. */
export const STATUSES = ["ok", "failed", "unknown", "wrong", "violation", "past", "future"] as const;

export type Status = (typeof STATUSES)[number];

const TOKEN = /([!-]?)(?:([A-Za-z][\w-]*)(:|<=|>=|<|>))?("[^"]*"?|[^\s"]+)?/y;

/** Takes a search apart. Whatever cannot be understood is a problem, and left out. */
export function parseQuery(text: string): Query {
  const tokens: Token[] = [];
  const problems: Problem[] = [];
  const pattern = new RegExp(TOKEN);
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] ?? "")) {
      at++;
      continue;
    }
    pattern.lastIndex = at;
    const [whole = "", sign, name, comparison = ":", value] = pattern.exec(text) ?? [];
    const to = at + Math.max(1, whole.length);
    const token = readToken(whole, sign === "!" || sign === "-", name, comparison as Comparison, value, at, to);
    if ("id" in token) problems.push(token);
    else tokens.push(token);
    at = to;
  }
  return { tokens, problems };
}

function readToken(
  text: string,
  negated: boolean,
  name: string | undefined,
  comparison: Comparison,
  value: string | undefined,
  from: number,
  to: number,
): Token | Problem {
  if (value === undefined) return { id: "search-no-value", text };
  const quoted = value.startsWith('"');
  if (quoted && (value.length === 1 || !value.endsWith('"'))) return { id: "search-open-quote", text };
  const values = quoted ? [value.slice(1, -1)] : name === undefined ? [value] : value.split(",");
  const kept = values.filter((each) => each !== "");
  if (kept.length === 0) return { id: "search-no-value", text };
  const lower = name?.toLowerCase();
  const field = lower === undefined ? undefined : (ALIASES.get(lower) ?? name);
  if (field === "time" && kept.some((each) => timesOf(each) === undefined)) return { id: "search-no-time", text };
  if (field === "status" && kept.some((each) => !STATUSES.includes(each as Status))) {
    return { id: "search-no-status", text };
  }
  return { negated, field, comparison, values: kept, from, to };
}

/** A moment, or the first and the last of a stretch, in nanoseconds: "1.5ms", "1ms..2s". */
export function timesOf(text: string): readonly [from: number, to: number] | undefined {
  const [from, to = from] = text.split("..").map((each) => {
    const [, amount, unit = "ms"] = /^(\d+(?:\.\d+)?)(ns|us|µs|ms|s)?$/.exec(each) ?? [];
    return amount === undefined ? undefined : Math.round(Number(amount) * (MOMENT_UNITS.get(unit) ?? 1));
  });
  return from === undefined || to === undefined ? undefined : [from, to];
}

/** The text with a token put in, or taken out where it stands already. */
export function toggled(text: string, token: string): string {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const without = words.filter((word) => word !== token);
  return (without.length < words.length ? without : [...words, token]).join(" ");
}
