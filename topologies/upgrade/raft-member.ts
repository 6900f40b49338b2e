import type { Host } from "../../host/host.ts";
import { type ClientOperation, isReadOnly } from "../operation.ts";
import { epochOf, LAST_EPOCH, placeOf, positionOf } from "../position.ts";
import type { ClientReply, RequestTerms } from "../protocol.ts";
import { RaftNode } from "../raft/node.ts";
import type { RaftParts } from "../raft/parts.ts";
import type { ModeSettings } from "../raft/settings.ts";
import { failed } from "../refusal.ts";
import type { ClusterConfig } from "../topology.ts";
import type { EpochHistory } from "../wal-stream/epoch-history.ts";

/**
 * A Raft node of a cluster that streamed its log before: clients go on with the positions that they have seen. Its positions come
 * behind all that streaming has given out, and of those it knows which were left behind.
 *
 * What else a read may ask for, being the primary's or within a bound, is less than any of its reads gives.
 */
export class RaftMember extends RaftNode {
  private readonly history: EpochHistory;

  /** @param history of the data, streamed and since */
  constructor(host: Host, config: ClusterConfig, mode: ModeSettings, parts: RaftParts, history: EpochHistory) {
    super(host, config, mode, parts);
    this.history = history;
  }

  protected override async answer(operation: ClientOperation, terms: RequestTerms): Promise<ClientReply> {
    const gone = isReadOnly(operation) ? this.leftBehind(terms) : undefined;
    if (gone !== undefined) {
      const place = `${epochOf(gone)}/${placeOf(gone)}`;
      return failed("position-lost", `a failover has left position ${place} behind; begin a new session`);
    }
    const reply = await super.answer(operation, terms);
    // Another node's, to which it was handed on, says so already.
    const isOwn = reply.ok && reply.position !== null && epochOf(reply.position) === 0;
    return isOwn ? { ...reply, position: positionOf(LAST_EPOCH, placeOf(reply.position)) } : reply;
  }

  /** What a session has seen that the data does not have, and never will: a failover came before it was carried over. */
  protected leftBehind({ atLeast, earlier = [] }: RequestTerms): number | undefined {
    const seen = atLeast === undefined ? earlier : [...earlier, atLeast];
    return seen.find((position) => this.history.contains(epochOf(position), placeOf(position)) === false);
  }
}
