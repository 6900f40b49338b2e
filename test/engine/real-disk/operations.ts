import type { Database } from "../../../engine/index.ts";
import { WriteBatch } from "../../../engine/index.ts";
import { bytes } from "../support/bytes.ts";

/** A write of the ordeal: one change alone, or several as one batch. A value of undefined is a deletion. */
export interface Operation {
  readonly sync: boolean;
  readonly changes: readonly (readonly [key: string, value: string | undefined])[];
}

const KEYS = 60;

/** The n-th write, from 1 on: the same whenever and by whomever it is asked for, so that a state is known by its number. */
export function operation(n: number): Operation {
  let state = Math.imul(n, 0x9e37_79b1) | 1;
  const below = (bound: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
  below(2);
  const count = below(4) === 0 ? 2 + below(20) : 1;
  const changes = Array.from({ length: count }, (_, i): [string, string | undefined] => [
    `key-${below(KEYS)}`,
    below(6) === 0 ? undefined : `${n}.${i} ${"v".repeat(below(120))}`,
  ]);
  return { sync: below(5) === 0, changes };
}

export async function perform(database: Database, { sync, changes }: Operation): Promise<void> {
  const [first] = changes;
  if (changes.length === 1 && first !== undefined) {
    const [key, value] = first;
    await (value === undefined
      ? database.delete(bytes(key), { sync })
      : database.put(bytes(key), bytes(value), { sync }));
    return;
  }
  const batch = new WriteBatch();
  for (const [key, value] of changes) {
    if (value === undefined) batch.delete(bytes(key));
    else batch.put(bytes(key), bytes(value));
  }
  await database.write(batch, { sync });
}

export function applyTo(content: Map<string, string>, { changes }: Operation): void {
  for (const [key, value] of changes) {
    if (value === undefined) content.delete(key);
    else content.set(key, value);
  }
}
