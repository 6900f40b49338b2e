import { EventKind } from "../event-kind.ts";
import type { Link } from "./link.ts";
import type { OutgoingStream } from "./outgoing-stream.ts";
import { Packet, SEGMENT_HEADER } from "./packet.ts";

/**
 * One message of a connection, or its beginning ("ack", which completes the handshake) or end ("fin"). The same object is
 * transmitted again when it was lost, and may arrive more than once; its bytes are handed over once.
 */
export class Segment extends Packet {
  readonly stream: OutgoingStream;
  /** Place in the stream. */
  readonly sequence: number;
  /**
   * What it takes of windows and buffers, in bytes: headers count, so that empty messages are bounded too; the beginning
   * and the end of a stream count for nothing.
   */
  readonly cost: number;
  /** The event in which the node sent it. */
  readonly sentBy: number;
  /** Whether the receiving end has it. */
  received = false;
  private bytes: Uint8Array | undefined;

  constructor(
    link: Link,
    stream: OutgoingStream,
    kind: "ack" | "data" | "fin",
    sequence: number,
    bytes: Uint8Array | undefined,
    sentBy: number,
  ) {
    const length = bytes === undefined ? 0 : bytes.length;
    super(link, kind, SEGMENT_HEADER + length, kind === "ack" ? EventKind.NET_CONNECT : EventKind.NET_SEGMENT);
    this.stream = stream;
    this.sequence = sequence;
    this.cost = kind === "data" ? messageCost(length) : 0;
    this.bytes = bytes;
    this.sentBy = sentBy;
  }

  override get content(): Uint8Array | undefined {
    return this.bytes;
  }

  /** Gives the message away; nobody else has it then. */
  takeBytes(): Uint8Array {
    const { bytes } = this;
    this.bytes = undefined;
    return bytes as Uint8Array;
  }

  override fire(): void {
    this.stream.arrived(this);
  }

  override lost(): void {
    this.stream.missed(this);
  }

  override delayed(): void {
    this.stream.stalled();
  }
}

/** What a message of that length takes of windows and buffers. */
export function messageCost(length: number): number {
  return length + SEGMENT_HEADER;
}
