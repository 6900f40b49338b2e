import { refuseAbove } from "./bound.ts";
import { describeKey, describeValue } from "./describe-value.ts";
import type { HistoryValue, Operation } from "./history.ts";
import { Origins, type Origin } from "./origins.ts";
import { isAnswer, isChange, leftBy, registersOf } from "./registers.ts";
import { ViolationLog, type CountedResult, type ReportOptions } from "./violation-log.ts";

/** Terry et al., "Session Guarantees for Weakly Consistent Replicated Data", 1994, section 3. A session is a process. */
export const SESSION_GUARANTEES = [
  "read-your-writes",
  "monotonic-reads",
  "monotonic-writes",
  "writes-follow-reads",
] as const;

export type SessionGuarantee = (typeof SESSION_GUARANTEES)[number];

export interface SessionOptions extends ReportOptions {
  /** What is promised; all four unless given. */
  readonly guarantees?: readonly SessionGuarantee[] | undefined;
  /** What every register holds before its first write; null unless given. */
  readonly initial?: HistoryValue | undefined;
  /**
   * Whether a read's position is that of the very state it was answered from, so that it has to give the newest value up
   * to there. Else it is no earlier than that state: no unless given.
   */
  readonly exactPositions?: boolean | undefined;
}

/** The most that is remembered of what sessions have seen. */
const MAX_FRONTIERS = 4_000_000;
/** The most that is followed from one session to another. */
const MAX_FOLLOWED = 100_000_000;

/**
 * Checks session guarantees of registers. Of two writes to one key, that with the lower position came first; where a
 * position is not known, that which had happened before the other was invoked; what was concurrent accuses nobody. A read
 * of what several operations may have left counts as of the newest.
 *
 * Kinds are the names of the guarantees. Monotonic writes and writes-follow-reads are broken by positions out of the order
 * of a session, or in the eyes of an observer: it saw a session's later write and afterwards not the earlier one, or what
 * the session had seen before. The latter takes monotonic reads for granted, so it is judged only where those are promised
 * too. "contradicted-position": a read that stands at a position whose value it does not give.
 *
 * In time linear in the history, times a logarithm, and in what sessions see of one another.
 *
 * @throws BoundError when sessions see too much of one another
 */
export function checkSessionGuarantees(operations: readonly Operation[], options: SessionOptions = {}): CountedResult {
  const log = new ViolationLog(options);
  const guarantees = new Set(options.guarantees ?? SESSION_GUARANTEES);
  const changes: Operation[] = [];
  const seen: (Origin | undefined)[] = [];
  const numbers = new Map<Operation, number>();
  for (const register of registersOf(operations).values()) {
    const origins = new Origins(register, options.initial);
    const positions = new Positions(register, options.exactPositions ?? false);
    for (const operation of register) {
      const origin = isAnswer(operation) ? origins.of(operation) : undefined;
      numbers.set(operation, changes.length);
      changes.push(operation);
      seen.push(origin);
      if (origin !== undefined) positions.corroborate(operation, origin, log);
    }
  }
  const inTurn = changes.map((_, at) => at).sort((a, b) => (changes[a]?.index ?? 0) - (changes[b]?.index ?? 0));
  const sessions = new Map<number, Session>();
  const sessionOf = (process: number): Session => {
    let session = sessions.get(process);
    if (session === undefined) sessions.set(process, (session = new Session()));
    return session;
  };
  // What each session did, and where in it each of its changes stands: an observer may see them before it is their turn.
  const places = new Map<Operation, number>();
  for (const at of inTurn) {
    const operation = changes[at] as Operation;
    const session = sessionOf(operation.process);
    if (isChange(operation)) places.set(operation, session.log.length);
    if (isChange(operation) && operation.outcome === "ok") session.log.push({ change: operation, by: operation });
    const change = seen[at]?.change;
    if (change !== undefined) session.log.push({ change, by: operation });
  }
  const judge = new SessionJudge(sessions, places, guarantees, log);
  for (const at of inTurn) {
    const operation = changes[at] as Operation;
    const origin = seen[at];
    if (origin !== undefined) judge.read(operation, origin);
    else if (isChange(operation)) judge.change(operation);
  }
  return log.result();
}

