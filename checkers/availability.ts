import { refuseAbove } from "./bound.ts";
import type { Operation } from "./history.ts";
import { ViolationLog, type CountedResult, type ReportOptions } from "./violation-log.ts";

/** Which operations count, and how time is cut. */
export interface AvailabilityOptions {
  /** Only operations of these functions, such as ["read"] or ["write", "delete"]; all unless given. */
  readonly functions?: readonly string[] | undefined;
  /** Only operations that this node answered, be it with an error; all unless given. What nobody answered is nobody's. */
  readonly node?: string | undefined;
  /** Length of a window in nanoseconds; the whole history unless given. */
  readonly window?: number | undefined;
}

/** Operations invoked in a span of time, and how many of them ended as ok. */
export interface AvailabilityWindow {
  readonly from: number;
  readonly to: number;
  readonly invoked: number;
  readonly ok: number;
  /** Share of those invoked that ended as ok; undefined when none was invoked. */
  readonly ratio: number | undefined;
}

/** A time in which something was asked for and nothing completed as ok. */
export interface Outage {
  /** When something was asked for first, or the last ok completion if something was open then. */
  readonly from: number;
  /** The next ok completion, or the end of the history. */
  readonly to: number;
  /** Whether an ok completion ended it. */
  readonly ended: boolean;
}

export interface Availability {
  readonly whole: AvailabilityWindow;
  /** From the first invocation on, without gaps. */
  readonly windows: readonly AvailabilityWindow[];
  /** The windows in which something was invoked, and nothing of it ended as ok. */
  readonly unavailable: readonly AvailabilityWindow[];
  /** Undefined when nothing was invoked. */
  readonly longestOutage: Outage | undefined;
}

const MAX_WINDOWS = 1_000_000;

/** How available a store was, as its clients saw it. @throws BoundError when there are too many windows */
export function availabilityOf(operations: readonly Operation[], options: AvailabilityOptions = {}): Availability {
  const chosen = choose(operations, options);
  const from = chosen.reduce((first, { invoked }) => Math.min(first, invoked), Infinity);
  const to = chosen.reduce((last, one) => Math.max(last, one.invoked, finite(one.completed)), -Infinity);
  if (chosen.length === 0) {
    return { whole: windowOf(0, 0, 0, 0), windows: [], unavailable: [], longestOutage: undefined };
  }
  const length = options.window ?? Math.max(1, to - from + 1);
  const count = Math.floor((to - from) / length) + 1;
  refuseAbove("windows", count, MAX_WINDOWS);
  const [invoked, ok] = [new Int32Array(count), new Int32Array(count)];
  for (const operation of chosen) {
    const at = Math.floor((operation.invoked - from) / length);
    invoked[at] = (invoked[at] as number) + 1;
    if (operation.outcome === "ok") ok[at] = (ok[at] as number) + 1;
  }
  const windows = Array.from(invoked, (asked, at) =>
    windowOf(from + at * length, Math.min(to, from + (at + 1) * length), asked, ok[at] as number),
  );
  const succeeded = chosen.filter(({ outcome }) => outcome === "ok").length;
  let longestOutage: Outage | undefined;
  for (const outage of outagesOf(chosen, to)) {
    if (longestOutage === undefined || lengthOf(outage) > lengthOf(longestOutage)) longestOutage = outage;
  }
  return {
    whole: windowOf(from, to, chosen.length, succeeded),
    windows,
    unavailable: windows.filter((one) => one.invoked > 0 && one.ok === 0),
    longestOutage,
  };
}

/** The same for each node that answered anything, by name. */
export function availabilityByNode(
  operations: readonly Operation[],
  options: Omit<AvailabilityOptions, "node"> = {},
): Map<string, Availability> {
  const byNode = new Map<string, Operation[]>();
  for (const operation of operations) {
    if (operation.node === undefined) continue;
    const same = byNode.get(operation.node);
    if (same === undefined) byNode.set(operation.node, [operation]);
    else same.push(operation);
  }
  return new Map(
    [...byNode].sort(([a], [b]) => (a < b ? -1 : 1)).map(([node, same]) => [node, availabilityOf(same, options)]),
  );
}

