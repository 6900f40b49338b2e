import type { RandomStream } from "../../host/random.ts";
import type { Duration } from "../../host/time.ts";
import type { Fabric, NetworkCard } from "./fabric.ts";
import { drawLongTailed } from "./latency.ts";
import { LinkCounters, type DropCause } from "./link-counters.ts";
import type { NetworkTraceEvent } from "./network-events.ts";
import type { Packet, PacketKind } from "./packet.ts";
import { loopbackProfile, type LinkProfile } from "./profile.ts";
import type { PacketFacts, Verdict } from "./rule.ts";

const SECOND = 1_000_000_000;
const MILLION = 1_000_000;

/**
 * A sender is told of packets that will take this long, in nanoseconds. For shorter delays it might repeat itself in vain,
 * which no node could see; for longer ones it might give up.
 */
const SLOW = SECOND;

/** How a packet fared when it was sent, as the fingerprint records it. */
const Fate = { ARRIVES: 1, REPEATED: 2, LOST: 3, HELD: 4 } as const;

/** One direction of the path between two hosts: decides, when a packet is sent, whether and when it will arrive. */
export class Link {
  readonly from: string;
  readonly to: string;
  readonly counters = new LinkCounters();
  /** Present properties, overrides included. Set by the fabric. */
  profile: LinkProfile;
  private readonly fabric: Fabric;
  private readonly card: NetworkCard;
  private readonly key: number;
  private readonly loopback: boolean;
  private readonly streams = new Map<string, RandomStream>();
  private readonly latency: RandomStream;
  private freeAt: Duration = 0;
  private lastArrival: Duration = 0;
  private clogs = 0;
  private waiting: Packet[] = [];
  private waitingBytes = 0;

  /** @param profile ignored for a host's link to itself */
  constructor(fabric: Fabric, card: NetworkCard, from: string, to: string, profile: LinkProfile) {
    this.fabric = fabric;
    this.card = card;
    this.from = from;
    this.to = to;
    this.loopback = from === to;
    this.profile = this.loopback ? loopbackProfile : profile;
    this.key = hashOf(from, hashOf(to, 17));
    this.latency = this.random("latency");
  }

  /** Sends a packet: schedules its arrival, or holds it, or loses it and tells it so. */
  transmit(packet: Packet): void {
    const { counters, fabric } = this;
    packet.number = fabric.nextNumber();
    counters.sent++;
    counters.sentBytes += packet.size;
    if (fabric.kernel.tracing) this.trace(this.from, "message-sent", packet);
    if (this.clogs > 0) this.hold(packet);
    else this.route(packet);
  }

  /**
   * How long a bare acknowledgement would take now, in nanoseconds; -1 when it would not get through. Chance does not
   * touch acknowledgements: they are cumulative, so the next makes up for one that was lost.
   */
  acknowledgementDelay(): Duration {
    if (this.loopback) return this.typicalDelay;
    if (this.clogs > 0) return -1;
    const { rules } = this.fabric;
    if (!rules.empty) {
      const verdict = this.decide("ack", 0);
      if (verdict.fate === "drop") return -1;
      if (verdict.fate === "deliver") return verdict.delay;
    }
    return this.typicalDelay;
  }

  /** The delay of a small packet on an idle link: the mean, without a draw. */
  get typicalDelay(): Duration {
    return this.profile.latency + this.profile.jitter;
  }

  /** Counts an arrival that was taken in. */
  delivered(packet: Packet): void {
    this.counters.delivered++;
    this.counters.deliveredBytes += packet.size;
    if (this.fabric.kernel.tracing) this.trace(this.to, "message-delivered", packet);
  }

  /** Counts a packet that nobody will get. */
  dropped(packet: Packet, cause: DropCause, host = this.to): void {
    const { counters, fabric } = this;
    counters.dropped++;
    counters.droppedBytes += packet.size;
    counters.droppedBy[cause]++;
    if (fabric.kernel.tracing) {
      const { kind, number, size } = packet;
      const event: NetworkTraceEvent = {
        kind: "message-dropped",
        from: this.from,
        to: this.to,
        packet: kind,
        number,
        bytes: size,
        cause,
      };
      fabric.kernel.traceWorld(host, event);
    }
  }

  /** From now on packets are held, until as many {@link unclog} calls as there were clogs. */
  clog(): void {
    if (!this.loopback) this.clogs++;
  }

  /** Releases a clog; with the last, what was held is decided anew, in order. */
  unclog(): void {
    if (this.loopback || --this.clogs > 0) return;
    const released = this.waiting;
    this.waiting = [];
    this.waitingBytes = 0;
    for (const packet of released) this.route(packet);
  }

