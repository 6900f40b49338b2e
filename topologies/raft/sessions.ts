import type { Codec } from "../../host/codec.ts";
import type { DataValue } from "../operation.ts";
import type { StoredChange } from "../replication/stored-changes.ts";
import { utf8 } from "../text.ts";
import type { CommandOrigin } from "./command.ts";

/** What a command came to: what its client is told, however often it asks. */
export type Outcome =
  | { readonly ok: true; readonly value: DataValue }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** An outcome, and the entry that brought it about. */
export interface AppliedOutcome {
  readonly index: number;
  readonly term: number;
  readonly outcome: Outcome;
}

/** One client's. */
interface Session {
  /** Index of the entry that spoke of it last. */
  used: number;
  /** Below it nothing is remembered, nor carried out. */
  received: number;
  readonly outcomes: Map<number, AppliedOutcome>;
}

/** What is known of a command before it is carried out. */
export type SessionAnswer = "new" | "expired" | "stale" | AppliedOutcome;

/**
 * Which commands of which clients have been applied, and what they came to (dissertation 6.3): part of the data, changed in the
 * same writes, the same on all nodes. Bounded: of too many sessions, the one goes that was used least recently.
 *
 * Kept in the database under a letter of its own, and in memory as it is there.
 */
export class Sessions {
  private readonly codec: Codec;
  private readonly most: number;
  private readonly sessions = new Map<number, Session>();

  constructor(codec: Codec, most: number) {
    this.codec = codec;
    this.most = most;
  }

  get count(): number {
    return this.sessions.size;
  }

  /** Takes over what is stored. */
  load(stored: Iterable<readonly [Uint8Array, Uint8Array]>): void {
    this.sessions.clear();
    for (const [, value] of stored) {
      const [id, used, received, flat] = this.codec.decode(value) as [number, number, number, readonly unknown[]];
      const outcomes = new Map<number, AppliedOutcome>();
      for (let at = 0; at < flat.length; at += 4) {
        const [sequence, index, term, outcome] = flat.slice(at, at + 4) as [number, number, number, Outcome];
        outcomes.set(sequence, { index, term, outcome });
      }
      this.sessions.set(id, { used, received, outcomes });
    }
  }

  /** Begins a session. Its id is the index of the entry that does so. @returns what to store */
  open(index: number): StoredChange[] {
    const changes: StoredChange[] = [];
    this.sessions.set(index, { used: index, received: 1, outcomes: new Map() });
    changes.push(this.stored(index));
    if (this.sessions.size <= this.most) return changes;
    let oldest = index;
    for (const [id, { used }] of this.sessions) {
      if (used < (this.sessions.get(oldest) as Session).used) oldest = id;
    }
    this.sessions.delete(oldest);
    changes.push({ key: sessionKey(oldest), value: undefined });
    return changes;
  }

  /**
   * What is known of a command. Of an expired session nothing is known: carrying its commands out could be the second time.
   */
  find({ session, sequence }: CommandOrigin): SessionAnswer {
    const found = this.sessions.get(session);
    if (found === undefined) return "expired";
    return found.outcomes.get(sequence) ?? (sequence < found.received ? "stale" : "new");
  }

  /** Remembers what a command came to. @returns what to store */
  add({ session, sequence, received }: CommandOrigin, applied: AppliedOutcome): StoredChange[] {
    const found = this.sessions.get(session);
    if (found === undefined) return [];
    found.used = applied.index;
    found.received = Math.max(found.received, received);
    for (const each of found.outcomes.keys()) if (each < found.received) found.outcomes.delete(each);
    found.outcomes.set(sequence, applied);
    return [this.stored(session)];
  }

  private stored(id: number): StoredChange {
    const { used, received, outcomes } = this.sessions.get(id) as Session;
    const flat: unknown[] = [];
    for (const [sequence, { index, term, outcome }] of outcomes) flat.push(sequence, index, term, outcome);
    return { key: sessionKey(id), value: this.codec.encode([id, used, received, flat]) };
  }
}

/** Behind all registers, under a letter of their own (see topologies/stored-values.ts). */
const LETTER = "x";

export const SESSION_KEYS: { readonly gte: Uint8Array; readonly lt: Uint8Array } = (() => ({
  gte: Uint8Array.of(0xff, LETTER.charCodeAt(0)),
  lt: Uint8Array.of(0xff, LETTER.charCodeAt(0) + 1),
}))();

function sessionKey(id: number): Uint8Array {
  const name = utf8(LETTER + String(id));
  const key = new Uint8Array(1 + name.length);
  key[0] = 0xff;
  key.set(name, 1);
  return key;
}
