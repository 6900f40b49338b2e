import { getFixed32 } from "./coding.ts";
import { CorruptionError } from "./errors.ts";

/** A block of a table, checked and in memory; {@link BlockCursor} reads it. Never changes. */
export class Block {
  readonly bytes: Uint8Array;
  readonly restartCount: number;
  /** Where the entries end and the restart points' offsets begin. */
  readonly entriesEnd: number;
  /** The file's name and the block's place in it, for errors. */
  readonly file: string;
  readonly offset: number;

  /** @throws CorruptionError when it cannot be a block */
  constructor(bytes: Uint8Array, file: string, offset: number) {
    this.bytes = bytes;
    this.file = file;
    this.offset = offset;
    this.restartCount = bytes.length < 4 ? 0 : getFixed32(bytes, bytes.length - 4);
    this.entriesEnd = bytes.length - 4 - this.restartCount * 4;
    if (this.restartCount === 0 || this.entriesEnd < 0) throw this.corruption("a block's restart points make no sense");
  }

  /** Where the entry at a restart point begins. @throws CorruptionError */
  restart(index: number): number {
    const offset = getFixed32(this.bytes, this.entriesEnd + index * 4);
    if (offset > this.entriesEnd) throw this.corruption("a restart point lies outside its block");
    return offset;
  }

  corruption(detail: string): CorruptionError {
    return new CorruptionError(this.file, this.offset, detail);
  }
}
