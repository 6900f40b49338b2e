import { type ByteReader, type ByteWriter, MalformedBytesError } from "../../engine/index.ts";
import { DataDirectory } from "../replication/data-directory.ts";
import { beginSealed, finishSealed, openSealed, type Seal, SealedFile } from "../replication/sealed-file.ts";
import { utf8, utf8Text } from "../text.ts";
import type { Foundation } from "./foundation.ts";

/** Where a node keeps what it runs. */
export const HOME = new DataDirectory("/upgrade");

/** Which protocol a node runs, and how far it has come on the way from the one to the other. */
export type NodeProtocol =
  | {
      readonly protocol: "wal-stream";
      /** No change is taken any more, whoever is primary. */
      readonly frozen: boolean;
      /** What it has bound itself to begin Raft with: its log stays as it is, and nobody leads it or is led by it; undefined before. */
      readonly sealed: Foundation | undefined;
    }
  | { readonly protocol: "raft"; readonly begunWith: Foundation };

const SEAL: Seal = {
  magic: 0x44475055,
  version: 1,
  what: "the file that says which protocol the node runs",
  name: "PROTOCOL",
  mostBytes: 1 << 16,
  remedy: "empty the disk, so that the node begins as whatever the others are",
};

export function encodeProtocol(content: NodeProtocol): Uint8Array {
  const writer = beginSealed(SEAL);
  if (content.protocol === "raft") {
    writer.byte(1);
    putFoundation(writer, content.begunWith);
  } else {
    writer.byte(0);
    writer.byte(content.frozen ? 1 : 0);
    writer.byte(content.sealed === undefined ? 0 : 1);
    if (content.sealed !== undefined) putFoundation(writer, content.sealed);
  }
  return finishSealed(writer);
}

/** @throws MalformedBytesError */
export function decodeProtocol(bytes: Uint8Array): NodeProtocol {
  const reader = openSealed(bytes, SEAL);
  const protocol = reader.byte();
  if (protocol === 1) return { protocol: "raft", begunWith: takeFoundation(reader) };
  if (protocol !== 0) throw new MalformedBytesError("it names no known protocol");
  const frozen = reader.byte() === 1;
  return { protocol: "wal-stream", frozen, sealed: reader.byte() === 1 ? takeFoundation(reader) : undefined };
}

/** The file that names the protocol that a node runs: which data counts, of two that may be there. */
export class ProtocolFile extends SealedFile<NodeProtocol> {
  protected readonly seal = SEAL;

  /** Replaces it; durable when it resolves. One call at a time. @throws FileSystemError it may be replaced or not */
  replace(next: NodeProtocol): Promise<void> {
    return this.write(next);
  }

  protected encode(content: NodeProtocol): Uint8Array {
    return encodeProtocol(content);
  }

  protected decode(bytes: Uint8Array): NodeProtocol {
    return decodeProtocol(bytes);
  }
}

function putFoundation(writer: ByteWriter, { last, digest, copies, epochs }: Foundation): void {
  writer.varint(last.epoch);
  writer.varint(last.lsn);
  writer.bytes(utf8(digest));
  writer.varint(copies.length);
  for (const copy of copies) writer.varint(copy);
  writer.varint(epochs.length);
  for (const { epoch, after } of epochs) {
    writer.varint(epoch);
    writer.varint(after);
  }
}

function takeFoundation(reader: ByteReader): Foundation {
  const last = { epoch: reader.varint(), lsn: reader.varint() };
  const digest = utf8Text(reader.bytes());
  const copies = Array.from({ length: reader.varint() }, () => reader.varint());
  const epochs = Array.from({ length: reader.varint() }, () => ({ epoch: reader.varint(), after: reader.varint() }));
  return { last, digest, copies, epochs };
}
