import { DecodeError, Decoder, Encoder, type ExtensionCodecType } from "@msgpack/msgpack";
import { KeyCache } from "./key-cache.ts";

/** A value that cannot be encoded, or bytes that are no encoded value. */
export class CodecError extends Error {
  override readonly name = "CodecError";
}

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
  private readonly encoder = new Encoder({ extensionCodec: plainValuesOnly, ignoreUndefined: true });
  private readonly decoder = new Decoder({ extensionCodec: plainValuesOnly, keyDecoder: new KeyCache() });

  /**
   * @returns bytes of their own, that no later call touches
   * @throws CodecError for a value that is not plain
   */
  encode(value: unknown): Uint8Array {
    try {
      return this.encoder.encode(value);
    } catch (error) {
      throw new CodecError(`cannot encode: ${reasonOf(error, "too deep or too large")}`);
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
      return this.decoder.decode(bytes);
    } catch (error) {
      throw new CodecError(
        `cannot decode ${bytes.length} bytes: ${reasonOf(error, "they are cut short or go on after the value")}`,
      );
    }
  }
}

const plainValuesOnly: ExtensionCodecType<undefined> = Object.freeze({
  tryToEncode(value: unknown): null {
    if (typeof value === "object") {
      const prototype: unknown = Object.getPrototypeOf(value);
      if (prototype === Object.prototype || prototype === Uint8Array.prototype || prototype === null) return null;
      if (Array.isArray(value)) return null;
    }
    throw new CodecError(
      `${typeof value === "object" ? "an instance of a class" : `a ${typeof value}`} is no plain value; put what is needed of it into an object`,
    );
  },
  decode(_bytes: Uint8Array, type: number): never {
    throw new CodecError(`extension type ${type} is not used here`);
  },
});

/** Messages of the engine's own errors differ between engines, and what a node reports must not. */
function reasonOf(error: unknown, otherwise: string): string {
  return error instanceof CodecError || error instanceof DecodeError ? error.message : otherwise;
}
