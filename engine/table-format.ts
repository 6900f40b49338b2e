import { getFixed32, getFixed64, putFixed32, putFixed64 } from "./coding.ts";
import { crc32c, crc32cNumber, maskCrc } from "./crc32c.ts";
import { CorruptionError, UnsupportedFormatError } from "./errors.ts";

/**
 * The format of tables (SSTables): data blocks, a block of range deletes and a filter where there are any, index block,
 * footer. A range delete is an entry with its first key as key and its end as value.
 *
 * Every block is followed by a trailer: a byte that says how it is compressed, and a masked CRC-32C over block, that
 * byte, the table's number and the block's offset; so neither a block written to the wrong place nor one of another
 * table passes for the right one.
 *
 * The footer, {@link FOOTER_BYTES} at the end of the file, says where index and filter are.
 */

export const BLOCK_TRAILER_BYTES = 5;
export const FOOTER_BYTES = 68;
export const TABLE_FORMAT_VERSION = 1;

const MAGIC_LOW = 0x7ab1_e5fa;
const MAGIC_HIGH = 0x17_1e_fa_01;

/** Where a block is, its trailer not counted. */
export interface BlockHandle {
  readonly offset: number;
  readonly size: number;
}

export interface Footer {
  readonly index: BlockHandle;
  /** Size 0 when the table has no filter. */
  readonly filter: BlockHandle;
  /** Size 0 when the table has no range deletes. */
  readonly rangeDeletions: BlockHandle;
  /** The number under which the table was created: salts its blocks' checksums. */
  readonly tableNumber: number;
}

/** The stored checksum of the block at `[start, end)` of `bytes`, whose compression byte follows it there. */
export function blockChecksum(
  bytes: Uint8Array,
  start: number,
  end: number,
  tableNumber: number,
  offset: number,
): number {
  const content = crc32c(bytes, start, end + 1);
  return maskCrc(crc32cNumber(offset, crc32cNumber(tableNumber, content)));
}

export function encodeFooter(footer: Footer): Uint8Array {
  const bytes = new Uint8Array(FOOTER_BYTES);
  putFixed64(bytes, 0, footer.index.offset);
  putFixed32(bytes, 8, footer.index.size);
  putFixed64(bytes, 12, footer.filter.offset);
  putFixed32(bytes, 20, footer.filter.size);
  putFixed64(bytes, 24, footer.rangeDeletions.offset);
  putFixed32(bytes, 32, footer.rangeDeletions.size);
  putFixed64(bytes, 36, footer.tableNumber);
  // 44 to 52: zeros, for later.
  putFixed32(bytes, 52, TABLE_FORMAT_VERSION);
  putFixed32(bytes, 56, maskCrc(crc32c(bytes, 0, 56)));
  putFixed32(bytes, 60, MAGIC_LOW);
  putFixed32(bytes, 64, MAGIC_HIGH);
  return bytes;
}

/**
 * @param bytes a buffer with the footer at `at`
 * @param position the footer's offset in the file, for errors
 * @throws CorruptionError, UnsupportedFormatError
 */
export function decodeFooter(bytes: Uint8Array, at: number, file: string, position: number): Footer {
  if (getFixed32(bytes, at + 60) !== MAGIC_LOW || getFixed32(bytes, at + 64) !== MAGIC_HIGH) {
    throw new CorruptionError(file, position, "the file does not end as a table does");
  }
  if (getFixed32(bytes, at + 56) !== maskCrc(crc32c(bytes, at, at + 56))) {
    throw new CorruptionError(file, position, "the footer's checksum does not match");
  }
  const version = getFixed32(bytes, at + 52);
  if (version > TABLE_FORMAT_VERSION) {
    throw new UnsupportedFormatError(file, `table format ${version}`, `up to ${TABLE_FORMAT_VERSION}`);
  }
  const footer: Footer = {
    index: { offset: getFixed64(bytes, at), size: getFixed32(bytes, at + 8) },
    filter: { offset: getFixed64(bytes, at + 12), size: getFixed32(bytes, at + 20) },
    rangeDeletions: { offset: getFixed64(bytes, at + 24), size: getFixed32(bytes, at + 32) },
    tableNumber: getFixed64(bytes, at + 36),
  };
  for (const handle of [footer.index, footer.filter, footer.rangeDeletions]) {
    if (handle.size > 0 && handle.offset + handle.size + BLOCK_TRAILER_BYTES > position) {
      throw new CorruptionError(file, position, "the footer points outside the file");
    }
  }
  return footer;
}
