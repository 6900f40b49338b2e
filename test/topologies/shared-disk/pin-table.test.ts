import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PinTable } from "../../../topologies/shared-disk/pin-table.ts";

const LEASE = 100;
const everything = (): boolean => true;

describe("pins", () => {
  test("last for a lease, and not a moment longer", () => {
    const pins = new PinTable(LEASE);
    pins.state({ holder: "r", number: 1, tables: [4, 5] }, 10, everything);
    expect(pins.isPinned(4, 10)).toBe(true);
    expect(pins.isPinned(4, 109)).toBe(true);
    expect(pins.isPinned(4, 110)).toBe(false);
    expect(pins.pinned(109)).toEqual([4, 5]);
    expect(pins.pinned(110)).toEqual([]);
  });

  test("are what their holder said last, whatever comes late", () => {
    const pins = new PinTable(LEASE);
    pins.state({ holder: "r", number: 2, tables: [5] }, 0, everything);
    expect(pins.state({ holder: "r", number: 1, tables: [4] }, 1, everything)).toEqual({ granted: false });
    expect(pins.state({ holder: "r", number: 2, tables: [4] }, 1, everything)).toEqual({ granted: false });
    expect(pins.pinned(1)).toEqual([5]);
  });

  test("are given for what is there alone", () => {
    const pins = new PinTable(LEASE);
    const grant = pins.state({ holder: "r", number: 1, tables: [4, 5, 6] }, 0, (table) => table !== 5);
    expect(grant).toEqual({ granted: true, missing: [5] });
    expect(pins.pinned(1)).toEqual([4, 6]);
  });

  test("agree with a list of everything that was ever said", () => {
    const step = fc.record({
      wait: fc.integer({ min: 0, max: 60 }),
      holder: fc.constantFrom("a", "b", "c"),
      number: fc.integer({ min: 1, max: 8 }),
      tables: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }),
      forgets: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const pins = new PinTable(LEASE);
        const said: { holder: string; tables: readonly number[]; at: number }[] = [];
        let now = 0;
        for (const { wait, holder, number, tables, forgets } of steps) {
          now += wait;
          if (forgets) pins.forgetExpired(now);
          const { granted } = pins.state({ holder, number, tables }, now, everything);
          if (granted) said.push({ holder, tables, at: now });
          const latest = ["a", "b", "c"].flatMap((each) => said.findLast((one) => one.holder === each) ?? []);
          const expected = new Set(latest.flatMap((one) => (now - one.at < LEASE ? one.tables : [])));
          expect(pins.pinned(now)).toEqual([...expected].sort((x, y) => x - y));
          for (let table = 1; table <= 5; table++) expect(pins.isPinned(table, now)).toBe(expected.has(table));
        }
      }),
    );
  });
});
