import { deflateSync, inflateSync } from "fflate/browser";
import { getFixed32, MalformedBytesError, putFixed32 } from "./coding.ts";

/** The byte behind a block that says how it is stored. */
export const Compression = {
  NONE: 0,
  /** The block's length in four bytes, then raw deflate (RFC 1951). */
  DEFLATE: 1,
} as const;

/** How tables' blocks are to be stored. */
export type CompressionMethod = "none" | "deflate";

/** How much more a byte costs to compress or decompress than to copy and check, about. */
export const COMPRESSION_EFFORT = 10;

const LENGTH_BYTES = 4;
/** Fast rather than small. The table size is given since the library would derive it from a logarithm. */
const DEFLATE_OPTIONS = { level: 3, mem: 2 } as const;
/** No block is larger: what claims to be makes no sense. */
const MAX_BLOCK_BYTES = 1 << 30;

/** A block compressed by {@link Compression.DEFLATE}; undefined when that saves less than an eighth of it. */
export function deflateBlock(block: Uint8Array): Uint8Array | undefined {
  const deflated = deflateSync(block, DEFLATE_OPTIONS);
  if (deflated.length + LENGTH_BYTES > block.length - block.length / 8) return undefined;
  const stored = new Uint8Array(LENGTH_BYTES + deflated.length);
  putFixed32(stored, 0, block.length);
  stored.set(deflated, LENGTH_BYTES);
  return stored;
}

/** The block that {@link deflateBlock} made `stored` of. @throws MalformedBytesError when it made no such thing */
export function inflateBlock(stored: Uint8Array): Uint8Array {
  if (stored.length < LENGTH_BYTES) throw new MalformedBytesError("a compressed block has no length");
  const length = getFixed32(stored, 0);
  if (length > MAX_BLOCK_BYTES) throw new MalformedBytesError("a compressed block's length makes no sense");
  let block: Uint8Array;
  try {
    // One byte more than is wanted, so that a longer block shows.
    block = inflateSync(stored.subarray(LENGTH_BYTES), { out: new Uint8Array(length + 1) });
  } catch (error) {
    throw new MalformedBytesError("a compressed block cannot be read", { cause: error });
  }
  if (block.length !== length) throw new MalformedBytesError("a compressed block has another length than it says");
  return block;
}
