import type { Duration } from "../../host/time.ts";
import { EventKind } from "../event-kind.ts";
import type { EventToken, Kernel } from "../kernel.ts";
import type { SimulatedConnection } from "./connection.ts";
import type { ConnectionOptions } from "./connection-options.ts";
import type { Link } from "./link.ts";
import { messageCost, Segment } from "./segment.ts";
import { Waiters } from "./waiters.ts";

/** A retransmission waits at most this many doublings longer than the first. */
const MOST_DOUBLINGS = 9;

/**
 * The sending half of a connection: windows, retransmission and back-pressure.
 *
 * It knows at once what a real sender learns by waiting: whether a segment will arrive and be acknowledged. So a segment
 * that gets through costs one event, its arrival, and timers exist for those alone that went missing. What the node can
 * observe is what waiting would have shown it.
 */
export class OutgoingStream {
  private readonly connection: SimulatedConnection;
  private readonly kernel: Kernel;
  private readonly link: Link;
  private readonly reverse: Link;
  private readonly options: ConnectionOptions;
  private readonly senders: Waiters<void>;
  private nextSequence: number;
  private over = false;
  /** Sent by the node but not yet on the wire, for want of window or of a peer that answers. */
  private unsent: Segment[] = [];
  private unsentBytes = 0;
  /** Bytes under way to, or unread by, the peer's node. */
  private outstanding = 0;
  /** Bytes that the peer's node has read, of which this end has not heard yet. */
  private credit = 0;
  private creditPending = false;
  /** Word of it did not get through at the first attempt. */
  private probing = false;
  /** Segments to send again, in order. */
  private missing: Segment[] = [];
  /** Since when nothing was answered though something is due; -1 when all is well. */
  private silentSince: Duration = -1;
  private doublings = 0;
  private timer: EventToken | undefined;
  private timerAt: Duration = 0;
  /** Missing segments whose transmission has a lower number are known to be lost: later ones were answered. */
  private lostBefore = 0;
  private finSent = false;

  /** @param firstSequence 0 for the end that opened the connection, whose first segment completes the handshake; else 1 */
  constructor(connection: SimulatedConnection, link: Link, reverse: Link, firstSequence: number) {
    this.connection = connection;
    this.kernel = connection.host.kernel;
    this.options = connection.host.options;
    this.link = link;
    this.reverse = reverse;
    this.senders = new Waiters(this.kernel, connection.life);
    this.nextSequence = firstSequence;
  }

  get waitingTasks(): readonly string[] {
    return this.senders.tasks;
  }

  /** Completes the handshake. */
  acknowledgeOpening(): void {
    this.enqueue("ack", undefined);
  }

  /**
   * Takes a message to send.
   *
   * @param message a copy that nobody else holds
   * @returns whether there is room for another; if not, {@link whenRoom} resolves once there is
   */
  send(message: Uint8Array): boolean {
    this.enqueue("data", message);
    return this.unsentBytes < this.options.sendBuffer;
  }

  whenRoom(): Promise<void> {
    return this.senders.wait();
  }

  /** Ends the stream after all that was sent so far. */
  finish(): void {
    if (this.over || this.finSent) return;
    this.finSent = true;
    this.enqueue("fin", undefined);
  }

  /** Stops sending at once; what is on the wire stays there. @param reason makes an error for each waiting send() */
  stop(reason: () => unknown): void {
    this.over = true;
    this.unsent = [];
    this.unsentBytes = 0;
    this.missing = [];
    this.disarm();
    this.senders.failAll(reason);
  }

  /** A segment has come to the far end. */
  arrived(segment: Segment): void {
    const receiver = this.connection.other;
    if (!receiver.host.powered) {
      segment.link.dropped(segment, "host-down");
      this.missed(segment);
      return;
    }
    segment.link.delivered(segment);
    if (receiver.refuses(segment)) {
      receiver.answerWithReset(segment);
      return;
    }
    const delay = this.reverse.acknowledgementDelay();
    // What the acknowledgement changes comes first: the delivery ends in the peer's code.
    if (delay < 0) this.missed(segment);
    else if (this.silentSince >= 0) this.answered(segment, delay);
    receiver.incoming.accept(segment);
    if (receiver.incoming.finished) this.connection.sentAll();
  }

  /** A segment was lost, or nobody answered it, or the answer was lost: it must be sent again. */
  missed(segment: Segment): void {
    if (this.over) return;
    // From the end, where nearly all belong: a cut link can leave thousands here.
    let place = this.missing.length;
    while (place > 0 && (this.missing[place - 1] as Segment).sequence > segment.sequence) place--;
    if (this.missing[place - 1] === segment) return;
    this.missing.splice(place, 0, segment);
    if (this.silentSince < 0) this.silentSince = this.kernel.now;
    if (this.timer === undefined) this.armRetransmission();
  }

  /** A segment is held up, or slow on its way: nothing was lost, but the peer's silence counts. */
  stalled(): void {
    if (this.over) return;
    if (this.silentSince < 0) this.silentSince = this.kernel.now;
    if (this.timer === undefined) this.armRetransmission();
  }

