import { refuseAbove } from "../bound.ts";
import { HistoryError, type HistoryValue, type Operation } from "../history.ts";
import { identityOf, type Identity } from "../identity.ts";
import { isAnswer, isChange, registersOf, seenOf } from "../registers.ts";

/** The changes of one register by one session. */
export interface SessionChanges {
  readonly session: number;
  /** By number of the operation, in the order of the session. */
  readonly changes: readonly number[];
}

/** What a read saw: a change by its number, the beginning, or one of several that nobody can tell apart. */
export type ReadsFrom = number | "initial" | "unclear" | "nothing";

/**
 * Reads and changes of registers that certainly happened, numbered, with what each read saw. A change of unknown outcome
 * counts when it was read; it follows what its process did before, but what the process did next does not follow it, so
 * that it is a session of its own.
 */
export interface CausalHistory {
  readonly operations: readonly Operation[];
  /** By operation: its session, and its place there from 1. */
  readonly session: Int32Array;
  readonly place: Int32Array;
  /** By operation: the one before it in its process; -1 for the first. */
  readonly previous: Int32Array;
  readonly readsFrom: readonly (ReadsFrom | undefined)[];
  /** By operation: which register. */
  readonly register: Int32Array;
  /** By register: who changed it. */
  readonly changes: readonly (readonly SessionChanges[])[];
  readonly sessions: number;
}

const MAX_OPERATIONS = 4_000_000;

/** @throws HistoryError when a value is written twice to one key, or the initial value is written */
export function causalHistory(operations: readonly Operation[], initial: HistoryValue): CausalHistory {
  const registers = [...registersOf(operations).values()];
  const origins = registers.map((register) => originsOf(register, identityOf(initial)));
  const seen = new Set<Operation>();
  registers.forEach((register, number) => {
    for (const read of register) {
      const origin = isAnswer(read) ? origins[number]?.get(seenOf(read)) : undefined;
      if (typeof origin === "object") seen.add(origin);
    }
  });
  const registerOf = new Map<Operation, number>();
  registers.forEach((register, number) => register.forEach((operation) => registerOf.set(operation, number)));
  const happened = [...registerOf.keys()]
    .filter((one) => one.outcome === "ok" || (isChange(one) && seen.has(one)))
    .sort((a, b) => a.index - b.index);
  refuseAbove("operations", happened.length, MAX_OPERATIONS);
  const numbers = new Map(happened.map((operation, number) => [operation, number]));
  const { length } = happened;
  const [session, place, previous] = [new Int32Array(length), new Int32Array(length), new Int32Array(length).fill(-1)];
  const register = new Int32Array(length);
  const ofProcess = new Map<number, number>();
  const lastOf = new Map<number, number>();
  let sessions = 0;
  happened.forEach((operation, number) => {
    register[number] = registerOf.get(operation) as number;
    previous[number] = lastOf.get(operation.process) ?? -1;
    if (operation.outcome !== "ok") {
      session[number] = sessions++;
      place[number] = 1;
      return;
    }
    let own = ofProcess.get(operation.process);
    if (own === undefined) ofProcess.set(operation.process, (own = sessions++));
    session[number] = own;
    const before = previous[number];
    place[number] = before === -1 ? 1 : (place[before] as number) + 1;
    lastOf.set(operation.process, number);
  });
  const readsFrom = happened.map((operation, number): ReadsFrom | undefined => {
    if (operation.f !== "read") return undefined;
    const origin = origins[register[number] as number]?.get(seenOf(operation)) ?? "nothing";
    return typeof origin === "object" ? (numbers.get(origin) ?? "unclear") : origin;
  });
  const changes = changesOf(happened, register, session, registers.length);
  return { operations: happened, session, place, previous, readsFrom, register, changes, sessions };
}

/** What each value of a register came from. */
function originsOf(
  register: readonly Operation[],
  initial: Identity,
): Map<Identity, Operation | "initial" | "unclear"> {
  const origins = new Map<Identity, Operation | "initial" | "unclear">([[initial, "initial"]]);
  for (const change of register) {
    if (!isChange(change)) continue;
    const value = seenOf(change);
    // Of deletes, none leaves what another does not leave too.
    if (change.f === "delete") {
      origins.set(value, origins.has(value) ? "unclear" : change);
      continue;
    }
    if (origins.has(value)) {
      throw new HistoryError(
        change.start,
        `${JSON.stringify(change.value)} is written to ${change.key ?? "the register"} twice, or is there from the beginning`,
      );
    }
    origins.set(value, change);
  }
  return origins;
}

function changesOf(
  operations: readonly Operation[],
  register: Int32Array,
  session: Int32Array,
  registers: number,
): SessionChanges[][] {
  const byRegister: Map<number, number[]>[] = Array.from({ length: registers }, () => new Map<number, number[]>());
  operations.forEach((operation, number) => {
    if (!isChange(operation)) return;
    const bySession = byRegister[register[number] as number] as Map<number, number[]>;
    const same = bySession.get(session[number] as number);
    if (same === undefined) bySession.set(session[number] as number, [number]);
    else same.push(number);
  });
  return byRegister.map((bySession) => [...bySession].map(([own, changes]) => ({ session: own, changes })));
}
