import type { RandomStream } from "../../host/random.ts";
import { ZipfianTable } from "./zipfian-table.ts";

/**
 * Which keys are used how often, as YCSB names it: "uniform", all alike; "zipfian", the first the most, then ever less;
 * "scrambled", the same shares, but dealt out to keys at random, so that those in demand are no neighbours; "latest", the
 * newest the most.
 */
export type KeyDistribution = "uniform" | "zipfian" | "scrambled" | "latest";

/** Chooses among keys that are numbered in the order in which they came to be. */
export interface KeyChooser {
  /** The number of one of the first `count` keys; `count` is at least 1, and never above the number it was made for. */
  choose(random: RandomStream, count: number): number;
}

/**
 * @param most the largest number of keys that there will be
 * @param random deals out the shares of "scrambled". YCSB hashes ranks instead, so that some fall on the same key; here
 *   each key has the share of one rank
 * @param theta see {@link ZipfianTable}
 */
export function keyChooser(
  distribution: KeyDistribution,
  most: number,
  random: RandomStream,
  theta?: number,
): KeyChooser {
  if (distribution === "uniform") return { choose: (draws, count) => draws.below(count) };
  const table = new ZipfianTable(most, theta);
  switch (distribution) {
    case "zipfian":
      return { choose: (draws, count) => table.draw(draws, count) };
    case "latest":
      return { choose: (draws, count) => count - 1 - table.draw(draws, count) };
    case "scrambled": {
      const keys = random.shuffle(Array.from({ length: most }, (_, index) => index));
      return {
        choose: (draws, count) => {
          for (;;) {
            const key = keys[table.draw(draws)] as number;
            // A key that is still to come is passed over, as YCSB does.
            if (key < count) return key;
          }
        },
      };
    }
  }
}
