import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sharedDisk, sharedDiskMode } from "../../../topologies/shared-disk/shared-disk.ts";
import {
  AS_WRITTEN,
  CAREFUL,
  formatSwitches,
  parseSwitches,
  SWITCH_NAMES,
  UnknownModeError,
  type Switches,
} from "../../../topologies/shared-disk/switches.ts";

describe("a mode's name", () => {
  test("is a base, and what differs from it", () => {
    expect(parseSwitches("as-written")).toEqual(AS_WRITTEN);
    expect(parseSwitches("careful")).toEqual(CAREFUL);
    expect(parseSwitches("as-written+leases+retry")).toEqual({ ...AS_WRITTEN, leases: true, retry: true });
    expect(parseSwitches("careful+no-leases+lock")).toEqual({ ...CAREFUL, leases: false, lock: true });
  });

  test("that names what there is not is refused, with what there is", () => {
    expect(() => parseSwitches("as-written+lease")).toThrow(UnknownModeError);
    expect(() => parseSwitches("as-written+lease")).toThrow(/the switch 'lease'.*leases/);
    expect(() => parseSwitches("careful+no-nothing")).toThrow(/the switch 'nothing'/);
    expect(() => parseSwitches("perfect")).toThrow(/the base 'perfect'.*as-written, careful/);
    expect(() => parseSwitches("as-written+")).toThrow(UnknownModeError);
  });

  test("stands for its switches, whichever they are", () => {
    const switches = fc.record(Object.fromEntries(SWITCH_NAMES.map((name) => [name, fc.boolean()])));
    fc.assert(
      fc.property(switches, (chosen) => {
        expect(parseSwitches(formatSwitches(chosen as Switches))).toEqual(chosen);
      }),
    );
  });
});

test("an id is told from other designs' and kept as it was given", () => {
  expect(sharedDiskMode("single")).toBeUndefined();
  expect(sharedDiskMode("shared-disk:as-written+retry+leases")?.id).toBe("shared-disk:as-written+retry+leases");
  expect(sharedDisk({ ...CAREFUL, leases: false }).id).toBe("shared-disk:careful+no-leases");
  expect(sharedDisk(AS_WRITTEN).id).toBe("shared-disk:as-written");
});

test("modes told from the careful one are held to what it promises, the others to what the proposal claims", () => {
  const promised = (id: string): string[] => sharedDiskMode(id)?.promises.map(({ property }) => property) ?? [];
  expect(promised("shared-disk:careful+no-leases")).toEqual(promised("shared-disk:careful"));
  expect(promised("shared-disk:as-written+leases")).toEqual(promised("shared-disk:as-written"));
  expect(promised("shared-disk:careful")).toEqual([
    "values-written",
    "staleness-bounded",
    "linearizable",
    "durable",
    "reads-whole",
    "progress",
  ]);
});
