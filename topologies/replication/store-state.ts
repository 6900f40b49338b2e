import { ByteReader, ByteWriter, MalformedBytesError } from "../../engine/index.ts";
import type { Position } from "./position.ts";

/** What a replicated store keeps beside its data, changed together with it. */
export interface StoreState {
  /** The last entry that the data has. */
  readonly applied: Position;
  /** The content's digest, as two words. */
  readonly digestLow: number;
  readonly digestHigh: number;
  /** What the owner keeps; means nothing to the store. */
  readonly mark: Uint8Array | undefined;
}

const FORMAT_VERSION = 1;

/** Where in the database it is: behind all registers, under a letter of its own (see topologies/stored-values.ts). */
export const STATE_KEY: Uint8Array = (() => Uint8Array.of(0xff, "r".charCodeAt(0)))();

export function isStateKey(key: Uint8Array): boolean {
  return key.length === 2 && key[0] === STATE_KEY[0] && key[1] === STATE_KEY[1];
}

export function encodeState({ applied, digestLow, digestHigh, mark }: StoreState): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(FORMAT_VERSION);
  writer.varint(applied.epoch);
  writer.varint(applied.lsn);
  writer.fixed32(digestLow);
  writer.fixed32(digestHigh);
  if (mark !== undefined) writer.bytes(mark);
  return writer.finish();
}

/** @throws MalformedBytesError */
export function decodeState(stored: Uint8Array): StoreState {
  const reader = new ByteReader(stored);
  const version = reader.varint();
  if (version !== FORMAT_VERSION) throw new MalformedBytesError(`its format is version ${version}`);
  const applied = { epoch: reader.varint(), lsn: reader.varint() };
  const digestLow = reader.fixed32();
  const digestHigh = reader.fixed32();
  return { applied, digestLow, digestHigh, mark: reader.done ? undefined : reader.bytes() };
}