/** A change that a session has made or seen. */
interface Noted {
  readonly change: Operation;
  /** What the session did: the change itself, or a read that saw it. */
  readonly by: Operation;
  /** Of what it owes to another session: the change of that session which it saw. */
  readonly later?: Operation | undefined;
}

/** Of changes to one key, those that it takes to tell whether something is certainly older than one of them. */
class Frontier {
  protected highest: Noted | undefined;
  protected latest: Noted | undefined;
  protected latestUnplaced: Noted | undefined;

  add(noted: Noted): void {
    const { start, position } = noted.change;
    if (this.latest === undefined || start > this.latest.change.start) this.latest = noted;
    if (position === undefined) {
      if (this.latestUnplaced === undefined || start > this.latestUnplaced.change.start) this.latestUnplaced = noted;
    } else if (position > this.highestPosition()) this.highest = noted;
  }

  /** A change that came after all that may have left what was read. */
  newerThan(read: Operation, { position, end }: Origin): Noted | undefined {
    if ((position ?? read.position ?? Infinity) < this.highestPosition()) return this.highest;
    const latest = position === undefined ? this.latest : this.latestUnplaced;
    return latest !== undefined && end < latest.change.start ? latest : undefined;
  }

  /** A change with a position above that of a later one. */
  above({ position }: Operation): Noted | undefined {
    return position !== undefined && position < this.highestPosition() ? this.highest : undefined;
  }

  protected highestPosition(): number {
    return this.highest?.change.position ?? -Infinity;
  }
}

class Session {
  /** What it changed and saw, in its order. */
  readonly log: Noted[] = [];
  /** By guarantee and key: what its reads must not be older than. */
  readonly owed = new Map<SessionGuarantee, Map<string, Frontier>>();
  /** By session: how much of its log was taken over. */
  readonly followed = new Map<number, number>();
}

class SessionJudge {
  protected readonly sessions: ReadonlyMap<number, Session>;
  protected readonly places: ReadonlyMap<Operation, number>;
  protected readonly guarantees: ReadonlySet<SessionGuarantee>;
  protected readonly log: ViolationLog;
  protected frontiers = 0;
  protected steps = 0;

  constructor(
    sessions: ReadonlyMap<number, Session>,
    places: ReadonlyMap<Operation, number>,
    guarantees: ReadonlySet<SessionGuarantee>,
    log: ViolationLog,
  ) {
    this.sessions = sessions;
    this.places = places;
    this.guarantees = guarantees;
    this.log = log;
  }

  read(read: Operation, origin: Origin): void {
    const session = this.sessions.get(read.process) as Session;
    for (const guarantee of SESSION_GUARANTEES) {
      const newer = session.owed
        .get(guarantee)
        ?.get(read.key ?? "")
        ?.newerThan(read, origin);
      if (newer !== undefined) this.reportRead(guarantee, read, newer);
    }
    const { change } = origin;
    if (change === undefined) return;
    this.owe(session, "monotonic-reads", { change, by: read });
    if (change.process !== read.process && this.guarantees.has("monotonic-reads")) this.follow(session, read, change);
  }

  change(change: Operation): void {
    const session = this.sessions.get(change.process) as Session;
    const earlier = session.owed
      .get("read-your-writes")
      ?.get(change.key ?? "")
      ?.above(change);
    if (earlier !== undefined) this.reportPositions("monotonic-writes", change, earlier);
    const seen = session.owed
      .get("monotonic-reads")
      ?.get(change.key ?? "")
      ?.above(change);
    if (seen !== undefined) this.reportPositions("writes-follow-reads", change, seen);
    if (change.outcome === "ok") this.owe(session, "read-your-writes", { change, by: change });
  }

