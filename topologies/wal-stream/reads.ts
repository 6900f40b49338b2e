import type { Condition } from "../../engine/index.ts";
import type { Duration } from "../../host/time.ts";
import type { ClientOperation } from "../operation.ts";
import { epochOf, placeOf, positionOf } from "../position.ts";
import type { ClientReply, RequestTerms } from "../protocol.ts";
import { readOperation } from "../read-operation.ts";
import { failed } from "../refusal.ts";
import { NOT_PRIMARY } from "../routed-client.ts";
import type { EpochHistory } from "./epoch-history.ts";
import type { Freshness } from "./freshness.ts";
import type { LocalCopy } from "./local-copy.ts";
import type { NodeContext } from "./node-context.ts";

/** The node that reads are answered for. */
export interface ReadHome {
  readonly context: NodeContext;
  /** Data that may be read: whole, of one moment, and as new as the role demands; undefined while there is none. */
  readonly readable: LocalCopy | undefined;
  /** Whether it is the primary, and serves. */
  readonly leads: boolean;
  /** Who is, as far as it knows. */
  readonly primaryHint: string | undefined;
  readonly history: EpochHistory;
  readonly freshness: Freshness;
  /** Notified when more was applied, or more is known. */
  readonly progressed: Condition;
  /** Asks the primary how far it is. */
  ping(): void;
}

/** Answers reads, as new as they ask. */
export class Reads {
  protected readonly home: ReadHome;

  constructor(home: ReadHome) {
    this.home = home;
  }

  /** @throws whatever the engine's reads throw */
  async answer(operation: ClientOperation, terms: RequestTerms): Promise<ClientReply> {
    const { home } = this;
    const { name } = home.context.host;
    if (terms.fromPrimary === true && !home.leads) {
      const { primaryHint: primary } = home;
      const message = `${name} is not the primary`;
      return {
        ok: false,
        outcome: "failed",
        code: NOT_PRIMARY,
        message,
        ...(primary === undefined ? {} : { primary }),
      };
    }
    const refused = (await this.awaitPositions(terms)) ?? (await this.awaitFreshness(terms.staleness));
    if (refused !== undefined) return refused;
    const { readable } = home;
    if (readable === undefined) return failed("not-consistent", `${name} has no data that may be read now`);
    if (terms.fromPrimary === true && !home.leads) return failed(NOT_PRIMARY, `${name} is not the primary any more`);
    // In one synchronous stretch: the position is that of the view that is read.
    const position = this.positionAt(readable.visible.lsn);
    return { ok: true, value: await readOperation(readable.database, operation), position };
  }

  /**
   * The position of the data up to an entry: in the epoch that the node follows, once it has all that this began with; before,
   * in that of the entry. Else a node that is behind would seem to be ahead of those who read in earlier epochs.
   */
  protected positionAt(lsn: number): number {
    const { history } = this.home;
    return positionOf(lsn >= history.lastStart ? history.last : history.epochAt(lsn), lsn);
  }

  /** Whether the data is old enough to be younger than so many nanoseconds, whatever this node's clock does. */
  protected isFresh(asOf: number | undefined, now: number, bound: Duration): boolean {
    if (asOf === undefined) return false;
    const { clockError } = this.home.context.settings;
    return Math.ceil(((now - asOf) * (1_000_000 + clockError)) / 1_000_000) <= bound;
  }

  /** Waits until all that a session has seen is here. @returns the refusal, when it is not, in time or ever */
  protected async awaitPositions({ atLeast, earlier = [] }: RequestTerms): Promise<ClientReply | undefined> {
    if (atLeast === undefined) return undefined;
    const { home } = this;
    const seen = [...earlier, atLeast].map((position) => ({ epoch: epochOf(position), lsn: placeOf(position) }));
    const lost = (): (typeof seen)[number] | undefined =>
      home.readable === undefined
        ? undefined
        : seen.find(({ epoch, lsn }) => home.history.contains(epoch, lsn) === false);
    const isHere = (): boolean =>
      seen.every(
        ({ epoch, lsn }) => home.history.contains(epoch, lsn) === true && (home.readable?.visible.lsn ?? -1) >= lsn,
      );
    await this.until(() => lost() !== undefined || isHere());
    const gone = lost();
    if (gone !== undefined) {
      const { epoch, lsn } = gone;
      return failed("position-lost", `a failover has left position ${epoch}/${lsn} behind; begin a new session`);
    }
    if (isHere()) return undefined;
    return failed("behind", `position ${epochOf(atLeast)}/${placeOf(atLeast)} has not come in time; ask another node`);
  }

  private async awaitFreshness(bound: Duration | undefined): Promise<ClientReply | undefined> {
    if (bound === undefined) return undefined;
    const { home } = this;
    const { clock } = home.context.host;
    const fresh = (): boolean => home.leads || this.isFresh(home.freshness.asOf, clock.monotonic(), bound);
    if (fresh()) return undefined;
    home.ping();
    await this.until(fresh);
    return fresh()
      ? undefined
      : failed("too-stale", `the data may be older than ${bound} ns; ask another node, or for less`);
  }

  /** Waits until something is so, but not longer than a read may. */
  private async until(isSo: () => boolean): Promise<void> {
    if (isSo()) return;
    const { context, progressed } = this.home;
    const wait = { over: false };
    const timer = context.host.clock.timer(context.settings.readPatience, () => {
      wait.over = true;
      progressed.notify();
    });
    while (!wait.over && !isSo()) await progressed.wait();
    timer.cancel();
  }
}