  private hold(packet: Packet): void {
    if (packet.kind === "datagram" && this.waitingBytes + packet.size > this.profile.queue) {
      this.lose(packet, "queue-full");
      return;
    }
    this.waiting.push(packet);
    this.waitingBytes += packet.size;
    this.witness(packet, Fate.HELD, 0);
    if (this.fabric.kernel.tracing) this.trace(this.from, "message-held", packet);
    packet.delayed();
  }

  private route(packet: Packet): void {
    const { fabric, profile } = this;
    const { kernel } = fabric;
    if (!fabric.rules.empty && !this.loopback) {
      const verdict = this.decide(packet.kind, packet.size);
      if (verdict.fate === "drop") {
        this.lose(packet, "rule");
        return;
      }
      if (verdict.fate === "deliver") {
        this.arriveAfter(packet, verdict.delay, Fate.ARRIVES);
        return;
      }
    }
    const { now } = kernel;
    if (packet.kind === "datagram" && ((this.freeAt - now) * profile.bandwidth) / SECOND > profile.queue) {
      this.lose(packet, "queue-full");
      return;
    }
    const departure = this.departure(packet.size);
    if (profile.loss > 0 && this.random("loss").chance(profile.loss, MILLION)) {
      this.lose(packet, "loss");
      return;
    }
    // The scheduler's delay goes in before the order is settled: added after, it would reorder a link that must not.
    const jitter = drawLongTailed(this.latency, profile.jitter) + kernel.scheduler.delay(packet.eventKind, this.to);
    let arrival = departure + profile.latency + jitter;
    if (profile.reordering > 0 && this.random("reordering").chance(profile.reordering, MILLION)) {
      arrival += 1 + this.random("reordering").below(4 * this.typicalDelay + 1);
      this.counters.reordered++;
    } else if (arrival < this.lastArrival) {
      arrival = this.lastArrival;
    } else {
      this.lastArrival = arrival;
    }
    this.arriveAfter(packet, arrival - now, Fate.ARRIVES);
    if (profile.duplication > 0 && this.random("duplication").chance(profile.duplication, MILLION)) {
      const again = drawLongTailed(this.random("duplication"), 2 * this.typicalDelay);
      const copy = packet.copy() ?? packet;
      copy.number = packet.number;
      this.counters.duplicated++;
      this.arriveAfter(copy, departure - now + profile.latency + again, Fate.REPEATED);
    }
  }

  /** When the packet's last byte has left, behind all that its host and its link have to send. */
  private departure(size: number): Duration {
    const { now } = this.fabric.kernel;
    if (this.loopback) return now;
    const { card } = this;
    this.freeAt = Math.max(now, this.freeAt) + Math.ceil((size * SECOND) / this.profile.bandwidth);
    card.freeAt = Math.max(now, card.freeAt) + Math.ceil((size * SECOND) / card.bandwidth);
    return Math.max(this.freeAt, card.freeAt);
  }

  private decide(kind: PacketKind, size: number): Verdict {
    const facts: PacketFacts = { from: this.from, to: this.to, kind, size };
    return this.fabric.rules.decide(facts);
  }

  private arriveAfter(packet: Packet, delay: Duration, fate: number): void {
    this.witness(packet, fate, delay);
    this.fabric.kernel.schedule(delay, packet.eventKind, undefined, packet);
    if (delay >= SLOW) packet.delayed();
  }

  private lose(packet: Packet, cause: DropCause): void {
    this.witness(packet, Fate.LOST, 0);
    this.dropped(packet, cause, this.from);
    packet.lost();
  }

  private witness(packet: Packet, fate: number, delay: Duration): void {
    const { fingerprint } = this.fabric.kernel;
    fingerprint.mix(this.key ^ fate);
    fingerprint.mix(packet.size);
    fingerprint.mixNumber(delay);
    const content = packet.content;
    if (content !== undefined) fingerprint.mixBytes(content);
  }

  private trace(host: string, kind: "message-sent" | "message-held" | "message-delivered", packet: Packet): void {
    const { from, to } = this;
    const event: NetworkTraceEvent = { kind, from, to, packet: packet.kind, number: packet.number, bytes: packet.size };
    this.fabric.kernel.traceWorld(host, event);
  }

  private random(purpose: string): RandomStream {
    let stream = this.streams.get(purpose);
    if (stream === undefined) {
      stream = this.fabric.kernel.random(`network/${this.from}/${this.to}/${purpose}`);
      this.streams.set(purpose, stream);
    }
    return stream;
  }
}

function hashOf(text: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
