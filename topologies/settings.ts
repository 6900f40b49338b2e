import type { ClusterConfig } from "./topology.ts";

/** A setting has a value that makes no sense. */
export class SettingError extends Error {
  override readonly name = "SettingError";

  constructor(name: string, value: unknown, wanted: string) {
    super(`setting '${name}' is ${JSON.stringify(value)}; it must be ${wanted}`);
  }
}

/**
 * A mode's settings, each as the configuration has it or with its default, which also says of which type it is.
 *
 * @throws SettingError for a value of another type, or a number that is negative or not whole
 */
export function resolveSettings<Settings extends Readonly<Record<string, boolean | number | string>>>(
  { settings = {} }: ClusterConfig,
  defaults: Settings,
): Settings {
  const resolved: Record<string, boolean | number | string> = { ...defaults };
  for (const [name, standard] of Object.entries(defaults)) {
    const value = settings[name];
    if (value === undefined) continue;
    const wanted = typeof standard === "number" ? "a whole number, not negative" : `a ${typeof standard}`;
    const sound =
      typeof value === typeof standard && (typeof value !== "number" || (Number.isSafeInteger(value) && value >= 0));
    if (!sound) throw new SettingError(name, value, wanted);
    resolved[name] = value;
  }
  return resolved as Settings;
}
