import { crc32c, maskCrc } from "../../engine/crc32c.ts";
import { getFixed32, getFixed64, putFixed32, putFixed64, putVarint } from "../../engine/coding.ts";
import { copyRange, withCapacity } from "../../engine/index.ts";

/**
 * A frame of the replication protocol, one a message of a connection:
 *
 * | bytes | what |
 * |---|---|
 * | 0-3 | "FLWS": another protocol's message is told apart |
 * | 4 | version of the protocol |
 * | 5 | kind, see stream-protocol.ts |
 * | 6-13 | the cluster's id; 0 from a node that belongs to none yet |
 * | 14-17 | length of the payload |
 * | 18-21 | masked CRC-32C of all other bytes |
 * | 22- | payload |
 */
export interface Frame {
  readonly kind: number;
  readonly cluster: number;
  readonly payload: Uint8Array;
}

/** Raised whenever an older build would read a frame differently. */
export const PROTOCOL_VERSION = 1;

const MAGIC = 0x53574c46;
const CHECKSUM = 18;
const HEADER = 22;

/** What is wrong with bytes that are no frame. */
export type FrameFault = "foreign" | "newer-version" | "cut-short" | "corrupt";

/** Bytes that are no frame of this protocol, or a damaged one. Nothing in them was used. */
export class FrameError extends Error {
  override readonly name = "FrameError";
  readonly fault: FrameFault;

  constructor(fault: FrameFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** 2^53 - 1 takes eight. */
const MAX_VARINT_BYTES = 8;
/** A larger buffer is not kept for the next frame. */
const LARGEST_KEPT = 1 << 18;

/** Writes frames, one after the other into the same buffer: connections copy what they are given. One instance a host. */
export class FrameWriter {
  private buffer: Uint8Array = new Uint8Array(1_024);
  private used = HEADER;

  /** Begins a frame. */
  begin(kind: number, cluster: number): void {
    if (this.buffer.length > LARGEST_KEPT) this.buffer = new Uint8Array(1_024);
    const { buffer } = this;
    putFixed32(buffer, 0, MAGIC);
    buffer[4] = PROTOCOL_VERSION;
    buffer[5] = kind;
    putFixed64(buffer, 6, cluster);
    this.used = HEADER;
  }

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.used++] = value;
  }

  fixed32(value: number): void {
    this.reserve(4);
    putFixed32(this.buffer, this.used, value);
    this.used += 4;
  }

  varint(value: number): void {
    this.reserve(MAX_VARINT_BYTES);
    this.used = putVarint(this.buffer, this.used, value);
  }

  /** A string of bytes, its length first. */
  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.reserve(value.length);
    copyRange(value, 0, value.length, this.buffer, this.used);
    this.used += value.length;
  }

  /** @returns the frame, which the next one overwrites */
  finish(): Uint8Array {
    const frame = this.buffer.subarray(0, this.used);
    putFixed32(frame, 14, frame.length - HEADER);
    putFixed32(frame, CHECKSUM, checksumOf(frame));
    return frame;
  }

  private reserve(more: number): void {
    this.buffer = withCapacity(this.buffer, this.used, this.used + more);
  }
}

/** @returns a frame whose payload is a view of the bytes. @throws FrameError */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length < 5 || getFixed32(bytes, 0) !== MAGIC) {
    throw new FrameError("foreign", `${bytes.length} bytes that are no frame of WAL streaming`);
  }
  const version = bytes[4] as number;
  // Before the checksum, which another version may have elsewhere.
  if (version !== PROTOCOL_VERSION) {
    throw new FrameError(
      version > PROTOCOL_VERSION ? "newer-version" : "corrupt",
      `a frame of version ${version}; this build speaks ${PROTOCOL_VERSION}`,
    );
  }
  if (bytes.length < HEADER || getFixed32(bytes, 14) !== bytes.length - HEADER) {
    throw new FrameError("cut-short", `a frame of ${bytes.length} bytes does not have the length that it says`);
  }
  if (getFixed32(bytes, CHECKSUM) !== checksumOf(bytes)) {
    throw new FrameError("corrupt", `the checksum of a frame of ${bytes.length} bytes is wrong`);
  }
  const cluster = getFixed64(bytes, 6);
  if (!Number.isSafeInteger(cluster)) throw new FrameError("corrupt", "a frame's cluster id is out of range");
  return { kind: bytes[5] as number, cluster, payload: bytes.subarray(HEADER) };
}

function checksumOf(bytes: Uint8Array): number {
  return maskCrc(crc32c(bytes, HEADER, bytes.length, crc32c(bytes, 0, CHECKSUM)));
}
