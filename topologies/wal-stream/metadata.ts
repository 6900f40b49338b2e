import { Mutex } from "../../engine/index.ts";
import { beginSealed, finishSealed, openSealed, type Seal, SealedFile } from "../replication/sealed-file.ts";
import { utf8, utf8Text } from "../text.ts";
import { EpochHistory } from "./epoch-history.ts";

/** What a node must know before it looks at its data. */
export interface Metadata {
  /** Drawn when the cluster was founded; never 0. */
  readonly cluster: number;
  /** Which directories hold its log and its data. */
  readonly generation: number;
  /** Of its copy of the data: another after all was copied anew, or the disk replaced. */
  readonly copy: number;
  readonly role: "primary" | "replica";
  /** The epochs that its data consists of, and last the one that it follows, or leads. */
  readonly history: EpochHistory;
  /** It follows no primary of an earlier epoch, and is none. */
  readonly promised: number;
  /** Whoever asked for the promise, and so may make it primary; "" for nobody. */
  readonly promisedTo: string;
  /** The epoch of the last primary for which an end of its log was, or is being, cut off; 0 before the first. */
  readonly branch: number;
  /** Whether its data is not to be used, and must be copied anew. */
  readonly suspect: boolean;
}

const SEAL: Seal = {
  magic: 0x444d5357,
  version: 1,
  what: "the metadata",
  name: "METADATA",
  mostBytes: 1 << 20,
  remedy: "empty the disk, so that the node copies all data anew",
};

export function encodeMetadata(metadata: Metadata): Uint8Array {
  const writer = beginSealed(SEAL);
  writer.varint(metadata.cluster);
  writer.varint(metadata.generation);
  writer.varint(metadata.copy);
  writer.byte(metadata.role === "primary" ? 1 : 0);
  writer.varint(metadata.promised);
  writer.bytes(utf8(metadata.promisedTo));
  writer.varint(metadata.branch);
  writer.byte(metadata.suspect ? 1 : 0);
  writer.varint(metadata.history.starts.length);
  for (const { epoch, after } of metadata.history.starts) {
    writer.varint(epoch);
    writer.varint(after);
  }
  return finishSealed(writer);
}

/** @throws MalformedBytesError */
export function decodeMetadata(bytes: Uint8Array): Metadata {
  const reader = openSealed(bytes, SEAL);
  const [cluster, generation, copy] = [reader.varint(), reader.varint(), reader.varint()];
  const role = reader.byte() === 1 ? "primary" : "replica";
  const promised = reader.varint();
  const promisedTo = utf8Text(reader.bytes());
  const branch = reader.varint();
  const suspect = reader.byte() === 1;
  const starts = Array.from({ length: reader.varint() }, () => ({ epoch: reader.varint(), after: reader.varint() }));
  return { cluster, generation, copy, role, history: new EpochHistory(starts), promised, promisedTo, branch, suspect };
}

/** The file that holds a node's metadata. */
export class MetadataFile extends SealedFile<Metadata> {
  protected readonly seal = SEAL;
  private readonly writes = new Mutex();

  /**
   * Replaces the metadata; durable when it resolves.
   *
   * @param change makes the new from what is current then: changes that are under way at the same time do not undo one another
   * @throws FileSystemError it may be replaced or not
   */
  update(change: (current: Metadata | undefined) => Metadata): Promise<Metadata> {
    return this.writes.run(async () => {
      const next = change(this.current);
      await this.write(next);
      return next;
    });
  }

  protected encode(metadata: Metadata): Uint8Array {
    return encodeMetadata(metadata);
  }

  protected decode(bytes: Uint8Array): Metadata {
    return decodeMetadata(bytes);
  }
}
