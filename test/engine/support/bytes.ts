import { compareBytes, type EngineOptions } from "../../../engine/index.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

export function text(value: Uint8Array | undefined): string | undefined {
  return value === undefined ? undefined : decoder.decode(value);
}

/** Everything so small that a few writes flush, and a few flushes compact through several levels. */
export const TINY: Partial<EngineOptions> = {
  writeBufferBytes: 1_024,
  tableBytes: 1_024,
  blockBytes: 128,
  blockRestartInterval: 3,
  level1Bytes: 2_048,
  levelSizeMultiplier: 3,
  blockCacheBytes: 2_048,
  maxOpenTables: 3,
  manifestBytes: 2_048,
  transferBytes: 512,
};

/** Whether two lists hold the same bytes; far faster on large ones than a structural comparison. */
export function sameBytes(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((value, i) => compareBytes(value, b[i] as Uint8Array) === 0);
}
