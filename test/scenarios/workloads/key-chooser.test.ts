import { describe, expect, test } from "vitest";
import { keyChooser, type KeyDistribution } from "../../../scenarios/workloads/key-chooser.ts";
import { ZipfianTable } from "../../../scenarios/workloads/zipfian-table.ts";
import { RandomStream } from "../../../host/random.ts";
import { NamedStream } from "../../../sim/random.ts";

/** Answers every draw with the same share of what may be drawn. */
class FixedPoint extends RandomStream {
  private readonly point: (bound: number) => number;

  constructor(point: (bound: number) => number) {
    super();
    this.point = point;
  }

  override uint32(): number {
    return 0;
  }

  override below(bound: number): number {
    return this.point(bound);
  }
}

/** The weight that a table gives each rank. */
function weights(table: ZipfianTable): number[] {
  let total = 0;
  table.draw(new FixedPoint((bound) => ((total = bound), 0)));
  const found: number[] = [];
  let sum = 0;
  for (let rank = 0; rank < table.size; rank++) {
    // By bisection: the first point that is drawn as a later rank.
    let low = sum;
    let high = total;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (table.draw(new FixedPoint(() => middle)) > rank) high = middle;
      else low = middle + 1;
    }
    found.push(low - sum);
    sum = low;
  }
  return found;
}

describe("a Zipfian table", () => {
  test.each([[99], [0], [50], [100], [150]])("has the shares of theta %i hundredths, to a few millionths", (theta) => {
    const found = weights(new ZipfianTable(1000, theta));
    for (const [rank, weight] of found.entries()) {
      const exact = 2 ** 31 / (rank + 1) ** (theta / 100);
      expect(Math.abs(weight - exact)).toBeLessThanOrEqual(1 + exact * 3e-6);
    }
  });

  test("draws the same on every engine", () => {
    const random = new NamedStream("golden");
    const drawn = (table: ZipfianTable) => Array.from({ length: 24 }, () => table.draw(random)).join(" ");
    expect(drawn(new ZipfianTable(1000))).toBe("5 562 17 0 3 3 148 84 127 145 4 58 221 3 65 133 10 0 6 108 9 212 1 0");
    expect(drawn(new ZipfianTable(100_000, 130))).toBe("0 4 3 21 0 23 8 2 1 7 114 45 0 468 106 54 1 0 1 1 4766 0 0 0");
  });

  test("of a million ranks still tells them apart", () => {
    const table = new ZipfianTable(1_000_000);
    const random = new NamedStream("zipfian");
    let first = 0;
    let later = 0;
    for (let draw = 0; draw < 20_000; draw++) {
      const rank = table.draw(random);
      if (rank === 0) first++;
      if (rank >= 500_000) later++;
    }
    let zeta = 0;
    let half = 0;
    for (let rank = 1; rank <= 1_000_000; rank++) {
      zeta += 1 / rank ** 0.99;
      if (rank > 500_000) half += 1 / rank ** 0.99;
    }
    expect(Math.abs(first / 20_000 - 1 / zeta)).toBeLessThan(0.008);
    expect(Math.abs(later / 20_000 - half / zeta)).toBeLessThan(0.008);
  });

  test("draws from its first ranks as a smaller table would", () => {
    const [large, small] = [new ZipfianTable(100), new ZipfianTable(10)];
    const [a, b] = [new NamedStream("s"), new NamedStream("s")];
    for (let draw = 0; draw < 500; draw++) expect(large.draw(a, 10)).toBe(small.draw(b));
    expect(() => small.draw(a, 11)).toThrow(RangeError);
    expect(() => small.draw(a, 0)).toThrow(RangeError);
    for (const size of [0, 1.5, 1_000_001]) expect(() => new ZipfianTable(size)).toThrow(RangeError);
    for (const theta of [-1, 0.99, 501]) expect(() => new ZipfianTable(3, theta)).toThrow(RangeError);
  });
});

describe("a chooser of keys", () => {
  const shares = (distribution: KeyDistribution, most: number, count: number): number[] => {
    const random = new NamedStream(`chooser ${distribution}`);
    const chooser = keyChooser(distribution, most, random);
    const hits = Array.from({ length: most }, () => 0);
    for (let draw = 0; draw < 20_000; draw++) {
      const key = chooser.choose(random, count);
      hits[key] = (hits[key] ?? 0) + 1;
    }
    return hits.map((hit) => hit / 20_000);
  };
  const zipfian = Array.from({ length: 20 }, (_, rank) => 1 / (rank + 1) ** 0.99);
  const sum = zipfian.reduce((a, b) => a + b);
  const exact = zipfian.map((share) => share / sum);
  const near = (found: readonly number[], wanted: readonly number[]): void => {
    for (const [key, share] of wanted.entries()) expect(Math.abs((found[key] ?? 0) - share)).toBeLessThan(0.012);
  };

  test("gives each key its share", () => {
    near(shares("uniform", 30, 20), [...exact.map(() => 1 / 20), ...Array.from({ length: 10 }, () => 0)]);
    near(shares("zipfian", 30, 20), exact);
    near(shares("latest", 30, 20), exact.toReversed());
    const scrambled = shares("scrambled", 20, 20);
    near(
      [...scrambled].sort((a, b) => b - a),
      exact,
    );
    expect(scrambled.indexOf(Math.max(...scrambled))).not.toBe(0);
  });

  test("never chooses what is not there yet", () => {
    for (const distribution of ["uniform", "zipfian", "scrambled", "latest"] as const) {
      const random = new NamedStream("c");
      const chooser = keyChooser(distribution, 40, random);
      for (let count = 1; count <= 40; count++) {
        for (let draw = 0; draw < 20; draw++) expect(chooser.choose(random, count)).toBeLessThan(count);
      }
    }
  });
});
