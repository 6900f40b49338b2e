import type { RegisterOperation } from "./register-machine.ts";
import type { TextOperation } from "./text-machine.ts";

/** In place of a text that was read: any that was not. */
const UNREAD = -1;
/** The text without a character, and no value at all. */
const NOTHING = 0;

export interface TextChains {
  /** What each operation does to the register. */
  readonly operations: readonly RegisterOperation[];
  /** What the register holds at first. */
  readonly initial: number;
}

/**
 * Sees a text that is appended to as a register. When each text that was read can be put together in one way only, from one
 * write, or nothing, and appends of which each has its one place, then every such append is a compare-and-set: it needs the text
 * before it, and leaves the next. All others leave what nobody reads before the next write.
 *
 * @returns undefined when a text can be put together in several ways
 */
export function chainsOf(operations: readonly TextOperation[], init: string | null): TextChains | undefined {
  if (init === "" || operations.some(({ text }) => text === "")) return undefined;
  const words = new Dictionary(operations);
  if (!words.unambiguous) return undefined;
  const roots = new Set<string>();
  if (init !== null) roots.add(init);
  for (const { does, text } of operations) if (does === "write" && text !== null) roots.add(text);

  // By text that was read, or stood before one that was: its number.
  const numbers = new Map<string, number>([["", NOTHING]]);
  const numberOf = (text: string): number => {
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  };
  /** By append that is part of a text that was read: the numbers of the texts before and after it. */
  const links = new Map<number, readonly [number, number]>();
  const rootTexts = [...roots, ""];
  for (const text of new Set(operations.filter(({ does }) => does === "read").map(({ text }) => text ?? ""))) {
    let chain: readonly number[] | undefined;
    let from = 0;
    for (const root of rootTexts) {
      if (!text.startsWith(root)) continue;
      const found = words.spell(text, root.length);
      if (found === undefined) continue;
      if (chain !== undefined) return undefined;
      chain = found;
      from = root.length;
    }
    numberOf(text);
    if (chain === undefined) continue;
    for (const append of chain) {
      const to = from + (operations[append]?.text ?? "").length;
      const link = [numberOf(text.slice(0, from)), numberOf(text.slice(0, to))] as const;
      const known = links.get(append) ?? link;
      // No one append can stand in two places; which of the texts is wrong, the order will tell.
      if (known[0] !== link[0]) return undefined;
      links.set(append, known);
      from = to;
    }
  }
  const chained = operations.map(({ does, text, start }, operation): RegisterOperation => {
    if (does === "read") return { needs: numberOf(text ?? ""), leaves: undefined, start };
    if (does === "write") return { needs: undefined, leaves: numbers.get(text ?? "") ?? UNREAD, start };
    const [needs, leaves] = links.get(operation) ?? [undefined, text === null ? undefined : UNREAD];
    return { needs, leaves, start };
  });
  return { operations: chained, initial: numbers.get(init ?? "") ?? UNREAD };
}

/** The texts that were appended. */
class Dictionary {
  /** Whether each text was appended once, and none begins with another: then there is one way to spell, if any. */
  readonly unambiguous: boolean;
  private readonly words = new Map<string, number>();
  private readonly lengths: readonly number[];

  constructor(operations: readonly TextOperation[]) {
    let repeated = false;
    for (const [operation, { does, text }] of operations.entries()) {
      if (does !== "append" || text === null) continue;
      if (this.words.has(text)) repeated = true;
      this.words.set(text, operation);
    }
    const sorted = [...this.words.keys()].sort();
    this.lengths = [...new Set(sorted.map(({ length }) => length))];
    this.unambiguous = !repeated && sorted.every((word, at) => at === 0 || !word.startsWith(sorted[at - 1] as string));
  }

  /** The appends whose texts, one after the other, make up the rest of a text. */
  spell(text: string, from: number): number[] | undefined {
    const appends: number[] = [];
    let at = from;
    while (at < text.length) {
      const here = at;
      for (const length of this.lengths) {
        const append = this.words.get(text.slice(at, at + length));
        if (append === undefined || at + length > text.length) continue;
        appends.push(append);
        at += length;
        break;
      }
      if (at === here) return undefined;
    }
    return appends;
  }
}
