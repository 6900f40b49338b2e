import type { TraceRecord } from "../../sim/trace.ts";
import { timesOf, type Comparison, type Query, type Status, type Token } from "./query.ts";

/** What a search must know of a record beside the record. */
export interface Surroundings {
  /** The sentence that a person reads, in their language. */
  sentence(record: TraceRecord): string;
  /** How it stands. */
  has(record: TraceRecord, status: Status): boolean;
}

export type Matcher = (record: TraceRecord) => boolean;

/** A test for records: whether they satisfy every token. */
export function matcherOf(query: Query, surroundings: Surroundings): Matcher {
  const tests = query.tokens.map((token) => testOf(token, surroundings));
  return (record) => tests.every((test) => test(record));
}

function testOf(token: Token, surroundings: Surroundings): Matcher {
  const test = fieldTest(token, surroundings);
  return token.negated ? (record) => !test(record) : test;
}

function fieldTest({ field, comparison, values }: Token, surroundings: Surroundings): Matcher {
  switch (field) {
    case undefined: {
      const [word = ""] = values.map((value) => value.toLowerCase());
      return (record) => saysAnywhere(record, word) || surroundings.sentence(record).toLowerCase().includes(word);
    }
    case "node": {
      const patterns = values.map(patternOf);
      return ({ host }) => patterns.some((pattern) => pattern.test(host));
    }
    case "kind": {
      const words = values.map((value) => value.toLowerCase());
      const patterns = values.map(patternOf);
      return ({ data }) =>
        words.some((word) => data.kind.includes(word)) || patterns.some((pattern) => pattern.test(data.kind));
    }
    case "status":
      return (record) => values.some((value) => surroundings.has(record, value as Status));
    case "time": {
      const ranges = values.flatMap((value) => {
        const range = timesOf(value);
        return range === undefined ? [] : [range];
      });
      return ({ time }) => ranges.some(([from, to]) => compares(time, comparison, from, to));
    }
    default: {
      const patterns = values.map(patternOf);
      return ({ data }) => {
        const found = data[field];
        if (found === undefined) return false;
        if (comparison === ":") return patterns.some((pattern) => pattern.test(String(found)));
        return values.some((value) => compares(Number(found), comparison, Number(value), Number(value)));
      };
    }
  }
}

function compares(found: number, comparison: Comparison, from: number, to: number): boolean {
  switch (comparison) {
    case ":":
      return found >= from && found <= to;
    case "<":
      return found < from;
    case "<=":
      return found <= to;
    case ">":
      return found > to;
    case ">=":
      return found >= from;
  }
}

/** Cheaper than to make a sentence, and the same in every language. */
function saysAnywhere({ host, data }: TraceRecord, word: string): boolean {
  if (host.toLowerCase().includes(word)) return true;
  for (const name in data) {
    const value = data[name];
    if (typeof value === "string" && value.toLowerCase().includes(word)) return true;
  }
  return false;
}

/** The whole value, whatever its case; `*` stands for anything. */
function patternOf(value: string): RegExp {
  const escaped = value.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll("*", ".*");
  return new RegExp(`^${escaped}$`, "iu");
}
