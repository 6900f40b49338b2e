import { expect, test } from "vitest";
import { resolveSettings, SettingError } from "../../topologies/settings.ts";

const DEFAULTS = { lease: 1_000, eager: false, point: "flushed" };
const config = (settings: Readonly<Record<string, boolean | number | string>>) => ({
  replicas: 2,
  engine: {},
  settings,
});

test("what is not set has its default, and what another mode is set to means nothing", () => {
  expect(resolveSettings({ replicas: 2, engine: {} }, DEFAULTS)).toEqual(DEFAULTS);
  expect(resolveSettings(config({ lease: 5, eager: true, reaction: 7 }), DEFAULTS)).toEqual({
    lease: 5,
    eager: true,
    point: "flushed",
  });
});

test.each([
  ["another type", { lease: "5" }, "setting 'lease' is \"5\"; it must be a whole number, not negative"],
  ["part of a number", { lease: 0.5 }, "setting 'lease' is 0.5; it must be a whole number, not negative"],
  ["less than nothing", { lease: -1 }, "setting 'lease' is -1; it must be a whole number, not negative"],
  ["a number for yes", { eager: 1 }, "setting 'eager' is 1; it must be a boolean"],
])("%s is refused, with its name and what it should be", (_what, settings, message) => {
  expect(() => resolveSettings(config(settings), DEFAULTS)).toThrow(SettingError);
  expect(() => resolveSettings(config(settings), DEFAULTS)).toThrow(message);
});
