const encoder = new TextEncoder();
// A byte order mark is a part of the text like any other.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Up to this length a loop over ASCII characters beats the platform's encoder, which costs as much for one as for a hundred. */
const SHORT_TEXT = 64;
/** The same for its decoder. */
const SHORT_BYTES = 12;

/** A text as UTF-8; what is no character (half a pair of surrogates) becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const { length } = text;
  if (length > SHORT_TEXT) return encoder.encode(text);
  const bytes = new Uint8Array(length);
  return putAscii(text, bytes, 0) ? bytes : encoder.encode(text);
}

/** The text of UTF-8; what is none becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  const { length } = bytes;
  return length <= SHORT_BYTES && isAscii(bytes, 0, length) ? asciiText(bytes, 0, length) : decoder.decode(bytes);
}

/** The text of `bytes[start, end)`, which are ASCII characters. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > SHORT_BYTES) return decoder.decode(bytes.subarray(start, end));
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] as number);
  return text;
}

export function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((bytes[at] as number) >= 0x80) return false;
  return true;
}

/** Writes a text from `at` on, where there is room for it. @returns whether it is all ASCII; otherwise it is written in part */
export function putAscii(text: string, target: Uint8Array, at: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) return false;
    target[at + i] = code;
  }
  return true;
}

/**
 * The text of `bytes[start, end)`. Unlike {@link decodeUtf8} it gives halves of pairs of surrogates back that were written as
 * characters of their own. What is no UTF-8 gives some text, never an error.
 */
export function wideText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  let at = start;
  const next = (): number => (at < end ? (bytes[at++] as number) & 0x3f : 0);
  while (at < end) {
    const first = bytes[at++] as number;
    if (first < 0x80) text += String.fromCharCode(first);
    else if (first < 0xe0) text += String.fromCharCode(((first & 0x1f) << 6) | next());
    else if (first < 0xf0) text += String.fromCharCode(((first & 0x0f) << 12) | (next() << 6) | next());
    else text += String.fromCodePoint((((first & 0x07) << 18) | (next() << 12) | (next() << 6) | next()) % 0x11_0000);
  }
  return text;
}
