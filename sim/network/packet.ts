import type { EventAction } from "../event-queue.ts";
import type { Link } from "./link.ts";

/** What a packet is for, as rules and traces see it. */
export type PacketKind = "datagram" | "syn" | "syn-ack" | "ack" | "data" | "fin" | "rst" | "raw";

/** Ethernet, IP and UDP headers. */
export const DATAGRAM_HEADER = 42;

/** Ethernet, IP and TCP headers. */
export const SEGMENT_HEADER = 54;

/** One transmission over a link: an event of the world, since it outlives whoever sent it. */
export abstract class Packet implements EventAction {
  readonly link: Link;
  readonly kind: PacketKind;
  /** Bytes on the wire, headers included. */
  readonly size: number;
  /** The kernel's name for this packet's arrival. */
  readonly eventKind: number;
  /** Which transmission it was last, counted over the network; ties the trace's lines together. */
  number = 0;

  constructor(link: Link, kind: PacketKind, size: number, eventKind: number) {
    this.link = link;
    this.kind = kind;
    this.size = size;
    this.eventKind = eventKind;
  }

  /** What it carries, for the fingerprint. */
  get content(): Uint8Array | undefined {
    return undefined;
  }

  /** The packet has reached the far end. It must be counted there, as delivered or as dropped. */
  abstract fire(): void;

  /**
   * What arrives when the network repeats the packet: one of its own when a node would see them share something; undefined
   * when this one may arrive twice.
   */
  copy(): Packet | undefined {
    return undefined;
  }

  /** The packet will not arrive. */
  lost(): void {
    return;
  }

  /** The packet is held by a clog, or will take long for another reason: whoever sent it may lose patience. */
  delayed(): void {
    return;
  }
}
