import { crc32c, maskCrc } from "../../engine/crc32c.ts";
import { getFixed32, getFixed64, putFixed32, putFixed64 } from "../../engine/coding.ts";
import { copyRange } from "../../engine/index.ts";

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

export function encodeFrame(kind: number, cluster: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER + payload.length);
  putFixed32(bytes, 0, MAGIC);
  bytes[4] = PROTOCOL_VERSION;
  bytes[5] = kind;
  putFixed64(bytes, 6, cluster);
  putFixed32(bytes, 14, payload.length);
  copyRange(payload, 0, payload.length, bytes, HEADER);
  putFixed32(bytes, CHECKSUM, checksumOf(bytes));
  return bytes;
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
