import type { Database } from "../../engine/index.ts";
import type { Snapshot } from "../../engine/index.ts";
import { utf8, utf8Text } from "../../topologies/text.ts";

/** Everything in a database, as an iterator sees it. */
export async function contentOf(database: Database, snapshot?: Snapshot): Promise<Map<string, string>> {
  const content = new Map<string, string>();
  const iterator = database.iterator(snapshot === undefined ? {} : { snapshot });
  for await (const [key, value] of iterator) content.set(utf8Text(key), utf8Text(value));
  return content;
}

/**
 * Whether the other ways of reading agree with a walk forwards: a walk backwards, and a get for each key that may be there.
 *
 * @returns what does not agree, or undefined
 */
export async function disagreement(
  database: Database,
  content: ReadonlyMap<string, string>,
  keys: readonly string[],
): Promise<string | undefined> {
  const backwards: string[] = [];
  for await (const [key, value] of database.iterator({ reverse: true })) {
    const name = utf8Text(key);
    backwards.push(name);
    if (content.get(name) !== utf8Text(value))
      return `a walk backwards finds another value of ${name} than one forwards`;
  }
  if (backwards.reverse().join() !== [...content.keys()].join()) {
    return `a walk backwards finds ${backwards.join(" ")}, one forwards ${[...content.keys()].join(" ")}`;
  }
  for (const key of keys) {
    const found = database.lookup(utf8(key));
    const value = found instanceof Promise ? await found : found;
    if ((value === undefined ? undefined : utf8Text(value)) !== content.get(key)) {
      return `get("${key}") and an iterator disagree`;
    }
  }
  return undefined;
}
