import { CodecError } from "./codec-error.ts";
import { MessagePackReader } from "./message-pack-reader.ts";
import { MessagePackWriter } from "./message-pack-writer.ts";

export { CodecError } from "./codec-error.ts";

/**
 * Encodes plain values as MessagePack, for messages and records. Works without `eval`.
 *
 * What goes in: null, booleans, numbers, strings, `Uint8Array`, arrays and plain objects of these, up to 100 deep. What comes
 * out is equal, but for this: a field that is undefined is left out; undefined elsewhere becomes null; -0 becomes 0; a
 * `Uint8Array` comes back as a view of the bytes it was decoded from. Numbers are exact: whole ones up to 2^53, others as
 * 64-bit floats. Anything else (bigint, Map, Date, class instances, functions) is refused rather than changed.
 *
 * One instance per node: it keeps its buffers between calls, and no two nodes may share any state.
 */
export class Codec {
  private readonly writer = new MessagePackWriter();
  private readonly reader = new MessagePackReader();

  /**
   * @returns bytes of their own, that no later call touches
   * @throws CodecError for a value that is not plain
   */
  encode(value: unknown): Uint8Array {
    try {
      return this.writer.encode(value);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      throw new CodecError(`cannot encode: ${error.message}`);
    }
  }

  /**
   * Decodes exactly one value. Byte strings in it are views of `bytes`: whoever passes in bytes that others may hold or
   * change must copy them first. A received message is nobody else's, so views of it are safe.
   *
   * @throws CodecError when the bytes are cut short, go on after the value, or are no MessagePack
   */
  decode(bytes: Uint8Array): unknown {
    try {
      return this.reader.decode(bytes);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      throw new CodecError(`cannot decode ${bytes.length} bytes: ${error.message}`);
    }
  }
}
