import { type Codec, CodecError } from "../../host/codec.ts";
import { SnapshotError } from "../replication/copy-receiver.ts";
import type { CopiedFile } from "../replication/copy-sender.ts";
import { type Configuration, configurationFrom } from "./core/configuration.ts";

/** The port on which nodes take whole copies of the data. */
export const SNAPSHOT_PORT = 7201;

/** What goes over the connection on which a copy of the data is sent: a "begin", pieces of files, an "end". */
export type SnapshotPart =
  | {
      readonly kind: "begin";
      readonly from: string;
      readonly to: string;
      /** The leader's. */
      readonly term: number;
      readonly index: number;
      /** Of the entry at `index`. */
      readonly indexTerm: number;
      readonly configuration: Configuration;
      readonly digest: string;
      readonly files: readonly CopiedFile[];
    }
  | { readonly kind: "piece"; readonly file: number; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: "end"; readonly checksums: readonly number[] }
  /** The receiver's answer: whether it holds the copy, and whether that was one which nobody could use. */
  | { readonly kind: "received"; readonly taken: boolean; readonly damaged: boolean };

export type SnapshotBegin = Extract<SnapshotPart, { readonly kind: "begin" }>;

/** Raised when what a part means changes. */
const VERSION = 2;

/** Bytes that are no part of a copy for this cluster. */
export class SnapshotProtocolError extends SnapshotError {
  override readonly name = "SnapshotProtocolError";
}

export function encodePart(codec: Codec, cluster: string, part: SnapshotPart): Uint8Array {
  return codec.encode([VERSION, cluster, part]);
}

/** @returns pieces whose bytes are views. @throws SnapshotProtocolError */
export function decodePart(codec: Codec, cluster: string, bytes: Uint8Array): SnapshotPart {
  let list: unknown;
  try {
    list = codec.decode(bytes);
  } catch (error) {
    if (error instanceof CodecError) throw new SnapshotProtocolError(error.message);
    throw error;
  }
  const [version, of, fields] = Array.isArray(list) ? (list as unknown[]) : [];
  if (version !== VERSION) throw new SnapshotProtocolError(`version ${String(version)}, this is ${VERSION}`);
  if (of !== cluster) throw new SnapshotProtocolError("it is of another cluster");
  const part = partOf(fields);
  if (part === undefined) throw new SnapshotProtocolError("its fields make no sense");
  return part;
}

function partOf(fields: unknown): SnapshotPart | undefined {
  if (typeof fields !== "object" || fields === null) return undefined;
  const { kind, ...rest } = fields as Readonly<Record<string, unknown>>;
  switch (kind) {
    case "begin": {
      const { from, to, term, index, indexTerm, digest, files } = rest;
      const { voters, learners, removed } = (rest["configuration"] ?? {}) as Readonly<Record<string, unknown>>;
      const configuration = configurationFrom([voters, learners, removed]);
      const sound =
        typeof from === "string" &&
        typeof to === "string" &&
        isNatural(term) &&
        isNatural(index) &&
        isNatural(indexTerm) &&
        typeof digest === "string" &&
        Array.isArray(files) &&
        files.every(isFile);
      if (!sound || configuration === undefined) return undefined;
      return { kind, from, to, term, index, indexTerm, configuration, digest, files };
    }
    case "piece": {
      const { file, offset, bytes } = rest;
      return isNatural(file) && isNatural(offset) && bytes instanceof Uint8Array
        ? { kind, file, offset, bytes }
        : undefined;
    }
    case "end": {
      const { checksums } = rest;
      return Array.isArray(checksums) && checksums.every(isNatural) ? { kind, checksums } : undefined;
    }
    case "received": {
      const { taken, damaged } = rest;
      return typeof taken === "boolean" && typeof damaged === "boolean" ? { kind, taken, damaged } : undefined;
    }
    default:
      return undefined;
  }
}

function isFile(value: unknown): value is CopiedFile {
  const { name, bytes } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return typeof name === "string" && isNatural(bytes);
}

function isNatural(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
