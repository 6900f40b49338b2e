import type { Position } from "../replication/position.ts";
import { decodeChanges } from "../replication/stored-changes.ts";
import type { LocalCopy } from "./local-copy.ts";
import type { NodeContext } from "./node-context.ts";
import type { Fetched } from "./stream-protocol.ts";

/** Bytes of entries that are looked through together. */
const READ_BYTES = 64 << 10;

/** The primary whose branch a node goes over to. */
export interface RewindSource {
  readonly epoch: number;
  /** What keys hold there, as of one moment; undefined when the connection ends. */
  fetch(keys: readonly Uint8Array[]): Promise<Fetched | undefined>;
}

/**
 * Takes a node's data back from a branch of its own to where the branch parted from the primary's (as pg_rewind does): the
 * keys that the branch has changed get the values that they have at the primary, at some later position; from there on, once
 * all between has been applied, the data is that of one moment again.
 */
export class Rewind {
  protected readonly context: NodeContext;
  protected readonly copy: LocalCopy;

  constructor(context: NodeContext, copy: LocalCopy) {
    this.context = context;
    this.copy = copy;
  }

  /**
   * @param ancestor LSN of the last entry in common
   * @returns why it cannot be done, so that all data must be copied; undefined when it was done
   * @throws whatever reading, writing and fetching throw: what is durable then is the old end of the log, or a part of this
   */
  async run(ancestor: number, source: RewindSource): Promise<string | undefined> {
    const { context, copy } = this;
    const { log, store } = copy;
    // What an earlier stream, or this node as primary, has begun to apply.
    await copy.quiet();
    if (ancestor < log.base.lsn) return "the log does not go back so far";
    if (!copy.consistent) return "a former rewind was never completed";
    const { applied, last } = { applied: store.applied, last: log.last };
    let undone = 0;
    if (applied.lsn > ancestor) {
      const keys = await this.keysChanged(ancestor + 1, applied.lsn);
      if (keys === undefined) return `more than ${context.settings.rewoundKeys} keys were changed since`;
      const fetched = await source.fetch(keys);
      if (fetched === undefined) return undefined;
      if (fetched.at < ancestor) return "the primary is not so far itself";
      const at: Position = { epoch: log.epochAt(ancestor) ?? 0, lsn: ancestor };
      // Durable before the log is cut: the log alone tells which keys are not to be trusted.
      await copy.overwrite(fetched.changes, at, { epoch: source.epoch, lsn: fetched.at });
      undone = keys.length;
    }
    await this.truncate(ancestor);
    context.host.trace({
      kind: "rewound",
      from: last.lsn,
      to: ancestor,
      keys: undone,
      consistentFrom: copy.consistentFrom.lsn,
    });
    return undefined;
  }

  /** Takes the branch off the log. */
  protected truncate(ancestor: number): Promise<void> {
    return this.copy.log.truncateAfter(ancestor);
  }

  /** The keys that entries change, each once; undefined when they are too many. */
  private async keysChanged(from: number, to: number): Promise<Uint8Array[] | undefined> {
    const keys = new Map<string, Uint8Array>();
    for (let next = from; next <= to;) {
      const entries = await this.copy.log.entries(next, { maxBytes: READ_BYTES, to });
      for (const { payload } of entries) for (const { key } of decodeChanges(payload)) keys.set(key.join(), key);
      if (keys.size > this.context.settings.rewoundKeys) return undefined;
      next += entries.length;
    }
    return [...keys.values()];
  }
}
