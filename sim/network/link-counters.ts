/**
 * Why a packet did not reach its receiver: by chance, by a rule, because too much was queued for its link, because its host
 * has no power or does not exist, because nobody has the port open, or because the receiver's buffer was full.
 */
export const dropCauses = ["loss", "rule", "queue-full", "host-down", "no-host", "port-closed", "buffer-full"] as const;

export type DropCause = (typeof dropCauses)[number];

/**
 * What a link carried. Packets are transmissions, so retransmissions count again; bytes include headers. A connection's
 * bare acknowledgements are not counted. Always: sent + duplicated = delivered + dropped + {@link underWay}.
 */
export class LinkCounters {
  sent = 0;
  sentBytes = 0;
  /** Second copies that the link made. */
  duplicated = 0;
  /** That were let out of their order: later ones may overtake them. */
  reordered = 0;
  delivered = 0;
  deliveredBytes = 0;
  dropped = 0;
  droppedBytes = 0;
  readonly droppedBy: Record<DropCause, number> = {
    loss: 0,
    rule: 0,
    "queue-full": 0,
    "host-down": 0,
    "no-host": 0,
    "port-closed": 0,
    "buffer-full": 0,
  };

  /** Packets that are on their way or held by a clog. */
  get underWay(): number {
    return this.sent + this.duplicated - this.delivered - this.dropped;
  }

  /** Adds another's counts to this one's. */
  add(other: LinkCounters): void {
    this.sent += other.sent;
    this.sentBytes += other.sentBytes;
    this.duplicated += other.duplicated;
    this.reordered += other.reordered;
    this.delivered += other.delivered;
    this.deliveredBytes += other.deliveredBytes;
    this.dropped += other.dropped;
    this.droppedBytes += other.droppedBytes;
    for (const cause of dropCauses) this.droppedBy[cause] += other.droppedBy[cause];
  }
}
