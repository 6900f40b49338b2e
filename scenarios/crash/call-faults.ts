import type { DiskFault } from "../../sim/fs/disk-fault.ts";
import type { RecordedCall } from "./recording-disk.ts";

/** How a call was struck, as it is printed and given on a command line. */
export type FaultName =
  | "EIO:before"
  | "EIO:after"
  | "ENOSPC:before"
  | "short"
  | "sync-failure:stays-dirty"
  | "sync-failure:marked-clean"
  | "sync-failure:reported-once"
  | "device-lost"
  | "lying-sync"
  | "lost-write"
  | "misdirected-write";

/** A call that a fault of the disk has struck. */
export interface StruckCall {
  /** Counted as the calls of the workload's run, from 1. */
  readonly call: number;
  readonly text: string;
  readonly fault: FaultName;
}

/**
 * What an engine can be held to when a call is struck.
 *
 * - `told`: the call fails. The engine must say so to somebody, and then keep all its promises: nothing that it has
 *   acknowledged is lost, since nothing was acknowledged that the failed call was needed for.
 * - `harmless`: the call does less than asked and says how much. Nothing fails, and nothing is lost.
 * - `betrayed`: the disk says that something is durable, and it is not. As long as memory has it all must be right. A loss
 *   of power may take what was promised from the struck call on, since the engine had no way to know; but what is served
 *   then is a prefix of the writes, with all that was durable before, or the engine says what is missing or damaged.
 * - `damaged`: other data may be hit as well, the very records that would have shown it included. What can be asked for is
 *   that no wrong data is served: only what some prefix of the writes has left, or an error that says "corruption".
 */
export type Claim = "told" | "harmless" | "betrayed" | "damaged";

export interface CallFault {
  readonly fault: DiskFault;
  /** The calls that it can strike, as they are told. */
  readonly strikes: RegExp;
  readonly claim: Claim;
}

/** Calls that need room on the disk. */
const NEEDS_ROOM = /^(open|pwrite|mkdir|link|rename|flock|ftruncate) /;
const SYNC = /^f(data)?sync /;
/** Of directories a failed sync leaves no pages to be taken for clean. */
const SYNC_OF_FILE = /^f(data)?sync .*(\.\w+|MANIFEST-\d+)$/;
const WRITE = /^pwrite /;

/** The faults that may strike a call. */
export const CALL_FAULTS: ReadonlyMap<FaultName, CallFault> = new Map<FaultName, CallFault>([
  ["EIO:before", { fault: { kind: "error", code: "EIO", when: "before" }, strikes: /./, claim: "told" }],
  ["EIO:after", { fault: { kind: "error", code: "EIO", when: "after" }, strikes: /./, claim: "told" }],
  ["ENOSPC:before", { fault: { kind: "error", code: "ENOSPC", when: "before" }, strikes: NEEDS_ROOM, claim: "told" }],
  ["short", { fault: { kind: "short" }, strikes: /^(pread|pwrite) /, claim: "harmless" }],
  ["sync-failure:stays-dirty", { fault: { kind: "sync-failure", mode: "stays-dirty" }, strikes: SYNC, claim: "told" }],
  [
    "sync-failure:marked-clean",
    { fault: { kind: "sync-failure", mode: "marked-clean" }, strikes: SYNC_OF_FILE, claim: "told" },
  ],
  [
    "sync-failure:reported-once",
    { fault: { kind: "sync-failure", mode: "reported-once" }, strikes: SYNC_OF_FILE, claim: "told" },
  ],
  ["device-lost", { fault: { kind: "device-lost" }, strikes: /./, claim: "told" }],
  ["lying-sync", { fault: { kind: "lying-sync" }, strikes: SYNC, claim: "betrayed" }],
  ["lost-write", { fault: { kind: "lost-write" }, strikes: WRITE, claim: "betrayed" }],
  ["misdirected-write", { fault: { kind: "misdirected-write" }, strikes: WRITE, claim: "damaged" }],
]);

/** Whether a fault has this name. */
export function isFaultName(name: string): name is FaultName {
  return (CALL_FAULTS as ReadonlyMap<string, unknown>).has(name);
}

/** A fault by its name. */
export function callFault(name: FaultName): CallFault {
  const known = CALL_FAULTS.get(name);
  if (known === undefined) throw new TypeError(`no fault '${name}'`);
  return known;
}

/** The ways in which a call may be struck. */
export function strikesOf({ index: call, text, failed }: RecordedCall): StruckCall[] {
  return (
    [...CALL_FAULTS]
      .filter(([, { strikes }]) => strikes.test(text))
      // What is refused anyway never takes effect.
      .filter(([fault]) => fault !== "EIO:after" || !failed)
      .map(([fault]) => ({ call, text, fault }))
  );
}
