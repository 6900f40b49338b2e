import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MILLISECOND } from "../../../host/time.ts";
import { scenarios } from "../../../scenarios/catalogue.ts";
import { drawPlan } from "../../../scenarios/draw-plan.ts";
import { drawChaos } from "../../../scenarios/faults/chaos.ts";
import type { PlannedFault } from "../../../scenarios/faults/fault.ts";
import {
  COMMON_FAULTS,
  DISK_FAULTS,
  drawFaults,
  SHARED_DISK_FAULTS,
  type DrawnClass,
} from "../../../scenarios/faults/swarm.ts";
import type { DrawnPlan, Scenario } from "../../../scenarios/scenario.ts";
import { NamedStream } from "../../../sim/random.ts";

const DRAWS = 1000;
const SPAN = 500 * MILLISECOND;
const LONGEST = 800 * MILLISECOND;

function drawn(seed: number, classes: readonly DrawnClass[] = COMMON_FAULTS): PlannedFault[] {
  const options = { classes, roles: ["primary", "node"], span: SPAN, longest: LONGEST } as const;
  return drawFaults(new NamedStream(`${seed}`), options);
}

describe("over a thousand plans", () => {
  const plans = Array.from({ length: DRAWS }, (_, seed) => drawn(seed));

  test("each kind of fault is truly absent from most, and present in some", () => {
    for (const kind of COMMON_FAULTS) {
      const present = plans.filter((faults) => faults.some(({ fault }) => fault.kind === kind)).length;
      // One in four of the seven in eight that are not calm.
      expect(`${kind} ${Math.abs(present - 219) < 50}`).toBe(`${kind} true`);
    }
  });

  test("some are calm, and no kind is in all others", () => {
    const calm = plans.filter((faults) => faults.length === 0).length;
    expect(calm).toBeGreaterThan(85);
    expect(calm).toBeLessThan(170);
    const kinds = plans.map((faults) => new Set(faults.map(({ fault }) => fault.kind)).size);
    expect(Math.max(...kinds)).toBeLessThan(COMMON_FAULTS.length);
    expect(new Set(kinds).size).toBeGreaterThan(6);
  });

  test("crashes mostly come while a change is under way, others seldom", () => {
    const share = (kinds: readonly string[]): number => {
      const faults = plans.flat().filter(({ fault }) => kinds.includes(fault.kind));
      return faults.filter(({ duringWrite }) => duringWrite).length / faults.length;
    };
    expect(share(["kill", "power-loss"])).toBeGreaterThan(0.6);
    expect(share(["partition", "clog", "disk-slow"])).toBeLessThan(0.3);
  });

  test("short faults are as common as long ones", () => {
    const lasting = plans.flat().map(({ lasts }) => lasts);
    const within = (low: number, high: number): number =>
      lasting.filter((lasts) => lasts >= low * MILLISECOND && lasts < high * MILLISECOND).length / lasting.length;
    expect(within(1, 20)).toBeGreaterThan(0.1);
    expect(within(200, 801)).toBeGreaterThan(0.1);
  });

  test("every kind, of whatever list, is drawn as what it is", () => {
    for (const list of [COMMON_FAULTS, DISK_FAULTS, SHARED_DISK_FAULTS]) {
      const kinds = new Set(
        Array.from({ length: 200 }, (_, seed) => drawn(seed, list)).flatMap((faults) =>
          faults.map(({ fault }) => fault.kind),
        ),
      );
      expect([...kinds].sort()).toEqual([...list].sort());
    }
  });
});

describe("faults that are drawn", () => {
  test("begin within their span and last no longer than they may, the earliest first, whatever both are", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 1e12 }),
        fc.integer({ min: 1, max: 1e12 }),
        (seed, span, longest) => {
          const faults = drawFaults(new NamedStream(`${seed}`), {
            classes: DISK_FAULTS,
            roles: ["disk"],
            span,
            longest,
          });
          for (const { at, lasts } of faults) {
            expect(at).toBeGreaterThanOrEqual(0);
            expect(at).toBeLessThan(span);
            expect(lasts).toBeGreaterThanOrEqual(1);
            expect(lasts).toBeLessThanOrEqual(longest);
          }
          expect(faults.map(({ at }) => at)).toEqual(faults.map(({ at }) => at).sort((a, b) => a - b));
        },
      ),
      { seed: 1 },
    );
  });

  test("are the same again for the same seed, and others for another", () => {
    for (let seed = 0; seed < 50; seed++) expect(drawn(seed)).toEqual(drawn(seed));
    expect(new Set(Array.from({ length: 50 }, (_, seed) => JSON.stringify(drawn(seed)))).size).toBeGreaterThan(35);
  });

  test("have a healing after them, when everything has had its time", () => {
    for (let seed = 0; seed < 200; seed++) {
      const { faults, healing } = drawChaos(new NamedStream(`${seed}`), { steps: 20, pause: 10 * MILLISECOND });
      for (const { at } of faults) expect(at).toBeLessThan(healing?.after ?? 0);
    }
  });

  test("shift nothing else of a plan, when there is one kind more", () => {
    // The same streams; what a scenario draws of its faults has a stream of its own.
    for (const scenario of scenarios.values()) {
      for (let seed = 1; seed <= 10; seed++) {
        const { faults: _faults, healing: _healing, ...usual } = drawPlan(scenario, "single", seed);
        const { faults: _others, healing: _other, ...shifted } = drawPlan(withMoreDraws(scenario), "single", seed);
        expect(shifted).toEqual(usual);
      }
    }
  });
});

/** The scenario, whose stream for faults has been drawn from already. */
function withMoreDraws(scenario: Scenario): Scenario {
  return {
    ...scenario,
    plan: (random): DrawnPlan =>
      scenario.plan((purpose) => {
        const stream = random(purpose);
        if (purpose === "faults") stream.uint32();
        return stream;
      }),
  };
}
