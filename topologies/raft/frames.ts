import { ByteReader, copyRange, MalformedBytesError, putVarint } from "../../engine/index.ts";
import { getFixed32, putFixed32 } from "../../engine/coding.ts";
import { crc32c, maskCrc } from "../../engine/crc32c.ts";

/**
 * A frame between nodes, one a message of a connection: bytes 0-3 say that it is one, 4-7 are the masked CRC-32C of all behind
 * them; then come messages, each with its length first. What version and which cluster each is of, it says itself.
 */

/** What is wrong with bytes that are no frame. */
export type FrameFault = "foreign" | "corrupt";

const MAGIC = 0x54465246;
const CHECKSUM = 4;
const HEADER = 8;
const MAX_VARINT_BYTES = 8;

export function encodeFrame(messages: readonly Uint8Array[]): Uint8Array {
  let room = HEADER;
  for (const message of messages) room += message.length + MAX_VARINT_BYTES;
  const bytes = new Uint8Array(room);
  putFixed32(bytes, 0, MAGIC);
  let at = HEADER;
  for (const message of messages) {
    at = putVarint(bytes, at, message.length);
    copyRange(message, 0, message.length, bytes, at);
    at += message.length;
  }
  putFixed32(bytes, CHECKSUM, maskCrc(crc32c(bytes, HEADER, at)));
  return bytes.subarray(0, at);
}

/** @returns the messages, views of the bytes; or what is wrong, when nothing in them is to be used */
export function decodeFrame(bytes: Uint8Array): readonly Uint8Array[] | FrameFault {
  if (bytes.length < HEADER || getFixed32(bytes, 0) !== MAGIC) return "foreign";
  if (getFixed32(bytes, CHECKSUM) !== maskCrc(crc32c(bytes, HEADER, bytes.length))) return "corrupt";
  const messages: Uint8Array[] = [];
  const reader = new ByteReader(bytes, HEADER);
  try {
    while (!reader.done) {
      const length = reader.varint();
      const start = reader.skip(length);
      messages.push(bytes.subarray(start, start + length));
    }
  } catch (error) {
    if (error instanceof MalformedBytesError) return "corrupt";
    throw error;
  }
  return messages;
}