  /** From what a session wrote follows what it had written and seen before. */
  protected follow(session: Session, read: Operation, later: Operation): void {
    const { log } = this.sessions.get(later.process) as Session;
    const end = this.places.get(later) ?? 0;
    const begin = session.followed.get(later.process) ?? 0;
    if (end <= begin) return;
    session.followed.set(later.process, end);
    this.steps += end - begin;
    refuseAbove("operations that sessions see of one another", this.steps, MAX_FOLLOWED);
    for (const { change, by } of log.slice(begin, end)) {
      this.owe(session, change === by ? "monotonic-writes" : "writes-follow-reads", { change, by: read, later });
    }
  }

  protected owe(session: Session, guarantee: SessionGuarantee, noted: Noted): void {
    let keys = session.owed.get(guarantee);
    if (keys === undefined) session.owed.set(guarantee, (keys = new Map<string, Frontier>()));
    const key = noted.change.key ?? "";
    let frontier = keys.get(key);
    if (frontier === undefined) {
      keys.set(key, (frontier = new Frontier()));
      refuseAbove("registers that sessions have seen", ++this.frontiers, MAX_FRONTIERS);
    }
    frontier.add(noted);
  }

  protected reportRead(guarantee: SessionGuarantee, read: Operation, { change, by, later }: Noted): void {
    if (!this.guarantees.has(guarantee)) return;
    this.log.add(guarantee, () => ({
      operations: [read, by, ...(by === change ? [] : [change]), ...(later === undefined ? [] : [later])].map(
        ({ index }) => index,
      ),
      message: {
        id: `anomaly-${guarantee}`,
        params: {
          process: read.process,
          key: describeKey(read.key),
          value: describeValue(read.value),
          time: read.invoked,
          newer: describeValue(leftBy(change)),
          since: by.invoked,
          ...(later === undefined
            ? {}
            : { writer: later.process, later: describeValue(leftBy(later)), laterKey: describeKey(later.key) }),
        },
      },
    }));
  }

  protected reportPositions(guarantee: SessionGuarantee, change: Operation, { change: earlier, by }: Noted): void {
    if (!this.guarantees.has(guarantee)) return;
    this.log.add(guarantee, () => ({
      operations: [change.index, by.index, ...(by === earlier ? [] : [earlier.index])],
      message: {
        id: `anomaly-${guarantee}-position`,
        params: {
          process: change.process,
          key: describeKey(change.key),
          value: describeValue(leftBy(change)),
          time: change.invoked,
          position: change.position ?? -1,
          newer: describeValue(leftBy(earlier)),
          since: by.invoked,
          newerPosition: earlier.position ?? -1,
        },
      },
    }));
  }
}

/** The acknowledged changes of a register by position. */
class Positions {
  protected readonly changes: readonly Operation[];
  protected readonly exact: boolean;

  constructor(register: readonly Operation[], exact: boolean) {
    this.exact = exact;
    this.changes = register
      .filter((change) => isChange(change) && change.outcome === "ok" && change.position !== undefined)
      .sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
  }

  /** Holds the position that a read stands at against what it gave. */
  corroborate(read: Operation, { change, position }: Origin, log: ViolationLog): void {
    if (read.position === undefined || position === undefined) return;
    const latest = this.exact ? this.upTo(read.position) : undefined;
    const missed = latest !== undefined && (latest.position ?? -Infinity) > position ? latest : undefined;
    const ahead = change !== undefined && position > read.position ? change : undefined;
    const against = ahead ?? missed;
    if (against === undefined) return;
    log.add("contradicted-position", () => ({
      operations: [read.index, against.index],
      message: {
        id: ahead === undefined ? "anomaly-contradicted-position" : "anomaly-contradicted-position-ahead",
        params: {
          process: read.process,
          key: describeKey(read.key),
          value: describeValue(read.value),
          time: read.invoked,
          position: read.position ?? -1,
          writer: against.process,
          written: describeValue(leftBy(against)),
          writtenPosition: against.position ?? -1,
        },
      },
    }));
  }

  protected upTo(position: number): Operation | undefined {
    let [low, high] = [0, this.changes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.changes[middle]?.position ?? Infinity) <= position) low = middle + 1;
      else high = middle;
    }
    return this.changes[low - 1];
  }
}
