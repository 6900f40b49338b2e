import { refuseAbove } from "./bound.ts";
import { HistoryError, type HistoryValue, type Operation } from "./history.ts";
import { identityOf, isList, type Identity } from "./identity.ts";

/** The most elements that all reads of a history together may hold. */
const MAX_READ_ELEMENTS = 50_000_000;

/** What became of one element of a set. */
export interface SetElement {
  readonly value: HistoryValue;
  /** Its adds that may have happened, in order of invocation. */
  readonly adds: Operation[];
  /** Whether an add of it failed. */
  readonly failed: Operation | undefined;
  /** The first to complete of its acknowledged adds and the reads that saw it; undefined when it may never have existed. */
  readonly known: Operation | undefined;
  /** The last read, by invocation, that saw it. */
  readonly lastPresent: Operation | undefined;
  /** The last read, by invocation, that did not see it. */
  readonly lastAbsent: Operation | undefined;
  /**
   * As Jepsen's set-full tells them apart. "stable": seen by every read from some moment on. "lost": known to exist, and not
   * seen by the last reads that began after that. "never-read": no read tells.
   */
  readonly outcome: "stable" | "lost" | "never-read";
  /** Whether it is stable, but a read missed it that began after it was known. */
  readonly stale: boolean;
  /** How long after it was known the last such read began, in nanoseconds; 0 when there was none. */
  readonly staleFor: number;
}

/** A read that listed an element more than once. */
export interface RepeatedElement {
  readonly read: Operation;
  readonly value: HistoryValue;
}

export interface SetHistory {
  /** In order of the first operation that concerns them. */
  readonly elements: readonly SetElement[];
  /** Reads with an answer, in order of invocation. */
  readonly reads: readonly Operation[];
  readonly repeated: readonly RepeatedElement[];
}

interface Draft {
  readonly value: HistoryValue;
  readonly adds: Operation[];
  failed: Operation | undefined;
  known: Operation | undefined;
  /** By number, in order of invocation: the reads that saw it. */
  readonly seenBy: number[];
}

/**
 * What became of each element of one set, of which "add" adds one element and "read" lists all. In time linear in what was
 * read.
 *
 * @throws HistoryError when a read gives no list
 * @throws BoundError when the reads hold too many elements together
 */
export function setHistory(operations: readonly Operation[]): SetHistory {
  const drafts = new Map<Identity, Draft>();
  const draftOf = (value: HistoryValue): Draft => {
    const identity = identityOf(value);
    let draft = drafts.get(identity);
    if (draft === undefined) {
      drafts.set(identity, (draft = { value, adds: [], failed: undefined, known: undefined, seenBy: [] }));
    }
    return draft;
  };
  for (const add of operations) {
    if (add.f !== "add") continue;
    const draft = draftOf(add.value ?? null);
    if (add.outcome === "fail") draft.failed ??= add;
    else draft.adds.push(add);
    if (add.outcome === "ok") makeKnown(draft, add);
  }
  const reads = operations.filter(({ f, outcome }) => f === "read" && outcome === "ok");
  const repeated: RepeatedElement[] = [];
  let size = 0;
  reads.forEach((read, number) => {
    const list = read.value ?? [];
    if (!isList(list))
      throw new HistoryError(read.start, `a read of a set found ${JSON.stringify(list)}, which is no list`);
    size += list.length;
    refuseAbove("elements read", size, MAX_READ_ELEMENTS);
    for (const value of list) {
      const draft = draftOf(value);
      if (draft.seenBy[draft.seenBy.length - 1] === number) {
        repeated.push({ read, value });
        continue;
      }
      draft.seenBy.push(number);
      makeKnown(draft, read);
    }
  });
  return { elements: [...drafts.values()].map((draft) => elementOf(draft, reads)), reads, repeated };
}

function makeKnown(draft: Draft, by: Operation): void {
  if (draft.known === undefined || by.end < draft.known.end) draft.known = by;
}

function elementOf({ value, adds, failed, known, seenBy }: Draft, reads: readonly Operation[]): SetElement {
  const lastPresent = reads[seenBy[seenBy.length - 1] ?? -1];
  // The last read that is not among those that saw it: both are walked from their ends for as long as they agree.
  let absent = reads.length - 1;
  for (let at = seenBy.length - 1; at >= 0 && seenBy[at] === absent; at--) absent--;
  const lastAbsent = reads[absent];
  const missedLast = lastAbsent !== undefined && (lastPresent === undefined || lastPresent.start < lastAbsent.start);
  const missedKnown = known !== undefined && lastAbsent !== undefined && known.end < lastAbsent.start;
  const stable = lastPresent !== undefined && !missedLast;
  return {
    value,
    adds,
    failed,
    known,
    lastPresent,
    lastAbsent,
    outcome: stable ? "stable" : missedLast && missedKnown ? "lost" : "never-read",
    stale: stable && missedKnown,
    staleFor: stable && missedKnown ? lastAbsent.invoked - known.completed : 0,
  };
}
