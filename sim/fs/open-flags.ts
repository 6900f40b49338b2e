import { OpenFlag } from "../../host/file-system.ts";

const ALL_FLAGS = Object.values(OpenFlag).reduce((all, flag) => all | flag, 0);

/** What O_DIRECT wants offsets, lengths and positions to be multiples of. */
export const DIRECT_ALIGNMENT = 512;

/** Whether the bits are known, say how the file is used, and ask for nothing that needs more than that. */
export function areConsistentFlags(flags: number): boolean {
  if ((flags & ~ALL_FLAGS) !== 0 || (flags & OpenFlag.READ_WRITE) === 0) return false;
  if ((flags & OpenFlag.EXCLUSIVE) !== 0 && (flags & OpenFlag.CREATE) === 0) return false;
  return (flags & OpenFlag.WRITE) !== 0 || (flags & (OpenFlag.TRUNCATE | OpenFlag.APPEND)) === 0;
}

/** Whether a transfer's numbers make sense for its buffer. */
export function isTransfer(
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number,
  direct: boolean,
): boolean {
  return (
    Number.isSafeInteger(offset) &&
    Number.isSafeInteger(length) &&
    Number.isSafeInteger(position) &&
    offset >= 0 &&
    length >= 0 &&
    position >= 0 &&
    offset + length <= buffer.length &&
    (!direct ||
      (offset % DIRECT_ALIGNMENT === 0 && length % DIRECT_ALIGNMENT === 0 && position % DIRECT_ALIGNMENT === 0))
  );
}
