import type { Operation } from "../../checkers/history.ts";
import type { TraceRecord } from "../../sim/trace.ts";
import { epochOf, placeOf } from "../../topologies/position.ts";
import type { ModePromise, SyncMode } from "../../topologies/topology.ts";
import type { AskedTerms } from "../client.ts";

/**
 * The part of a history that a promise speaks of. What it does not speak of is left out where it is a read; where it is a
 * change it becomes one of unknown outcome, since others may have seen it.
 */

/** Where an epoch began: after that place of the order of writes. */
export interface BegunEpoch {
  readonly epoch: number;
  readonly after: number;
}

/** A history with what is known of it beside. */
export interface AskedOperations {
  readonly operations: readonly Operation[];
  /** By the operation's index. */
  readonly asked: readonly AskedTerms[];
  readonly began: readonly BegunEpoch[];
}

/** What primaries said of the epochs that they began. */
export function epochsBegun(observed: readonly TraceRecord[]): BegunEpoch[] {
  return observed.flatMap(({ data }) => {
    const { kind, epoch, after } = data;
    return kind === "epoch-began" && typeof epoch === "number" && typeof after === "number" ? [{ epoch, after }] : [];
  });
}

/** All changes, and the reads that were asked of the primary. */
export function askedOfPrimary(operations: readonly Operation[], asked: readonly AskedTerms[]): Operation[] {
  return operations.filter((operation) => !isRead(operation) || asked[operation.index]?.role !== "replica");
}

/** All changes, and the reads that asked for no less than their client had seen. */
export function sessionView(operations: readonly Operation[], asked: readonly AskedTerms[]): Operation[] {
  return operations.filter((operation) => !isRead(operation) || asked[operation.index]?.fresh === "session");
}

/** The bounds that reads asked for, in nanoseconds, each once. */
export function boundsAsked(asked: readonly AskedTerms[]): number[] {
  return [...new Set(asked.flatMap(({ fresh }) => (typeof fresh === "number" ? [fresh] : [])))].sort((a, b) => a - b);
}

/** All changes, and the reads that asked for that bound. */
export function readsWithBound(
  operations: readonly Operation[],
  asked: readonly AskedTerms[],
  bound: number,
): Operation[] {
  return operations.filter((operation) => !isRead(operation) || asked[operation.index]?.fresh === bound);
}

/**
 * The history of each epoch by itself. What an earlier epoch acknowledged may be there or not, as its tail may have been
 * lost; what a later one did cannot be. An answer without a position is of no epoch.
 */
export function epochsOf(operations: readonly Operation[]): Operation[][] {
  const epochs = new Set(operations.flatMap(({ position }) => (position === undefined ? [] : [epochOf(position)])));
  return [...epochs]
    .sort((a, b) => a - b)
    .map((epoch) =>
      operations.flatMap((operation) => {
        const { outcome, position } = operation;
        if (outcome !== "ok") return [operation];
        const own = position === undefined ? -1 : epochOf(position);
        if (own === epoch) return [operation];
        return own < epoch && !isRead(operation) ? [uncertain(operation)] : [];
      }),
    );
}

const LEVELS: Readonly<Record<SyncMode, number>> = { async: 0, semi: 1, full: 2 };

/**
 * The history with only those changes certain that the promise keeps: those that asked for what it asks for, and that did not
 * stand in a tail which a later epoch began without.
 */
export function keptPromises(
  { operations, asked, began }: AskedOperations,
  { except, sync }: Pick<Extract<ModePromise, { property: "durable" }>, "except" | "sync">,
): Operation[] {
  return operations.map((operation) => {
    if (operation.outcome !== "ok" || isRead(operation)) return operation;
    const wanted = asked[operation.index]?.sync;
    if (sync !== undefined && wanted !== undefined && LEVELS[wanted] < LEVELS[sync]) return uncertain(operation);
    return except === "unreplicated-tail" && isInTail(operation, began) ? uncertain(operation) : operation;
  });
}

function isInTail({ position }: Operation, began: readonly BegunEpoch[]): boolean {
  if (position === undefined) return false;
  const [epoch, place] = [epochOf(position), placeOf(position)];
  return began.some((later) => later.epoch > epoch && later.after < place);
}

function uncertain(operation: Operation): Operation {
  return { ...operation, outcome: "info", completed: Infinity, end: Infinity };
}

/** Whether it only reads; a transaction may change something, and counts as if it did. */
export function isRead({ f }: Operation): boolean {
  return f === "read" || f === "scan";
}