  /** The peer's node has read a message of that length. */
  read(length: number): void {
    if (this.over) return;
    if (this.unsent.length === 0) {
      this.outstanding -= messageCost(length);
      return;
    }
    // Somebody may be waiting for the window: it opens when word of that has come back.
    this.credit += messageCost(length);
    if (!this.creditPending) this.awaitCredit();
  }

  private enqueue(kind: "ack" | "data" | "fin", bytes: Uint8Array | undefined): void {
    if (this.over) return;
    const { event } = this.kernel;
    const segment = new Segment(this.link, this, kind, this.nextSequence++, bytes, event);
    if (this.unsent.length === 0 && this.mayTransmit()) {
      this.transmit(segment);
    } else {
      this.unsent.push(segment);
      this.unsentBytes += segment.cost;
    }
  }

  /** A peer that has not answered a retransmission gets nothing new: the window of a silent path is one segment. */
  private mayTransmit(): boolean {
    return this.outstanding < this.options.receiveWindow && this.doublings === 0;
  }

  private transmit(segment: Segment): void {
    this.outstanding += segment.cost;
    this.link.transmit(segment);
  }

  private transmitUnsent(): void {
    let count = 0;
    for (const segment of this.unsent) {
      if (!this.mayTransmit()) break;
      count++;
      this.unsentBytes -= segment.cost;
      this.kernel.link(segment.sentBy);
      this.transmit(segment);
    }
    if (count > 0) this.unsent.splice(0, count);
    if (this.unsentBytes < this.options.sendBuffer) this.senders.wakeAll();
  }

  /**
   * The peer answers again. What was transmitted before the segment that it answers, and is missing, is lost: it goes out
   * as soon as the answer is here (RFC 8985). What was transmitted after may yet arrive, for all this end knows.
   */
  private answered(segment: Segment, delay: Duration): void {
    if (this.over) return;
    const heldBack = this.doublings > 0 && this.unsent.length > 0;
    this.doublings = 0;
    this.missing = this.missing.filter((other) => !other.received && other !== segment);
    this.silentSince = this.missing.length === 0 ? -1 : this.kernel.now;
    const lost = this.missing.some((other) => other.number < segment.number);
    if (lost || heldBack) {
      this.lostBefore = segment.number;
      this.arm(delay);
    } else if (this.missing.length === 0) {
      this.disarm();
    }
  }

  private armRetransmission(): void {
    const { options, kernel } = this;
    const roundTrip = this.link.typicalDelay + this.reverse.typicalDelay;
    const first = Math.max(options.minimumRetransmission, 2 * roundTrip);
    const wait = first * (1 << Math.min(this.doublings, MOST_DOUBLINGS));
    this.arm(Math.min(wait, Math.max(0, this.silentSince + options.timeout - kernel.now)));
  }

  private arm(delay: Duration): void {
    const { kernel } = this;
    const at = kernel.now + delay;
    if (this.timer !== undefined) {
      if (this.timerAt <= at) return;
      kernel.cancel(this.timer);
    }
    this.timerAt = at;
    const fire = (): void => {
      this.timer = undefined;
      this.retransmit();
    };
    this.timer = kernel.token(kernel.schedule(delay, EventKind.NET_RETRANSMIT, undefined, { fire }));
  }

  private disarm(): void {
    this.lostBefore = 0;
    if (this.timer === undefined) return;
    this.kernel.cancel(this.timer);
    this.timer = undefined;
  }

  private retransmit(): void {
    if (this.over) return;
    if (this.lostBefore > 0) {
      const lost = this.missing.filter((segment) => segment.number < this.lostBefore);
      this.missing = this.missing.filter((segment) => segment.number >= this.lostBefore);
      this.lostBefore = 0;
      for (const segment of lost) this.link.transmit(segment);
      this.transmitUnsent();
      if (this.missing.length > 0 && this.timer === undefined) this.armRetransmission();
      return;
    }
    if (this.silentSince < 0) return;
    if (this.kernel.now - this.silentSince >= this.options.timeout) {
      this.connection.fail("ETIMEDOUT");
      return;
    }
    this.doublings++;
    const segment = this.missing.shift();
    if (segment !== undefined) this.link.transmit(segment);
    // Keeps watch even when the segment will arrive: its answer may fail, or a clog may hold it.
    if (this.timer === undefined) this.armRetransmission();
  }

  private awaitCredit(): void {
    this.creditPending = true;
    const delay = this.reverse.acknowledgementDelay();
    const wait = delay >= 0 ? delay : this.options.minimumRetransmission;
    // A full window whose opening nobody hears of is silence too, and must not last for ever.
    if (delay < 0) {
      this.probing = true;
      this.stalled();
    }
    this.kernel.schedule(wait, EventKind.NET_WAKE, undefined, {
      fire: () => {
        this.creditArrived(delay >= 0);
      },
    });
  }

  /** @param known whether word of it got through; if not, the path is tried again until it does or the stream ends */
  private creditArrived(known: boolean): void {
    if (this.over) return;
    if (!known) {
      this.awaitCredit();
      return;
    }
    this.creditPending = false;
    this.outstanding -= this.credit;
    this.credit = 0;
    if (this.probing && this.missing.length === 0) {
      this.silentSince = -1;
      this.doublings = 0;
      this.disarm();
    }
    this.probing = false;
    this.transmitUnsent();
  }
}
