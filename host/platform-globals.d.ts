/**
 * What nodes may use beyond the language itself, with or without a browser around them: it answers the same everywhere.
 * Programs with the types of Node or of a browser have these from there.
 */

declare function queueMicrotask(callback: () => void): void;

declare class TextEncoder {
  /** UTF-8; a lone surrogate becomes U+FFFD. */
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
}

declare class TextDecoder {
  constructor(encoding?: "utf-8", options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean });
  decode(input?: Uint8Array): string;
}
