/** Node's Buffer where there is one: memfs takes it as it is, and it compares natively. */
export interface NativeBuffer extends Uint8Array {
  compare(other: Uint8Array, start: number, end: number, ownStart: number, ownEnd: number): number;
}

declare const Buffer: { allocUnsafeSlow?(size: number): NativeBuffer } | undefined;

const native = typeof Buffer === "undefined" ? undefined : Buffer;

/** Memory with anything in it. */
export function allocate(size: number): Uint8Array {
  return native?.allocUnsafeSlow?.(size) ?? new Uint8Array(size);
}
