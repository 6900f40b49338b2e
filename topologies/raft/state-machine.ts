import type { Codec } from "../../host/codec.ts";
import { effectOf, keysToRead, kindOf, type Found, type KeyedOperation } from "../effect.ts";
import type { LogEntry } from "../replication/position.ts";
import type { ReplicatedStore } from "../replication/replicated-store.ts";
import { encodeStoredChanges, storedChange, type StoredChange } from "../replication/stored-changes.ts";
import { storedKey } from "../stored-values.ts";
import { type Command, decodeCommand } from "./command.ts";
import { type Configuration, decodeConfiguration } from "./core/configuration.ts";
import type { Entry } from "./core/entry.ts";
import { type AppliedOutcome, type Outcome, type Sessions, SESSION_KEYS } from "./sessions.ts";

/** Behind all registers, under a letter of its own (see topologies/stored-values.ts). */
const CONFIGURATION_KEY: Uint8Array = (() => Uint8Array.of(0xff, "m".charCodeAt(0)))();

/** What earlier entries of a batch have made of keys, by {@link nameOf}. */
type Overlay = Map<string, Uint8Array | undefined>;

/**
 * The data that a node's log comes to. Each command is carried out when it is applied, on what the commands before it have
 * left, so that all nodes come to the same; data, sessions, configuration and the position are changed in one write.
 */
export class StateMachine {
  readonly store: ReplicatedStore;
  protected readonly sessions: Sessions;
  private readonly codec: Codec;

  /** @param sessions empty; see {@link load} */
  constructor(store: ReplicatedStore, sessions: Sessions, codec: Codec) {
    this.store = store;
    this.sessions = sessions;
    this.codec = codec;
  }

  /** Reads what it keeps in memory. @throws whatever the engine's reads throw */
  async load(): Promise<void> {
    const stored: [Uint8Array, Uint8Array][] = [];
    for await (const [key, value] of this.store.database.iterator(SESSION_KEYS)) stored.push([key, value]);
    this.sessions.load(stored);
  }

  /** The configuration that the data was agreed on in last; undefined before the first change of it. */
  async configuration(): Promise<Configuration | undefined> {
    const stored = await this.store.database.get(CONFIGURATION_KEY);
    return stored === undefined ? undefined : decodeConfiguration(this.codec, stored);
  }

  /**
   * Applies entries, together or not at all.
   *
   * @returns what each came to, in their order; undefined for one that nobody asked for
   * @throws MalformedCommandError, StoredValueError, and whatever the store throws
   */
  async apply(entries: readonly Entry[]): Promise<readonly (AppliedOutcome | undefined)[]> {
    const overlay: Overlay = new Map();
    const outcomes: (AppliedOutcome | undefined)[] = [];
    const changed: LogEntry[] = [];
    for (const entry of entries) {
      const { index, term, kind, payload } = entry;
      const changes: StoredChange[] = [];
      let outcome: AppliedOutcome | undefined;
      if (kind === "configuration") changes.push({ key: CONFIGURATION_KEY, value: payload });
      else if (kind === "normal") {
        const command = decodeCommand(this.codec, index, payload);
        outcome = await this.carryOut(command, entry, changes, overlay);
      }
      outcomes.push(outcome);
      changed.push({ epoch: term, lsn: index, payload: encodeStoredChanges(changes) });
    }
    await this.store.apply(changed);
    return outcomes;
  }

  /** Whether a command is carried out: not one that was, nor one of which that cannot be told. */
  protected isNew(command: Extract<Command, { readonly kind: "operation" }>): boolean {
    return command.origin === undefined || this.sessions.find(command.origin) === "new";
  }

  private async carryOut(
    command: Command,
    { index, term }: Entry,
    changes: StoredChange[],
    overlay: Overlay,
  ): Promise<AppliedOutcome> {
    if (command.kind === "open-session") {
      changes.push(...this.sessions.open(index));
      return { index, term, outcome: { ok: true, value: index } };
    }
    const { origin, operation } = command;
    if (origin !== undefined && !this.isNew(command)) {
      const known = this.sessions.find(origin);
      return typeof known === "object" ? known : { index, term, outcome: refusedSession(known === "expired") };
    }
    const outcome = await this.evaluate(operation, changes, overlay);
    const applied = { index, term, outcome };
    if (origin !== undefined) changes.push(...this.sessions.add(origin, applied));
    return applied;
  }

  private async evaluate(operation: KeyedOperation, changes: StoredChange[], overlay: Overlay): Promise<Outcome> {
    const effect = effectOf(operation, await this.find(operation, overlay));
    if (effect.refused) return { ok: false, code: effect.code, message: effect.message };
    for (const change of effect.changes) {
      overlay.set(nameOf(change.kind, change.key), change.value);
      changes.push(storedChange(change));
    }
    return { ok: true, value: effect.value };
  }

  private async find(operation: KeyedOperation, overlay: Overlay): Promise<Found> {
    const kind = kindOf(operation);
    const found = new Map<string, Uint8Array | undefined>();
    for (const key of keysToRead(operation)) {
      const name = nameOf(kind, key);
      const held = overlay.has(name) ? overlay.get(name) : this.store.database.lookup(storedKey(kind, key));
      found.set(key, held instanceof Promise ? await held : held);
    }
    return found;
  }
}

function nameOf(kind: string, key: string): string {
  return `${kind} ${key}`;
}

function refusedSession(expired: boolean): Outcome {
  return expired
    ? { ok: false, code: "session-expired", message: "too many clients came after; begin a new session" }
    : { ok: false, code: "session-stale", message: "the session has gone on to later commands" };
}
