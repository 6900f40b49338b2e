/** A value that cannot be encoded, or bytes that are no encoded value. */
export class CodecError extends Error {
  override readonly name = "CodecError";
}
