/**
 * What can be done about sharing a disk, each by a switch of its own. The document's Q2 names most of them; every switch is
 * independent of the others, so that any combination can be run and each one's part in the whole be seen.
 */
export const SWITCHES = {
  // Deletion of files under those who read them.
  "deferred-deletion": "the primary deletes obsolete files only after a delay",
  leases: "replicas lease what they read from the primary, which deletes nothing that is leased",
  "pinned-descriptors": "a replica opens all tables of its version at once and keeps them open",
  "hard-links": "a replica gives the tables of its version second names of its own on the disk",
  retry: "a replica that misses a file loads the manifest again and tries again, a few times",
  // Knowledge of changes.
  "periodic-pull": "a replica loads the manifest on a period, instead of at each read",
  watch: "a replica loads the manifest when its file system tells of a change, instead of at each read",
  notices: "the primary sends notices of changes, and a replica loads the manifest at each, instead of at each read",
  "cache-invalidation": "before it loads the manifest, a replica has its mount ask the disk about what it remembers",
  "uncached-mount": "nodes mount the disk without caches of attributes and names",
  "sync-export": "the disk's server answers for changed names only once they are durable",
  "wal-tailing": "a replica reads the primary's log as far as it is known to be durable; a torn end means not yet",
  "unsynced-tailing": "a replica reads the primary's log to its end, what is not known to be durable included",
  "bounded-staleness": "a replica refuses to serve what it has not verified to be current within the bound",
  // What the document says must be given up; on: it is used.
  "direct-io": "tables are read past the mount's cache of pages",
  "mapped-reads": "tables are mapped into memory: a page once read is never asked for again",
  "concurrent-background": "compactions run beside flushes",
  "unsynced-writes": "the primary acknowledges a write once its system has it, before it is on the disk",
  // Who writes.
  lock: "whoever opens the database for writing takes its LOCK",
  "exclusive-open": "replicas open the database as the primary does, for reading and writing",
  epochs: "each primary works in a directory of its own, claimed exclusively; a successor seals its predecessor's",
  reservation: "the disk's server takes writes only from the host that holds its reservation",
  promotion: "a person can promote a replica",
  // What stands on the disk, and what kind of disk it is.
  "two-groups": "two primaries with as many replicas each, and a database each, on one disk",
  "posix-disk":
    "the disk is mounted as a cluster file system that every host sees as its own: no caches, open files stay",
} as const;

export type SwitchName = keyof typeof SWITCHES;

/** Which switches are on. Plain data. */
export type Switches = Readonly<Record<SwitchName, boolean>>;

/** Every switch, in the order in which they are listed. */
export const SWITCH_NAMES = Object.keys(SWITCHES) as readonly SwitchName[];

/** These switches, and no others. */
export function switchedOn(...names: readonly SwitchName[]): Switches {
  return Object.fromEntries(SWITCH_NAMES.map((name) => [name, names.includes(name)])) as Record<SwitchName, boolean>;
}

/** The switches with some of them set otherwise. */
export function withSwitches(base: Switches, changes: Partial<Switches>): Switches {
  return { ...base, ...changes };
}

/** The proposal as the document draws it: nothing is done about sharing; the engine locks and compacts as it always does. */
export const AS_WRITTEN: Switches = switchedOn("lock", "concurrent-background");

/** What it takes to share a disk and keep what the careful mode promises: see shared-disk.ts. */
export const CAREFUL: Switches = switchedOn(
  "leases",
  "retry",
  "periodic-pull",
  "notices",
  "uncached-mount",
  "sync-export",
  "wal-tailing",
  "unsynced-tailing",
  "bounded-staleness",
  "concurrent-background",
  "epochs",
  "promotion",
);

/** The modes that others are told from, by the name in their id. */
export const BASES: ReadonlyMap<string, Switches> = new Map([
  ["as-written", AS_WRITTEN],
  ["careful", CAREFUL],
]);

/** A mode's id names a switch or a base that there is not. */
export class UnknownModeError extends Error {
  override readonly name = "UnknownModeError";

  constructor(id: string, part: string, what: string, known: readonly string[]) {
    super(`mode '${id}' names ${what} '${part}', which there is not; there are ${known.join(", ")}`);
  }
}

/**
 * The switches that a mode's name stands for: a base, then each switch to be set on or off: "as-written+leases+no-lock".
 *
 * @param name what follows the colon of a topology's id
 * @throws UnknownModeError with the names that there are
 */
export function parseSwitches(name: string): Switches {
  const [base = "", ...changes] = name.split("+");
  const switches = BASES.get(base);
  if (switches === undefined) throw new UnknownModeError(name, base, "the base", [...BASES.keys()]);
  const changed: Partial<Record<SwitchName, boolean>> = {};
  for (const change of changes) {
    const on = isSwitch(change);
    const wanted = on ? change : change.replace(/^no-/, "");
    if (!isSwitch(wanted)) throw new UnknownModeError(name, wanted, "the switch", SWITCH_NAMES);
    changed[wanted] = on;
  }
  return withSwitches(switches, changed);
}

/** The name of the base that differs least from a mode. */
export function baseOf(switches: Switches): string {
  return formatSwitches(switches).split("+")[0] as string;
}

/** The shortest name of a mode with these switches, told from the base that differs least from it. */
export function formatSwitches(switches: Switches): string {
  const names = [...BASES].map(([base, from]) => [
    base,
    ...SWITCH_NAMES.filter((name) => switches[name] !== from[name]).map((name) =>
      switches[name] ? name : `no-${name}`,
    ),
  ]);
  const shortest = names.reduce((least, each) => (each.length < least.length ? each : least));
  return shortest.join("+");
}

function isSwitch(name: string): name is SwitchName {
  return Object.hasOwn(SWITCHES, name);
}