export interface AvailabilityBounds extends AvailabilityOptions, ReportOptions {
  /** How long an outage may last, in nanoseconds. */
  readonly longestOutage?: number | undefined;
  /** The least share of the operations of a window that must end as ok. */
  readonly ratio?: number | undefined;
}

export interface AvailabilityResult extends CountedResult {
  readonly availability: Availability;
}

/**
 * Holds availability against bounds. Kinds: "outage", one for each that lasts longer than allowed; "low-success-ratio", one
 * for each window below.
 *
 * @throws BoundError when there are too many windows
 */
export function checkAvailability(operations: readonly Operation[], options: AvailabilityBounds): AvailabilityResult {
  const log = new ViolationLog(options);
  const availability = availabilityOf(operations, options);
  const chosen = choose(operations, options);
  const { longestOutage: longest = Infinity, ratio = 0 } = options;
  const concerned = (since: number, until: number): Operation[] =>
    chosen.filter(
      (one) => one.outcome !== "ok" && one.invoked <= until && Math.max(one.invoked, finite(one.completed)) >= since,
    );
  const report = (kind: string, from: number, to: number, params: Readonly<Record<string, number>>) => {
    log.add(kind, () => {
      const failed = concerned(from, to).slice(0, 10);
      const first = failed[0] ?? chosen.find(({ invoked, completed }) => invoked <= to && completed >= from);
      const named = failed.length > 0 ? failed : first === undefined ? [] : [first];
      return {
        operations: named.map(({ index }) => index),
        message: {
          id: `anomaly-${kind}`,
          params: {
            from,
            to,
            process: first?.process ?? -1,
            f: first?.f ?? "",
            invoked: first?.invoked ?? from,
            ...params,
          },
        },
      };
    });
  };
  for (const outage of outagesOf(chosen, availability.whole.to)) {
    const lasted = lengthOf(outage);
    if (lasted > longest) report("outage", outage.from, outage.to, { length: lasted, bound: longest });
  }
  for (const one of availability.windows) {
    if (one.ratio === undefined || one.ratio >= ratio) continue;
    const percent = Math.floor(one.ratio * 1_000) / 10;
    report("low-success-ratio", one.from, one.to, { ok: one.ok, of: one.invoked, percent, bound: ratio * 100 });
  }
  return { ...log.result(), availability };
}

function choose(operations: readonly Operation[], { functions, node }: AvailabilityOptions): Operation[] {
  return operations.filter(
    (one) => (functions === undefined || functions.includes(one.f)) && (node === undefined || one.node === node),
  );
}

function windowOf(from: number, to: number, invoked: number, ok: number): AvailabilityWindow {
  return { from, to, invoked, ok, ratio: invoked === 0 ? undefined : ok / invoked };
}

/** Times without an ok completion, from the first demand on, in order of time. */
function outagesOf(operations: readonly Operation[], end: number): Outage[] {
  const events: { readonly time: number; readonly at: number; readonly kind: "invoked" | "ok" | "failed" | "asked" }[] =
    [];
  for (const { invoked, completed, start, end: position, outcome } of operations) {
    // Until when the client of an operation without an outcome waited is not known: it asked once.
    events.push({ time: invoked, at: start, kind: outcome === "info" ? "asked" : "invoked" });
    if (outcome !== "info") events.push({ time: completed, at: position, kind: outcome === "ok" ? "ok" : "failed" });
  }
  events.sort((a, b) => a.time - b.time || a.at - b.at);
  const outages: Outage[] = [];
  let waiting = 0;
  let since: number | undefined;
  for (const { time, kind } of events) {
    if (kind === "invoked" || kind === "asked") since ??= time;
    if (kind === "invoked") waiting++;
    if (kind === "failed") waiting--;
    if (kind !== "ok") continue;
    waiting--;
    if (since !== undefined) outages.push({ from: since, to: time, ended: true });
    since = waiting > 0 ? time : undefined;
  }
  if (since !== undefined) outages.push({ from: since, to: end, ended: false });
  return outages;
}

function lengthOf({ from, to }: Outage): number {
  return to - from;
}

function finite(time: number): number {
  return time === Infinity ? -Infinity : time;
}
