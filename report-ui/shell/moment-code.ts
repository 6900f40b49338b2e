/** Screens that show one run. */
export const RUN_SCREENS = ["timeline", "moment", "events"] as const;

export type RunScreen = (typeof RUN_SCREENS)[number];

/** A moment of a run, as a link or a line of text carries it into any report of the same build. */
export interface MomentCode {
  /** The build whose run it is, as its first digits. */
  readonly build: string;
  readonly scenario: string;
  readonly topology: string;
  readonly seed: number;
  readonly screen: RunScreen;
  /** True time in nanoseconds; undefined: where the violation shows. */
  readonly time?: number | undefined;
  /** The selected record, by its place in the trace. */
  readonly selected?: number | undefined;
}

/** Version of the shape of a code; raised whenever an old one would be read differently. */
const VERSION = 1;

/** A text that is no code of a moment. `reason` is the message that says why. */
export class MomentCodeError extends Error {
  override readonly name = "MomentCodeError";
  readonly reason: "code-none" | "code-newer" | "code-part";
  /** The part that makes no sense. */
  readonly part: string;

  constructor(reason: MomentCodeError["reason"], part: string) {
    super(`${reason}: ${part}`);
    this.reason = reason;
    this.part = part;
  }
}

/** "m1/4f2c9a1/compaction-race/shared-disk:as-written/3/timeline/312684000/118". */
export function formatMomentCode(code: MomentCode): string {
  const { build, scenario, topology, seed, screen, time, selected } = code;
  const parts = [build, scenario, topology, String(seed), screen];
  if (time !== undefined || selected !== undefined) parts.push(time === undefined ? "-" : String(time));
  if (selected !== undefined) parts.push(String(selected));
  return [`m${VERSION}`, ...parts.map(escape)].join("/");
}

/**
 * Reads a code, or the link that carries one.
 *
 * @throws MomentCodeError
 */
export function parseMomentCode(text: string): MomentCode {
  const code = text.trim();
  const start = code.indexOf("#");
  const [head = "", ...rest] = code.slice(start + 1).split("/");
  const [, version] = /^m(\d{1,4})$/.exec(head) ?? [];
  if (version === undefined || rest.length < 4 || rest.length > 7)
    throw new MomentCodeError("code-none", shortened(code));
  if (Number(version) > VERSION) throw new MomentCodeError("code-newer", head);
  if (Number(version) < VERSION) throw new MomentCodeError("code-none", head);
  const [build = "", scenario = "", topology = "", seed = "", screen = "timeline", time = "-", selected = "-"] =
    rest.map(unescape);
  if (!/^[0-9a-f]{1,64}$/.test(build)) throw new MomentCodeError("code-part", shortened(build));
  for (const name of [scenario, topology]) {
    if (name === "" || name.length > 200) throw new MomentCodeError("code-part", shortened(name));
  }
  if (!isRunScreen(screen)) throw new MomentCodeError("code-part", shortened(screen));
  return {
    build,
    scenario,
    topology,
    seed: natural(seed),
    screen,
    time: time === "-" ? undefined : natural(time),
    selected: selected === "-" ? undefined : natural(selected),
  };
}

export function isRunScreen(text: string): text is RunScreen {
  return (RUN_SCREENS as readonly string[]).includes(text);
}

/** Colons and pluses, which names of modes have, are left as they are: a person may read the code. */
function escape(part: string): string {
  return encodeURIComponent(part).replaceAll("%3A", ":").replaceAll("%2B", "+");
}

function unescape(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new MomentCodeError("code-part", shortened(part));
  }
}

function natural(text: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value)) throw new MomentCodeError("code-part", shortened(text));
  return value;
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
