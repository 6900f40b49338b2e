/** Node's Buffer where there is one: it compares natively. */
export interface NativeBuffer extends Uint8Array {
  compare(other: Uint8Array, start: number, end: number, ownStart: number, ownEnd: number): number;
}

declare const Buffer: { from(bytes: ArrayBufferLike): NativeBuffer } | undefined;

const native = typeof Buffer === "undefined" ? undefined : Buffer;

/** The same bytes as a Buffer; undefined where there are none. */
export function nativeView(bytes: Uint8Array): NativeBuffer | undefined {
  return native?.from(bytes.buffer);
}
