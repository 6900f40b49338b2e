import type { InternalIterator } from "../../../engine/internal-iterator.ts";
import type { Entry } from "../../../engine/internal-key.ts";

/** What `look` sees of each entry, from first to last. */
export async function walkForwards<T>(iterator: InternalIterator, look: (entry: Entry) => T): Promise<T[]> {
  const seen: T[] = [];
  for (await iterator.first(); iterator.valid; await iterator.next()) seen.push(look(iterator.entry));
  return seen;
}

/** What `look` sees of each entry, from last to first. */
export async function walkBackwards<T>(iterator: InternalIterator, look: (entry: Entry) => T): Promise<T[]> {
  const seen: T[] = [];
  for (await iterator.last(); iterator.valid; await iterator.previous()) seen.push(look(iterator.entry));
  return seen;
}
